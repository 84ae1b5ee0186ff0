import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { PURPOSES } from '#worker/domain/messages/message.ts'
import { type BatchItem, LONGEST, type MessageInput } from './input.ts'

/*
 * Messages that a few comparisons show to be valid pass their schemas by. Zod interprets these on Workers, where no code can be
 * compiled: that is nearly half of what accepting a batch costs. Whatever is not seen to be valid is left to the schema, which
 * alone finds faults (docs/decisions/0030-past-the-schema.md).
 */

const channels: ReadonlySet<unknown> = new Set(CHANNELS)
const purposes: ReadonlySet<unknown> = new Set(PURPOSES)

const isText = (value: unknown, most: number): boolean =>
  typeof value === 'string' && value.length > 0 && value.length <= most

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** True of an object whose members the schema takes as they are. */
const isContent = (value: unknown): boolean => isObject(value) && !Object.hasOwn(value, '__proto__')

function isMetadata(value: unknown): boolean {
  if (!isObject(value)) return false
  let count = 0
  for (const [name, label] of Object.entries(value)) {
    if (name === '__proto__' || !isText(name, LONGEST.labelName)) return false
    if (typeof label !== 'string' || label.length > LONGEST.label || ++count > LONGEST.labels) return false
  }
  return true
}

function isPlain(name: string, value: unknown): boolean {
  switch (name) {
    case 'to':
      return isText(value, LONGEST.recipient)
    case 'content':
      return isContent(value)
    case 'clientRef':
      return isText(value, LONGEST.clientRef)
    case 'metadata':
      return isMetadata(value)
    case 'purpose':
      return purposes.has(value)
    case 'from':
      return isText(value, LONGEST.sender)
    default:
      return false
  }
}

type Fields = Readonly<Record<string, unknown>>

/** The item itself if it is seen to be what `batchItem` would make of it, else null. */
export function plainItem(item: unknown): BatchItem | null {
  if (!isObject(item)) return null
  const fields = item as Fields
  for (const name in fields) if (!isPlain(name, fields[name])) return null
  return fields['to'] === undefined ? null : (item as BatchItem)
}

/** The body itself if it is seen to be what `messageInput` would make of it, else null. */
export function plainMessage(body: unknown): MessageInput | null {
  if (!isObject(body)) return null
  const fields = body as Fields
  for (const name in fields) if (name !== 'channel' && !isPlain(name, fields[name])) return null
  const isWhole = channels.has(fields['channel']) && fields['to'] !== undefined && fields['content'] !== undefined
  return isWhole ? (body as MessageInput) : null
}
