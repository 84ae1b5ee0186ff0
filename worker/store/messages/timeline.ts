import type { FailureCode } from '#worker/domain/carriers/provider.ts'
import { type ConnectionId, type MessageId, timeOfId } from '#worker/domain/ids.ts'
import type { TimelineEntry } from '#worker/domain/messages/message.ts'
import type { MessageStatus } from '#worker/domain/messages/status.ts'
import { fromHex, hexByte, toHex, utf8, utf8Length } from '#worker/lib/bytes.ts'
import { SEALING_BYTES } from '#worker/lib/seal.ts'
import { CONNECTION } from '#worker/store/codes/codes.ts'

/**
 * Timeline of a row: its entries one behind the other, as they were written; bytes are only ever appended. An entry is
 * `head · time · [parts · the parts in their order]`. The head holds status and source, and whether parts follow. Times count
 * from that of the message id, because most are near it. All numbers are variable in length. A carrier's code
 * and the words of a failure, which may quote a person's number, are sealed together (messages/sealed.ts). Codes never
 * change: new ones go to the end.
 */
const STATUSES: Readonly<Record<MessageStatus, number>> = {
  scheduled: 0,
  accepted: 1,
  submitted: 2,
  unknown: 3,
  failed: 4,
  expired: 5,
  undelivered: 6,
  rejected: 7,
  canceled: 8,
  suppressed: 9,
  delivered: 10,
  read: 11,
  received: 12,
}
const SOURCES: Readonly<Record<TimelineEntry['by'], number>> = { gateway: 0, report: 1, query: 2, tenant: 3, sweep: 4 }
const FAILURES: Readonly<Record<FailureCode, number>> = {
  'recipient-invalid': 0,
  'recipient-blocked': 1,
  'recipient-unreachable': 2,
  'recipient-suppressed': 3,
  'recipient-unregistered': 4,
  'recipient-busy': 5,
  'no-answer': 6,
  'session-closed': 7,
  'not-supported': 8,
  'media-missing': 9,
  'sender-refused': 10,
  'content-refused': 11,
  'link-refused': 12,
  'connection-misconfigured': 13,
  'credit-exhausted': 14,
  'provider-throttled': 15,
  'provider-unavailable': 16,
  'provider-timeout': 17,
  'provider-invalid-answer': 18,
  'provider-refused': 19,
  'validity-expired': 20,
  'no-route': 21,
  'report-overdue': 22,
  'attempt-lost': 23,
  poison: 24,
  lost: 25,
  canceled: 26,
  'not-delivered': 27,
  'tenant-suspended': 28,
}
const PARTS = { carrierAt: 1, attempt: 2, connection: 4, code: 8, carrierCode: 16, detail: 32, price: 64, until: 128 }

/** Marks of a head, which is below them: parts follow · a connection that the entries before are of · an end with the batch. */
const HAS_PARTS = 0x80
const CONNECTION_BEFORE = 0x7e
const ENDED_WITH_BATCH = 0x7f
const STATUS_MASK = 15
const SOURCE_AT = 4

const namesOf = <Name extends string>(codes: Readonly<Record<Name, number>>): ReadonlyMap<number, Name> =>
  new Map(Object.entries<number>(codes).map(([name, code]) => [code, name as Name]))
const STATUS_NAMES = namesOf(STATUSES)
const SOURCE_NAMES = namesOf(SOURCES)
const FAILURE_NAMES = namesOf(FAILURES)

/** SQL that appends `more` to the timeline: `||` makes a text of bytes. */
export const appended = (more: string): string => `CAST(messages.timeline || ${more} AS BLOB)`

/** SQL of what a claim puts before its entries where another connection had the attempt before: those so far are of that. */
export const CONNECTION_BEFORE_SQL = `iif(messages.connection_id IS NOT NULL AND messages.connection_id IS NOT excluded.connection_id,
  x'${CONNECTION_BEFORE.toString(16)}' || messages.connection_id, x'')`

/** SQL of the entry of a message that ended with its batch, at the time that `at` is the SQL of. */
export const endedWithBatch = (at: string): string =>
  `unhex('${ENDED_WITH_BATCH.toString(16)}' || printf('%012x', ${at}))`
const TIME_BYTES = 6
const CONNECTION_BYTES = 11

const SEVEN_BITS = 128

function numberHex(value: number): string {
  let hex = ''
  let rest = value
  for (; rest >= SEVEN_BITS; rest = Math.floor(rest / SEVEN_BITS)) hex += hexByte((rest % SEVEN_BITS) + SEVEN_BITS)
  return hex + hexByte(rest)
}

/** Puts a signed number among the natural ones: 0, -1, 1, -2 … */
const signedHex = (value: number): string => numberHex(value >= 0 ? 2 * value : -2 * value - 1)

function textHex(text: string): string {
  const bytes = utf8(text)
  let hex = numberHex(bytes.length)
  for (const byte of bytes) hex += hexByte(byte)
  return hex
}

/** True if an entry holds what a carrier may have said. */
export const hasWords = ({ carrierCode, detail }: TimelineEntry): boolean =>
  carrierCode !== undefined || detail !== undefined

/** What is sealed of an entry: JSON of the carrier's code and of the detail, of which one may be missing. */
export const wordsOf = ({ carrierCode, detail }: TimelineEntry): string =>
  JSON.stringify([carrierCode, detail].filter((one) => one !== undefined))

/** Puts the words of an entry into the places that are empty in it; null: they are gone, and so are their places. */
export function withWords(entry: TimelineEntry, words: string | null): TimelineEntry {
  const { carrierCode, detail, ...rest } = entry
  if (words === null) return rest
  const said = JSON.parse(words) as string[]
  return {
    ...entry,
    ...(carrierCode === undefined ? {} : { carrierCode: said[0] ?? '' }),
    ...(detail === undefined ? {} : { detail: said.at(-1) ?? '' }),
  }
}

function partsHex(entry: TimelineEntry, from: number, words: string): string {
  let parts = 0
  let hex = ''
  const add = (part: number, value: string): void => {
    parts += part
    hex += value
  }
  if (entry.carrierAt !== undefined) add(PARTS.carrierAt, signedHex(Math.round(entry.carrierAt) - from))
  if (entry.attempt !== undefined) add(PARTS.attempt, numberHex(entry.attempt))
  if (entry.connection !== undefined) add(PARTS.connection, '')
  if (entry.code !== undefined) add(PARTS.code, numberHex(FAILURES[entry.code]))
  if (entry.carrierCode !== undefined) add(PARTS.carrierCode, '')
  if (entry.detail !== undefined) add(PARTS.detail, '')
  if (hasWords(entry)) add(0, numberHex(words.length / 2) + words)
  if (entry.price !== undefined) add(PARTS.price, signedHex(entry.price.amount) + textHex(entry.price.currency))
  if (entry.until !== undefined) add(PARTS.until, signedHex(Math.round(entry.until) - from))
  return parts === 0 ? '' : numberHex(parts) + hex
}

/**
 * Hex of an entry of a message. Its connection, if it names one, is that of the row when the entry is written. `words`: hex of
 * what `wordsOf` gives, sealed; empty for none.
 */
export function entryHex(id: MessageId, entry: TimelineEntry, words: string): string {
  const from = timeOfId(id)
  const parts = partsHex(entry, from, words)
  const head = STATUSES[entry.status] + (SOURCES[entry.by] << SOURCE_AT) + (parts === '' ? 0 : HAS_PARTS)
  return `${hexByte(head)}${signedHex(Math.round(entry.at) - from)}${parts}`
}

/** Bytes that an entry takes with its words sealed. */
export function entryBytes(id: MessageId, entry: TimelineEntry): number {
  const words = hasWords(entry) ? '00'.repeat(SEALING_BYTES + utf8Length(wordsOf(entry))) : ''
  return entryHex(id, entry, words).length / 2
}

/** Reads bytes one after the other. Throws a RangeError behind the last. */
interface Reader {
  isDone(): boolean
  byte(): number
  bytes(count: number): Uint8Array
  number(): number
  signed(): number
  text(): string
}

function readerOf(hex: string): Reader {
  const all = fromHex(hex)
  let at = 0
  const bytes = (count: number): Uint8Array => {
    if (at + count > all.length) throw new RangeError('a timeline is cut off')
    at += count
    return all.subarray(at - count, at)
  }
  const byte = (): number => bytes(1)[0] ?? 0
  const number = (): number => {
    let value = 0
    for (let weight = 1; ; weight *= SEVEN_BITS) {
      const digit = byte()
      value += (digit % SEVEN_BITS) * weight
      if (digit < SEVEN_BITS) return value
    }
  }
  const signed = (): number => {
    const value = number()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
  const text = (): string => new TextDecoder().decode(bytes(number()))
  return { isDone: () => at >= all.length, byte, bytes, number, signed, text }
}

function named<Name>(names: ReadonlyMap<number, Name>, code: number): Name {
  const name = names.get(code)
  if (name === undefined) throw new RangeError(`a timeline holds the code ${code}, which no version wrote`)
  return name
}

type Parts = Omit<TimelineEntry, 'at' | 'status' | 'by'>

interface ReadParts {
  readonly parts: Parts
  readonly hasConnection: boolean
  /** Hex of the sealed words, whose places in the entry are empty; null: there are none. */
  readonly words: string | null
}
const NO_PARTS: ReadParts = { parts: {}, hasConnection: false, words: null }

/** The parts of an entry in the order in which they are shown; the connection is not known yet. */
function partsOf(read: Reader, from: number): ReadParts {
  const present = read.number()
  const has = (part: number): boolean => (present & part) !== 0
  const before: Parts = {
    ...(has(PARTS.carrierAt) ? { carrierAt: from + read.signed() } : {}),
    ...(has(PARTS.attempt) ? { attempt: read.number() } : {}),
    ...(has(PARTS.code) ? { code: named(FAILURE_NAMES, read.number()) } : {}),
  }
  const words = has(PARTS.carrierCode) || has(PARTS.detail) ? toHex(read.bytes(read.number())) : null
  const parts: Parts = {
    ...before,
    ...(has(PARTS.carrierCode) ? { carrierCode: '' } : {}),
    ...(has(PARTS.detail) ? { detail: '' } : {}),
    ...(has(PARTS.price) ? { price: { amount: read.signed(), currency: read.text() } } : {}),
    ...(has(PARTS.until) ? { until: from + read.signed() } : {}),
  }
  return { parts, hasConnection: has(PARTS.connection), words }
}

interface Pending extends Pick<ReadParts, 'hasConnection' | 'words'> {
  readonly entry: TimelineEntry
}

/** Entries of a timeline, and the sealed words of each that has some, as hex. */
export interface ReadTimeline {
  readonly entries: readonly TimelineEntry[]
  readonly words: readonly (string | null)[]
  /** The bytes are no timeline: somebody changed them. */
  readonly isBroken?: true
}

const BROKEN: ReadTimeline = { entries: [], words: [], isBroken: true }

/** An entry with its parts in their order: the connection stands behind the attempt. */
function withConnection({ entry, hasConnection }: Pending, connection: ConnectionId | null): TimelineEntry {
  if (!hasConnection || connection === null) return entry
  const { at, status, carrierAt, attempt, ...rest } = entry
  return {
    at,
    status,
    ...(carrierAt === undefined ? {} : { carrierAt }),
    ...(attempt === undefined ? {} : { attempt }),
    connection,
    ...rest,
  }
}

/**
 * Reads the timeline of a row. `connection`: the row's, which the entries behind the last change of it are of. One that is broken
 * harms no other row.
 */
export function timelineOf(id: MessageId, connection: ConnectionId | null, hex: string): ReadTimeline {
  try {
    return entriesIn(id, connection, hex)
  } catch (error) {
    if (error instanceof RangeError) return BROKEN
    throw error
  }
}

function entriesIn(id: MessageId, connection: ConnectionId | null, hex: string): ReadTimeline {
  const from = timeOfId(id)
  const read = readerOf(hex)
  const entries: TimelineEntry[] = []
  const words: (string | null)[] = []
  let pending: Pending[] = []
  const settle = (of: ConnectionId | null): void => {
    for (const one of pending) {
      entries.push(withConnection(one, of))
      words.push(one.words)
    }
    pending = []
  }
  while (!read.isDone()) {
    const head = read.byte()
    if (head === CONNECTION_BEFORE) settle(CONNECTION.decode(toHex(read.bytes(CONNECTION_BYTES))))
    else if (head === ENDED_WITH_BATCH) {
      const at = read.bytes(TIME_BYTES).reduce((sum, byte) => sum * 256 + byte, 0)
      pending.push({ entry: { at, status: 'canceled', by: 'tenant' }, hasConnection: false, words: null })
    } else {
      const at = from + read.signed()
      const status = named(STATUS_NAMES, head & STATUS_MASK)
      const by = named(SOURCE_NAMES, (head & ~HAS_PARTS) >> SOURCE_AT)
      const { parts, ...rest } = head >= HAS_PARTS ? partsOf(read, from) : NO_PARTS
      pending.push({ entry: { at, status, ...parts, by }, ...rest })
    }
  }
  settle(connection)
  return { entries, words }
}
