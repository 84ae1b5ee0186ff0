import { capital } from './capital.ts'
import type { Schema } from './json-schema.ts'

/** Contents of one channel, as schemas that stand in `components`. */
export interface ChannelContents {
  readonly channel: string
  /** Schema of what is sent to a person. */
  readonly sent: Schema
  /** Schema of what a person sent. */
  readonly received: Schema
}

type Draft = Readonly<Record<string, unknown>>
type Defs = Readonly<Record<string, Draft>>

/** One alternative of a schema: what it says for one channel, and maybe for one direction. */
interface Alternative {
  readonly prefix: string
  /** Null: the alternative without channel and content. */
  readonly fixed: { readonly channel: string; readonly direction?: string } | null
  readonly content: Schema
}

const DEFS = '#/$defs/'
/** Prefix of the alternative of what has no channel yet. */
const QUEUED = 'Queued'

const isDraft = (value: unknown): value is Draft => typeof value === 'object' && value !== null && !Array.isArray(value)
const propertiesOf = (schema: Draft): Draft => (isDraft(schema['properties']) ? schema['properties'] : {})

/** True of a schema that any object fits: the place of a content. */
const isOpen = (value: unknown): boolean =>
  isDraft(value) &&
  value['type'] === 'object' &&
  isDraft(value['additionalProperties']) &&
  Object.keys(propertiesOf(value)).length === 0

const optionsOf = (value: unknown): readonly unknown[] =>
  isDraft(value) && Array.isArray(value['anyOf']) ? value['anyOf'] : [value]

/** True of a member `content` that any object fits, or null. */
const isContent = (key: string, value: unknown): boolean => key === 'content' && optionsOf(value).some(isOpen)

/** True if a content stands in the schema, or in one that it refers to. */
function carries(schema: unknown, isCarrier: (name: string) => boolean): boolean {
  if (Array.isArray(schema)) return schema.some((one) => carries(one, isCarrier))
  if (!isDraft(schema)) return false
  return Object.entries(schema).some(([key, value]) => {
    if (key === '$ref' && typeof value === 'string' && value.startsWith(DEFS))
      return isCarrier(value.slice(DEFS.length))
    return isContent(key, value) || carries(value, isCarrier)
  })
}

const hasChannel = (schema: Draft): boolean => 'channel' in propertiesOf(schema)

/** Names of the schemas in which a content stands that the channel decides; `split`: those that say the channel too. */
function carriersOf(defs: Defs): { readonly parts: ReadonlySet<string>; readonly split: ReadonlySet<string> } {
  const parts = new Set<string>()
  const split = new Set<string>()
  for (let size = -1; size < parts.size + split.size; ) {
    size = parts.size + split.size
    for (const [name, schema] of Object.entries(defs))
      if (carries(schema, (other) => parts.has(other))) (hasChannel(schema) ? split : parts).add(name)
  }
  return { parts, split }
}

function alternativesOf(schema: Draft, contents: readonly ChannelContents[]): readonly Alternative[] {
  const { direction } = propertiesOf(schema) as { readonly direction?: Schema }
  const required = (schema['required'] ?? []) as readonly string[]
  const ofChannels = contents.flatMap(({ channel, sent, received }): Alternative[] => {
    const prefix = capital(channel)
    if (direction?.const === 'inbound') return [{ prefix, fixed: { channel }, content: received }]
    if (!direction?.enum) return [{ prefix, fixed: { channel }, content: sent }]
    return [
      { prefix, fixed: { channel, direction: 'outbound' }, content: sent },
      { prefix: `${prefix}Received`, fixed: { channel, direction: 'inbound' }, content: received },
    ]
  })
  if (required.includes('channel')) return ofChannels
  return [...ofChannels, { prefix: QUEUED, fixed: null, content: {} }]
}

/** Copies a schema with the content of one alternative in its place. */
function filled(schema: unknown, alternative: Alternative, parts: ReadonlySet<string>): unknown {
  if (Array.isArray(schema)) return schema.map((one) => filled(one, alternative, parts))
  if (!isDraft(schema)) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (key === '$ref' && typeof value === 'string' && parts.has(value.slice(DEFS.length)))
        return [key, `${DEFS}${alternative.prefix}${value.slice(DEFS.length)}`]
      if (!isContent(key, value)) return [key, filled(value, alternative, parts)]
      const options = optionsOf(value).map((one) => (isOpen(one) ? alternative.content : one))
      return [key, options.length === 1 ? options[0] : { anyOf: options }]
    }),
  )
}

function alternative(schema: Draft, one: Alternative, parts: ReadonlySet<string>): Draft {
  const copy = filled(schema, one, parts) as Draft
  const required = (copy['required'] ?? []) as readonly string[]
  const { channel: _, content, ...others } = propertiesOf(copy)
  if (one.fixed === null) return { ...copy, properties: others, not: { required: ['channel'] } }
  const fixed = Object.fromEntries(
    Object.entries(one.fixed).map(([name, value]) => [name, constant(copy, name, value)]),
  )
  return {
    ...copy,
    properties: { ...propertiesOf(copy), ...fixed, ...(content === undefined ? {} : { content }) },
    required: [...new Set([...required, ...Object.keys(one.fixed)])],
  }
}

function constant(schema: Draft, name: string, value: string): Draft {
  const { description } = propertiesOf(schema)[name] as { readonly description?: string }
  return { ...(description === undefined ? {} : { description }), type: 'string', const: value }
}

function union(name: string, schema: Draft, alternatives: readonly Alternative[]): Draft {
  const { description } = schema
  const refOf = ({ prefix }: Alternative) => `${DEFS}${prefix}${name}`
  const isByChannel = alternatives.every(({ fixed }) => fixed !== null && fixed.direction === undefined)
  return {
    ...(description === undefined ? {} : { description }),
    oneOf: alternatives.map((one) => ({ $ref: refOf(one) })),
    ...(isByChannel
      ? {
          discriminator: {
            propertyName: 'channel',
            mapping: Object.fromEntries(alternatives.map((one) => [one.fixed?.channel, refOf(one)])),
          },
        }
      : {}),
  }
}

/**
 * Splits each schema that says a channel and holds an open `content` into alternatives of which a value can fit only one: one
 * a channel, whose content is that channel's (`SmsMessageInput` of `MessageInput`), and where it says the direction one for
 * each, as what people send differs from what they are sent. Parts of such schemas without a channel of their own are made
 * for each channel too (`SmsBatchItem`).
 */
export function byChannel(defs: Defs, contents: readonly ChannelContents[]): Defs {
  const { parts, split } = carriersOf(defs)
  const made = Object.entries(defs).flatMap(([name, schema]): (readonly [string, Draft])[] => {
    if (!parts.has(name) && !split.has(name)) return [[name, schema]]
    const alternatives = alternativesOf(parts.has(name) ? { ...schema, required: ['channel'] } : schema, contents)
    if (parts.has(name))
      return alternatives.map((one) => [one.prefix + name, filled(schema, one, parts) as Draft] as const)
    return [
      [name, union(name, schema, alternatives)],
      ...alternatives.map((one) => [one.prefix + name, alternative(schema, one, parts)] as const),
    ]
  })
  return Object.fromEntries(made)
}
