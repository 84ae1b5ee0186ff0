import type { Schema } from '#worker/routes/openapi/json-schema.ts'
import { SCHEMAS } from '#worker/routes/openapi/schemas.ts'
import type { BoundUnit, BoundWords } from './words.ts'

type Components = Readonly<Record<string, Schema>>

/** One field of a body, with its path from the top: `messages[].to`. */
export interface FieldRow {
  readonly path: string
  readonly type: string
  readonly required: boolean
  /** The schema's own words; empty: it has none. */
  readonly description: string
  /** How its values are bounded, and its default; empty: nothing of it. */
  readonly limits: string
  /** Channel whose body has the field; null: what it stands in is not of one channel. */
  readonly channel: string | null
}

/** Place in a body: path from the top, levels above, and the channel that the part around it is of. */
interface Place {
  readonly prefix: string
  readonly depth: number
  readonly channel: string | null
}

const TOP: Place = { prefix: '', depth: 0, channel: null }

/** Most levels of nesting whose fields are listed. */
const DEEPEST = 4

/** Looks up the schema that a `$ref` names; what stands beside the `$ref` overrides it. */
function resolve(schema: Schema, components: Components): Schema {
  if (schema.$ref === undefined) return schema
  const { $ref, ...beside } = schema
  return { ...resolve(components[$ref.slice(SCHEMAS.length)] ?? {}, components), ...beside }
}

const optionsOf = ({ oneOf = [], anyOf = [] }: Schema): readonly Schema[] => [...oneOf, ...anyOf]

/** Type of a schema in words: `string`, `integer or null`, `"live" | "test"`, `array of string`. */
export function typeText(given: Schema, components: Components): string {
  const schema = resolve(given, components)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const options = schema.properties ? [] : optionsOf(schema)
  if (options.length > 0) return [...new Set(options.map((option) => typeText(option, components)))].join(' or ')
  if (schema.items) return `array of ${typeText(schema.items, components)}`
  const type = schema.type ?? 'any'
  const name = typeof type === 'string' ? type : type.join(' or ')
  return schema.format === undefined ? name : `${name} (${schema.format})`
}

/** Says how values of a schema are bounded, and what stands for one that is not given. */
export function limitsOf(given: Schema, components: Components, words: BoundWords): string {
  const schema = resolve(given, components)
  const range = (from: number | undefined, to: number | undefined, unit: BoundUnit): string[] => {
    if (from === undefined && to === undefined) return []
    if (from === undefined) return [words.most(Number(to), unit)]
    return [to === undefined ? words.least(from, unit) : words.between(from, to, unit)]
  }
  return [
    ...range(schema.minimum, schema.maximum, ''),
    ...range(schema.minLength, schema.maxLength, 'characters'),
    ...range(schema.minItems, schema.maxItems, 'items'),
    ...(schema.default === undefined ? [] : [words.byDefault(JSON.stringify(schema.default))]),
  ].join(words.apart)
}

/** Words that a schema has of its own. */
export const describe = (given: Schema, components: Components): string => resolve(given, components).description ?? ''

function below(given: Schema, components: Components): readonly (readonly [suffix: string, schema: Schema])[] {
  const schema = resolve(given, components)
  if (schema.items) return below(schema.items, components).map(([suffix, inner]) => [`[]${suffix}`, inner])
  const options = optionsOf(schema).flatMap((option) => below(option, components))
  return schema.properties ? [['', schema], ...options] : options
}

const channelOf = ({ channel }: Readonly<Record<string, Schema>>): string | null =>
  typeof channel?.const === 'string' ? channel.const : null

/** Lists every field of a body, parents before children. */
export function fieldRows(
  schema: Schema,
  components: Components,
  words: BoundWords,
  at: Place = TOP,
): readonly FieldRow[] {
  if (at.depth >= DEEPEST) return []
  return below(schema, components).flatMap(([suffix, { properties = {}, required = [] }]) => {
    const channel = at.channel ?? channelOf(properties)
    return Object.entries(properties).flatMap(([name, property]) => {
      const top = at.prefix + suffix
      const path = top === '' ? name : `${top}.${name}`
      const row: FieldRow = {
        path,
        type: typeText(property, components),
        required: required.includes(name),
        description: describe(property, components),
        limits: limitsOf(property, components, words),
        channel,
      }
      return [row, ...fieldRows(property, components, words, { prefix: path, depth: at.depth + 1, channel })]
    })
  })
}

/** Rows that all channels have, and by channel those that only some have, as with the contents of messages. */
interface RowsByChannel {
  readonly common: readonly FieldRow[]
  readonly own: ReadonlyMap<string, readonly FieldRow[]>
}

/** Parts the rows of a body that differs by channel. A field is common if every channel that the body knows has its path. */
export function byChannel(rows: readonly FieldRow[]): RowsByChannel {
  const channels = new Set(rows.flatMap(({ channel }) => channel ?? []))
  const known = Map.groupBy(rows, ({ path }) => path)
  const isContent = ({ path }: FieldRow): boolean => /(?:^|\.)content(?:\.|$|\[)/.test(path)
  const isCommon = (row: FieldRow): boolean =>
    row.channel === null ||
    (!isContent(row) && new Set(known.get(row.path)?.map(({ channel }) => channel)).size >= channels.size)
  const own = [...channels].map((channel): [string, readonly FieldRow[]] => [
    channel,
    rows.filter((row) => row.channel === channel && !isCommon(row)),
  ])
  return { common: rows.filter(isCommon), own: new Map(own.filter(([, of]) => of.length > 0)) }
}

/** Texts that say something, each once. */
const textsOf = (texts: readonly string[]): readonly string[] => [...new Set(texts)].filter(Boolean)

/** A field with all that is said of it, each once. */
interface MergedRow extends Omit<FieldRow, 'description' | 'channel'> {
  readonly descriptions: readonly string[]
}

/** Merges the rows of one path: a body of several shapes has one for each shape that has the field. */
export function mergedRows(rows: readonly FieldRow[], { apart }: BoundWords): readonly MergedRow[] {
  return [...Map.groupBy(rows, ({ path }) => path).entries()].map(([path, same]) => ({
    path,
    type: [...new Set(same.flatMap(({ type }) => type.split(' | ')))].join(' | '),
    required: same.every(({ required }) => required),
    descriptions: textsOf(same.map(({ description }) => description)),
    limits: textsOf(same.map(({ limits }) => limits)).join(apart),
  }))
}

const SAMPLES: Readonly<Record<string, unknown>> = {
  string: 'text',
  integer: 1,
  number: 1,
  boolean: true,
  'date-time': '2026-11-20T08:30:00Z',
}

function sampleNumber(schema: Schema): number {
  return Math.max(1, schema.minimum ?? 1)
}

/** Makes a value that the schema admits: its first example, else the smallest one that can be made up. */
export function exampleOf(given: Schema, components: Components): unknown {
  const schema = resolve(given, components)
  if (schema.examples?.[0] !== undefined) return schema.examples[0]
  if (schema.default !== undefined) return schema.default
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const option = optionsOf(schema)[0]
  if (schema.properties)
    return exampleObject(schema, [...(schema.required ?? []), ...(option?.required ?? [])], components)
  if (option) return exampleOf(option, components)
  if (schema.items) return [exampleOf(schema.items, components)]
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0]
  if (type === 'object') return {}
  if (type === 'integer' || type === 'number') return sampleNumber(schema)
  return SAMPLES[schema.format ?? ''] ?? SAMPLES[type ?? ''] ?? null
}

function exampleObject(
  { properties = {} }: Schema,
  required: readonly string[],
  components: Components,
): Record<string, unknown> {
  const shown = required.length > 0 ? required : Object.keys(properties).slice(0, 1)
  return Object.fromEntries(shown.map((name) => [name, exampleOf(properties[name] ?? {}, components)]))
}
