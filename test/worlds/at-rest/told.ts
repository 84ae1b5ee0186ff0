import { foldDigits } from '#worker/domain/addresses/address.ts'
import { type Marker, significantOf } from './spellings.ts'

/** What was told to one gateway, and by it to carriers and receivers: what must not stand in clear in what it keeps. */
export interface Told {
  /** Notes a request that goes into the gateway: who called, and what its address and body say. */
  request(url: URL, init: { readonly headers?: RequestInit['headers']; readonly body?: unknown }): void
  /** Notes a text that comes in or leaves by another way. */
  text(what: string, text: string): void
  /** All that was noted and is a person's or a secret, each once. */
  markers(): readonly Marker[]
}

/** Values noted of one body by their form: of ten thousand in one, all go the same way. */
const OF_ONE_BODY = 6
/** Characters of a body that are read: a large one says the same again and again. */
const READ_OF_BODY = 50_000
/** Markers of one gateway: by the later ones of a test that sends thousands one by one nothing new is said. */
const OF_ONE_GATEWAY = 500
/** Bytes of a word: shorter ones stand in much by chance, or are words of the protocol. */
const LEAST_WORD = 8
/**
 * Digits of a number that chance may write beside what stands in clear: two sealed bytes before each line of thousands of rows
 * do, so a number that shares all its other digits with a tenant's line is not looked for.
 */
const BY_CHANCE = 3
/** Characters of an IP: shorter ones are no one caller's. */
const LEAST_IP = 10

const NUMBER = /(?<![\w+])(?:(?:\+|00)[1-9]\d{8,14}|(?:98|0)9\d{9})(?!\w)/g
/**
 * Bounded by what may stand before an `@` (RFC 5321 4.5.3.1.1): a long word without one would be read anew from each of its
 * letters.
 */
const ADDRESS = /[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/g
const IP = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]+)$/i
/** Members whose text is a person's, or a tenant's own words, wherever they stand in JSON. */
const WORDS =
  /"(text|subject|html|title|body|clientRef|note|description|user|token|input|screen|say|caption|message|Body)"\s*:\s*("(?:[^"\\]|\\.)*")/g
/** National ids of people and of legal persons, as they were typed. */
const NATIONAL_IDS = /"(nationalId|nationalCode)"\s*:\s*"([^"\\]{8,40})"/g
/** Names that people give themselves and their companies, where they sign in. */
const NAMES = /"(name|registrationNumber)"\s*:\s*("(?:[^"\\]|\\.)*")/g

function textOf(body: unknown): string {
  if (typeof body === 'string') return body.slice(0, READ_OF_BODY)
  if (body instanceof URLSearchParams)
    return [...body].map(([name, value]) => `"${name}":${JSON.stringify(value)}`).join(',')
  if (body instanceof Uint8Array) return new TextDecoder().decode(body.subarray(0, READ_OF_BODY))
  return ''
}

function wordOf(literal: string): string {
  try {
    return JSON.parse(literal) as string
  } catch {
    return ''
  }
}

/**
 * Calls by which operators name tenants, their programs and their senders, and say what the law wants shown: those stand in
 * clear, as docs/at-rest.md says.
 */
const IN_CLEAR = /^\/admin\/v1\/(?:tenants(?:\/|$)|licensee$)/

/** Path with its escapes read, as far as it is one. */
function readable(url: URL): string {
  try {
    return decodeURIComponent(url.pathname + url.search)
  } catch {
    return url.pathname
  }
}

const few = (text: string, form: RegExp): readonly RegExpMatchArray[] =>
  [...new Map([...text.matchAll(form)].map((match) => [match[0], match])).values()].slice(0, OF_ONE_BODY)

export function newTold(): Told {
  const noted = new Map<string, Marker>()
  const inClear = new Set<string>()
  const note = (kind: string, is: Marker['is'], value: string): void => {
    if (noted.size < OF_ONE_GATEWAY && !noted.has(value)) noted.set(value, { kind, is, value })
  }
  const read = (what: string, text: string): void => {
    for (const [number = ''] of few(text, NUMBER)) note(`a number of ${what}`, 'number', number)
    for (const [address = ''] of few(text, ADDRESS)) note(`an address of ${what}`, 'text', address)
    for (const [, , typed = ''] of few(text, NATIONAL_IDS)) {
      const digits = foldDigits(typed).replace(/\D/g, '')
      if (digits.length >= LEAST_WORD) note(`a national id of ${what}`, 'number', digits)
    }
    for (const [, name, literal = ''] of [
      ...few(text, WORDS),
      ...(/^\/v1\/auth\//.test(what) ? few(text, NAMES) : []),
    ]) {
      const word = wordOf(literal)
      if (Buffer.byteLength(word) >= LEAST_WORD) note(`the ${name} of ${what}`, 'text', word)
    }
  }
  const readInClear = (text: string): void => {
    for (const [value] of [...text.matchAll(NUMBER), ...text.matchAll(ADDRESS)]) inClear.add(value.toLowerCase())
    for (const [literal] of text.matchAll(/"(?:[^"\\]|\\.)*"/g)) inClear.add(wordOf(literal).toLowerCase())
  }
  // A sender of e-mail may be a whole domain: each address of it is the tenant's own.
  const isInClear = (value: string): boolean => {
    const lower = value.toLowerCase()
    return inClear.has(lower) || inClear.has(lower.slice(lower.lastIndexOf('@')))
  }
  /** True if a value in clear begins with all but the first digits of a number, or ends with all but the last ones. */
  const isNearlyInClear = (number: string): boolean => {
    const digits = significantOf(number)
    const some = Array.from({ length: BY_CHANCE }, (_, n) => n + 1)
    const [tails, heads] = [some.map((n) => digits.slice(n)), some.map((n) => digits.slice(0, -n))]
    return [...inClear].some(
      (value) => tails.some((tail) => value.startsWith(tail)) || heads.some((head) => value.endsWith(head)),
    )
  }
  return {
    request: (url, { headers, body }) => {
      const text = textOf(body)
      if (IN_CLEAR.test(url.pathname)) return readInClear(text)
      const where = url.pathname.replace(/(?<=\/)(?!v1\/)[^/]*[\d@%+][^/]*/g, '…')
      read(`the address of ${where}`, readable(url))
      read(where, text)
      const said = new Headers(headers)
      const [ip, key] = [said.get('cf-connecting-ip') ?? '', said.get('idempotency-key') ?? '']
      // Of a key only its signature opens anything.
      const [, signature] = /^Bearer chk_\w+_.+\.([\w-]+)$/.exec(said.get('authorization') ?? '') ?? []
      if (signature) note('an API key', 'text', signature)
      if (ip.length >= LEAST_IP && IP.test(ip)) note('the IP of a caller', 'ip', ip)
      if (key.length >= LEAST_WORD) note('an idempotency key', 'text', key)
    },
    text: (what, text) => read(what, text.slice(0, READ_OF_BODY)),
    markers: () =>
      [...noted.values()].filter(({ is, value }) => !isInClear(value) && !(is === 'number' && isNearlyInClear(value))),
  }
}
