import { joinBytes } from '#worker/lib/bytes.ts'
import { parseJson, parseScanned, refusalOf, type Unread, withoutMark } from './input.ts'
import { type Faults, type FieldError, hasNoRoom, noFaults } from './pointer.ts'
import { scanJson, VALUE_LIMIT } from './scan.ts'

/** Member whose items are taken one by one, and the number of them after which no more are parsed. */
export interface ItemsMember {
  readonly name: string
  readonly most: number
}

/** A body of items: faults of an item stand by its index, with pointers below it; the others concern the whole body. */
interface ReadItems {
  readonly ok: true
  readonly value: unknown
  readonly faults: readonly FieldError[]
  readonly itemFaults: ReadonlyMap<number, readonly FieldError[]>
}

type ItemsResult = ReadItems | Unread

/**
 * Bytes up to which a document is parsed as one: above, the text of 16 MB would stand in memory beside its bytes and its values.
 */
const WHOLE_BYTES = 1_000_000

/** Sorts faults of a whole document by the item that they lie in. */
function sorted(value: unknown, faults: Faults, { name }: ItemsMember): ReadItems {
  const { list } = faults
  if (list.length === 0 || hasNoRoom(faults)) return { ok: true, value, faults: list, itemFaults: new Map() }
  const items = new Map<number, FieldError[]>()
  const whole: FieldError[] = []
  const pattern = new RegExp(`^/${name}/(\\d+)(/.*)?$`, 's')
  for (const fault of list) {
    const match = pattern.exec(fault.pointer)
    if (!match) {
      whole.push(fault)
      continue
    }
    const index = Number(match[1])
    const found = items.get(index) ?? []
    found.push({ pointer: match[2] ?? '', detail: fault.detail })
    items.set(index, found)
  }
  return { ok: true, value, faults: whole, itemFaults: items }
}

/** Reads a JSON document with items. */
export function parseItems(body: Uint8Array, member: ItemsMember): ItemsResult {
  const bytes = withoutMark(body)
  if (bytes.length > WHOLE_BYTES) return parseInParts(bytes, member)
  const read = parseJson(bytes)
  return read.ok ? sorted(read.value, read.faults, member) : read
}

/** Reads a large document without ever making its whole text: first what stands around the items, then item by item. */
function parseInParts(bytes: Uint8Array, member: ItemsMember): ItemsResult {
  const scan = scanJson(bytes, { member })
  const refused = refusalOf(scan)
  if (refused) return refused
  const { items } = scan
  const outer = items ? joinBytes([bytes.subarray(0, items.from), bytes.subarray(items.to)]) : bytes
  const read = parseScanned(outer, scan.faults)
  if (!read.ok) return read
  const whole = sorted(read.value, scan.faults, member)
  if (!items) return whole
  const found = newFound(whole.itemFaults, scan.faults.room)
  for (let n = 0; n < items.bounds.length; n += 2) {
    const item = bytes.subarray(items.bounds[n], items.bounds[n + 1])
    const refused = addItem(found, item, noFaults(found.room))
    if (refused) return { ...refused, detail: `${refused.detail} It is in item ${n / 2}, counted from 0.` }
  }
  return withItems(whole, found, member)
}

/** Items read so far. */
interface Found {
  readonly values: unknown[]
  readonly faults: Map<number, readonly FieldError[]>
  /** Room for faults of further items. */
  room: number
}

const newFound = (faults: ReadItems['itemFaults'], room: number): Found => ({
  values: [],
  faults: new Map(faults),
  room,
})

/** Parses the next item, which was scanned with `faults`; answers why not. */
function addItem(found: Found, bytes: Uint8Array, faults: Faults): Unread | null {
  const { values, faults: all } = found
  const read = parseScanned(bytes, faults)
  if (!read.ok) return read
  const { length: index } = values
  if (faults.list.length > 0) all.set(index, [...(all.get(index) ?? []), ...faults.list])
  found.room = faults.room
  values.push(read.value)
  return null
}

/** The body with its items. More faults than are told apart spoil it whole. */
function withItems(whole: ReadItems, { values, faults, room }: Found, { name }: ItemsMember): ReadItems {
  const value = { ...(whole.value as object), [name]: values }
  if (room > 0) return { ...whole, value, itemFaults: faults }
  const all = [...faults].flatMap(([index, list]) =>
    list.map(({ pointer, detail }) => ({ pointer: `/${name}/${index}${pointer}`, detail })),
  )
  return { ...whole, value, faults: [...whole.faults, ...all] }
}

const LINE_FEED = 0x0a
const isBlank = (line: Uint8Array): boolean => line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)

/** Lines of a text that are not blank, with their numbers from 1. */
function* linesOf(bytes: Uint8Array): Generator<{ readonly number: number; readonly line: Uint8Array }> {
  let number = 0
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(LINE_FEED, start)
    const end = found < 0 ? bytes.length : found
    const line = bytes.subarray(start, end)
    number++
    if (!isBlank(line)) yield { number, line }
    start = end + 1
  }
}

/** The refusal of a line: its errors name the line. */
const inLine = (number: number, { errors = [], ...refused }: Unread): Unread => ({
  ...refused,
  errors:
    errors.length === 0
      ? [{ pointer: `line:${number}`, detail: refused.detail }]
      : errors.map(({ pointer, detail }) => ({ pointer: `line:${number}${pointer}`, detail })),
})

/**
 * Reads lines of JSON (NDJSON): the first that is not blank is the document without its items, each further one is an item. Gives
 * what `parseItems` gives for the document that they stand for.
 */
export function parseLines(body: Uint8Array, member: ItemsMember): ItemsResult {
  const found = newFound(new Map(), noFaults().room)
  let head: ReadItems | null = null
  let values = VALUE_LIMIT
  for (const { number, line } of linesOf(withoutMark(body))) {
    const scan = scanJson(line, { values, faults: noFaults(found.room) })
    values -= scan.values
    const refused = refusalOf(scan)
    if (refused) return inLine(number, refused)
    if (head === null) {
      const read = parseScanned(line, scan.faults)
      if (!read.ok) return inLine(number, read)
      head = headOf(read.value, scan.faults, member)
      continue
    }
    const unread = addItem(found, line, scan.faults)
    if (unread) return inLine(number, unread)
    if (found.values.length === member.most) break
  }
  if (head === null) return { ok: false, reason: 'malformed', detail: 'The body is empty.' }
  const takesItems = found.values.length > 0 && typeof head.value === 'object' && head.value !== null
  return takesItems && !Array.isArray(head.value) ? withItems(head, found, member) : head
}

function headOf(value: unknown, faults: Faults, { name }: ItemsMember): ReadItems {
  const isMisplaced = typeof value === 'object' && value !== null && Object.hasOwn(value, name)
  const misplaced = isMisplaced ? [{ pointer: `/${name}`, detail: 'stands in the lines that follow' }] : []
  return { ok: true, value, faults: [...faults.list, ...misplaced], itemFaults: new Map() }
}
