import { PURPOSES } from '#worker/domain/messages/message.ts'
import { type BatchItem, LONGEST } from './input.ts'

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

/**
 * Answers the item itself if a few comparisons show that it is what `batchItem` would make of it; null: the schema must decide,
 * which alone finds faults. Zod interprets its schemas on Workers, which costs nearly half of what accepting a batch does.
 */
export function plainItem(item: unknown): BatchItem | null {
  if (!isObject(item)) return null
  let hasRecipient = false
  for (const name in item) {
    if (!isPlain(name, (item as Readonly<Record<string, unknown>>)[name])) return null
    if (name === 'to') hasRecipient = true
  }
  return hasRecipient ? (item as BatchItem) : null
}
