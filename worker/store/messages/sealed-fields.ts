import type { Metadata } from '#worker/domain/messages/message.ts'
import { joinBytes, utf8 } from '#worker/lib/bytes.ts'

/** What a row holds sealed in one column: the address of the far end, and what the tenant wrote beside the message. */
export interface SealedFields {
  /** Empty: not known yet, or no longer readable. */
  readonly party: string
  readonly clientRef: string | null
  readonly metadata: Metadata | null
}

/** Fields of a row whose keys were forgotten, or that never had any. */
export const NO_FIELDS: SealedFields = { party: '', clientRef: null, metadata: null }

/**
 * Form in bytes: a head, the address, and if the head says so the client ref and the metadata as JSON. The head's low bits are
 * the number of digits of an address that is `+` and digits, which take half a byte each; 0: it is a text.
 */
const DIGITS = 31
const HAS_CLIENT_REF = 32
const HAS_METADATA = 64
const NUMBER = /^\+\d{1,31}$/

/** Bytes of an address that is `+` and digits, behind its head. */
function numberBytes(head: number, party: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(1 + (party.length >> 1))
  bytes[0] = head
  for (let i = 1; i < party.length; i++) {
    const digit = party.charCodeAt(i) - 48
    const at = (i + 1) >> 1
    bytes[at] = i % 2 === 1 ? digit << 4 : (bytes[at] ?? 0) | digit
  }
  return bytes
}

function digitsOf(bytes: Uint8Array, count: number): string {
  let digits = ''
  for (let i = 0; i < count; i++) {
    const byte = bytes[i >> 1] ?? 0
    digits += i % 2 === 0 ? byte >> 4 : byte & 15
  }
  return digits
}

const LONGEST_TEXT = 0xffff

/** A text behind the two bytes of its length. */
function textBytes(text: string): Uint8Array {
  const bytes = utf8(text)
  if (bytes.length > LONGEST_TEXT) throw new RangeError('an address or client ref is too long')
  return joinBytes([Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes])
}

/** Bytes of the fields of a message whose address is known. */
export function fieldsBytes({ party, clientRef, metadata }: SealedFields): Uint8Array<ArrayBuffer> {
  const isNumber = NUMBER.test(party)
  const head =
    (isNumber ? party.length - 1 : 0) |
    (clientRef === null ? 0 : HAS_CLIENT_REF) |
    (metadata === null ? 0 : HAS_METADATA)
  const address = isNumber ? numberBytes(head, party) : joinBytes([Uint8Array.of(head), textBytes(party)])
  if (clientRef === null && metadata === null) return address
  return joinBytes([
    address,
    ...(clientRef === null ? [] : [textBytes(clientRef)]),
    ...(metadata === null ? [] : [utf8(JSON.stringify(metadata))]),
  ])
}

const decoder = new TextDecoder()

/** Undoes `fieldsBytes`. */
export function fieldsOfBytes(bytes: Uint8Array): SealedFields {
  const head = bytes[0] ?? 0
  let at = 1
  const take = (length: number): Uint8Array => {
    at += length
    return bytes.subarray(at - length, at)
  }
  const text = (): string => {
    const [high = 0, low = 0] = take(2)
    return decoder.decode(take((high << 8) | low))
  }
  const digits = head & DIGITS
  const party = digits === 0 ? text() : `+${digitsOf(take((digits + 1) >> 1), digits)}`
  const clientRef = (head & HAS_CLIENT_REF) === 0 ? null : text()
  const metadata = (head & HAS_METADATA) === 0 ? null : (JSON.parse(decoder.decode(bytes.subarray(at))) as Metadata)
  return { party, clientRef, metadata }
}
