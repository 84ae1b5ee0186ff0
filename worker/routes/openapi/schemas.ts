import * as z from 'zod'

/** Parts of JSON Schema 2020-12 that zod writes and the docs read. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly description?: string
  readonly examples?: readonly unknown[]
  readonly default?: unknown
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

type Io = 'input' | 'output'

/** Collects `components/schemas` while zod schemas become JSON Schema. */
export interface SchemaBook {
  /** JSON Schema of what a caller may send. */
  input(schema: z.ZodType): Schema
  /** JSON Schema of what the gateway answers. */
  output(schema: z.ZodType): Schema
  readonly components: Readonly<Record<string, Schema>>
}

const DEFS = '#/$defs/'
export const SCHEMAS = '#/components/schemas/'

type SchemaDraft = Record<string, unknown>

/** Deletes what says nothing to a reader: zod's own patterns of formats, and the bounds of safe integers. */
function tidy(draft: SchemaDraft, io: Io): void {
  if (draft['format'] !== undefined) delete draft['pattern']
  if (draft['maximum'] === Number.MAX_SAFE_INTEGER) delete draft['maximum']
  if (draft['minimum'] === Number.MIN_SAFE_INTEGER) delete draft['minimum']
  // Answers stay open: a later version may add members.
  if (io === 'output' && draft['additionalProperties'] === false) delete draft['additionalProperties']
}

const isOpenObject = ({ $ref, type, properties = {}, anyOf, oneOf }: Schema): boolean =>
  !$ref && !anyOf && !oneOf && (type === undefined || type === 'object') && Object.keys(properties).length === 0

/** Copies a schema with its `$ref`s renamed, and with `content` in the place of every member of that name that is open. */
function rewrite(schema: unknown, rename: (name: string) => string, content: Schema): unknown {
  if (Array.isArray(schema)) return schema.map((item) => rewrite(item, rename, content))
  if (typeof schema !== 'object' || schema === null) return schema
  const copy: SchemaDraft = {}
  for (const [key, value] of Object.entries(schema)) {
    if (key === '$ref' && typeof value === 'string') copy[key] = SCHEMAS + rename(value.slice(DEFS.length))
    else if (key === 'content' && isOpenObject(value as Schema)) {
      const { description } = value as Schema
      copy[key] = description === undefined ? content : { description, ...content }
    } else copy[key] = rewrite(value, rename, content)
  }
  return copy
}

/** Makes an empty book. `contents` are the channels' content schemas: a member `content` that is open may hold any of them. */
export function schemaBook(contents: readonly z.ZodType[]): SchemaBook {
  const components: Record<string, Schema> = {}
  /** Text of the schema that each name stood for first: a name may not mean two things. */
  const raw = new Map<string, string>()
  let content: Schema = {}

  function register(defs: Readonly<Record<string, unknown>>, suffix: string): (name: string) => string {
    const clashes = Object.entries(defs).some(
      ([id, def]) => (raw.get(id + suffix) ?? JSON.stringify(def)) !== JSON.stringify(def),
    )
    if (clashes && suffix) throw new Error(`schemas of one name differ: ${Object.keys(defs).join(', ')}`)
    if (clashes) return register(defs, 'Variant')
    const rename = (name: string): string => name + suffix
    for (const [id, def] of Object.entries(defs)) {
      raw.set(rename(id), JSON.stringify(def))
      components[rename(id)] ??= rewrite(def, rename, content) as Schema
    }
    return rename
  }

  function add(schema: z.ZodType, io: Io): Schema {
    const made = z.toJSONSchema(schema, {
      io,
      target: 'draft-2020-12',
      unrepresentable: 'any',
      override: ({ jsonSchema }) => tidy(jsonSchema as SchemaDraft, io),
    })
    const { $schema: _, $defs = {}, ...root } = made as SchemaDraft & { readonly $defs?: Record<string, unknown> }
    return rewrite(root, register($defs, ''), content) as Schema
  }

  content = { oneOf: contents.map((schema) => add(schema, 'input')) }
  return { input: (schema) => add(schema, 'input'), output: (schema) => add(schema, 'output'), components }
}
