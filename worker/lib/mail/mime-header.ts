import { hexByte, toBase64, utf8, utf8Length } from '#worker/lib/bytes.ts'

/** Characters of a line that should not be exceeded, and those that must not (RFC 5322 2.1.1). */
const WIDTH = 76
const LONGEST_LINE = 998
/** Characters of an encoded-word: its line has at most 76 (RFC 2047 2), and the first word shares it with the field's name. */
const ENCODED_WORD = WIDTH - 'Subject: '.length
const PREFIX = '=?UTF-8?B?'
/** Bytes that fit one encoded-word as base64. */
const WORD_BYTES = Math.floor((ENCODED_WORD - PREFIX.length - 2) / 4) * 3

const PRINTABLE = /^[\x20-\x7e]*$/

/** The value itself, or a throw: a line break or a character beyond ASCII must never reach a header. */
function sure(value: string): string {
  if (!PRINTABLE.test(value)) throw new Error('a header value must be printable ASCII on one line')
  return value
}

/** Writes one field, folded before its blanks, with its CRLF. Throws for a value that is not printable ASCII. */
export function writeField(name: string, value: string): string {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,75}$/.test(name)) throw new Error('a header name must be letters, digits and hyphens')
  const words = value.split(' ')
  let line = `${name}:`
  let text = ''
  for (const word of words) {
    sure(word)
    if (line.length + 1 + word.length > WIDTH && line.trim() !== '' && !line.endsWith(':')) {
      text += `${line}\r\n`
      line = ''
    }
    line += ` ${word}`
    if (line.length > LONGEST_LINE) throw new Error('a header value must not hold so long a word')
  }
  return `${text}${line}\r\n`
}

/** Cuts a text into pieces of at most `bytes` bytes as UTF-8, no character in two. */
function pieces(text: string, bytes: number): string[] {
  const list: string[] = []
  let piece = ''
  let length = 0
  for (const character of text) {
    const size = utf8Length(character)
    if (length + size > bytes) {
      list.push(piece)
      piece = ''
      length = 0
    }
    piece += character
    length += size
  }
  if (piece !== '') list.push(piece)
  return list
}

const encodedWords = (text: string): string =>
  pieces(text, WORD_BYTES)
    .map((piece) => `${PREFIX}${toBase64(utf8(piece))}?=`)
    .join(' ')

/** True if a text may stand in a header as it is: ASCII that no reader takes for an encoded-word and no folding changes. */
const isPlain = (text: string): boolean =>
  text.length <= 60 && PRINTABLE.test(text) && !text.includes('=?') && !/^ | $| {2}/.test(text)

/** Writes unstructured text (a subject) as a field value: in encoded-words (RFC 2047) where it is not plain ASCII. */
export const unstructured = (text: string): string => (isPlain(text) ? text : encodedWords(text))

/** Writes `Name <address>`; the address must be a checked one without display name. */
export function mailbox(address: string, name?: string): string {
  const spec = `<${sure(address)}>`
  if (name === undefined || name === '') return spec
  return `${isPlain(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : encodedWords(name)} ${spec}`
}

/** Percent-encodes a character unless it is an attribute-char (RFC 2231 7); fewer than the RFC allows stay as they are. */
const percentEncoded = (character: string): string =>
  /^[A-Za-z0-9._-]$/.test(character)
    ? character
    : Array.from(utf8(character), (byte) => `%${hexByte(byte).toUpperCase()}`).join('')

/** Writes a parameter behind a field's value, from its `; ` on: quoted where it is plain, else by RFC 2231 with continuations. */
export function writeParameter(name: string, value: string): string {
  if (/^[A-Za-z0-9._ -]{1,50}$/.test(value) && isPlain(value)) return `; ${name}="${value}"`
  const parts: string[] = []
  let part = ''
  for (const character of value) {
    const encoded = percentEncoded(character)
    if (part.length + encoded.length > 48) {
      parts.push(part)
      part = ''
    }
    part += encoded
  }
  parts.push(part)
  if (parts.length === 1) return `; ${name}*=UTF-8''${parts[0]}`
  return parts.map((text, index) => `; ${name}*${index}*=${index === 0 ? "UTF-8''" : ''}${text}`).join('')
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (number: number): string => String(number).padStart(2, '0')

/** Writes a date-time in UTC (RFC 5322 3.3) from epoch milliseconds. */
export function mailDate(at: number): string {
  const date = new Date(at)
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
  return `${DAYS[date.getUTCDay()]}, ${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()} ${time} +0000`
}
