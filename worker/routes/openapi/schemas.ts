import * as z from 'zod'
import { byChannel, type ChannelContents } from './by-channel.ts'
import type { Schema } from './json-schema.ts'

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

/** Formats of JSON Schema that contents have; zod's others, such as `starts_with`, are known to nobody and said by a pattern. */
const FORMATS = new Set<unknown>(['date-time', 'uri'])

/** Deletes what says nothing to a reader: zod's own formats, its patterns of real ones, and the bounds of safe integers. */
function tidy(draft: SchemaDraft, io: Io): void {
  if (FORMATS.has(draft['format'])) delete draft['pattern']
  else delete draft['format']
  if (draft['maximum'] === Number.MAX_SAFE_INTEGER) delete draft['maximum']
  if (draft['minimum'] === Number.MIN_SAFE_INTEGER) delete draft['minimum']
  // Answers stay open: a later version may add members.
  if (io === 'output' && draft['additionalProperties'] === false) delete draft['additionalProperties']
}

/** Channel's schemas of contents: of what is sent to people, and of what people send. */
interface ContentSchemas {
  readonly channel: string
  readonly sent: z.ZodType
  readonly received: z.ZodType
}

/** Copies a value with the refs in it renamed that lead to `$defs`. */
function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => renamed(one, rename))
  if (typeof value === 'string' && value.startsWith(DEFS)) return SCHEMAS + rename(value.slice(DEFS.length))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, renamed(one, rename)]))
}

/** Makes an empty book. `channels` are all that an open member `content` may hold, whichever the channel beside it is. */
export function schemaBook(channels: readonly ContentSchemas[]): SchemaBook {
  const components: Record<string, Schema> = {}
  /** Text of the schema that each name stood for first: a name may not mean two things. */
  const raw = new Map<string, string>()
  let contents: readonly ChannelContents[] = []

  function register(defs: Readonly<Record<string, unknown>>, suffix: string): (name: string) => string {
    const clashes = Object.entries(defs).some(
      ([id, def]) => (raw.get(id + suffix) ?? JSON.stringify(def)) !== JSON.stringify(def),
    )
    if (clashes && suffix) throw new Error(`schemas of one name differ: ${Object.keys(defs).join(', ')}`)
    if (clashes) return register(defs, 'Variant')
    const rename = (name: string): string => name + suffix
    for (const [id, def] of Object.entries(defs)) {
      raw.set(rename(id), JSON.stringify(def))
      components[rename(id)] ??= renamed(def, rename) as Schema
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
    const { $schema: _, $defs = {}, ...root } = made as SchemaDraft & { readonly $defs?: Record<string, SchemaDraft> }
    return renamed(root, register(byChannel($defs, contents), '')) as Schema
  }

  contents = channels.map(({ channel, sent, received }) => ({
    channel,
    sent: add(sent, 'input'),
    received: add(received, 'output'),
  }))
  return { input: (schema) => add(schema, 'input'), output: (schema) => add(schema, 'output'), components }
}
