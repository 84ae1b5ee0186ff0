import { hexByte, toBase64, utf8, utf8Length } from '#worker/lib/bytes.ts'

/** RFC 5322 2.1.1: characters of a line that should not be exceeded, and those that must not. */
const WIDTH = 76
const LONGEST_LINE = 998
/** RFC 2047 2: a line with encoded-words has at most 76 characters, so the first word leaves room for the field's name. */
const ENCODED_WORD = WIDTH - 'Subject: '.length
const PREFIX = '=?UTF-8?B?'
/** Bytes that fit one encoded-word as base64. */
const WORD_BYTES = Math.floor((ENCODED_WORD - PREFIX.length - 2) / 4) * 3

const PRINTABLE = /^[\x20-\x7e]*$/

/** What would let a value end its line, or is no ASCII: nothing of the kind ever leaves this file. */
function sure(value: string): string {
  if (!PRINTABLE.test(value)) throw new Error('a header value must be printable ASCII on one line')
  return value
}

/** One field, folded before its blanks, with its CRLF. Throws for a value that is not printable ASCII. */
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

/** Pieces of a text of at most `bytes` bytes as UTF-8, no character cut in two. */
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

/** May a text stand in a header as it is: ASCII that no reader takes for an encoded-word and no folding changes? */
const isPlain = (text: string): boolean =>
  text.length <= 60 && PRINTABLE.test(text) && !text.includes('=?') && !/^ | $| {2}/.test(text)

/** Unstructured text (a subject) as a field value: RFC 2047 encoded-words where it is not plain ASCII. */
export const unstructured = (text: string): string => (isPlain(text) ? text : encodedWords(text))

/** `Name <address>`; the address must be a checked one without display name. */
export function mailbox(address: string, name?: string): string {
  const spec = `<${sure(address)}>`
  if (name === undefined || name === '') return spec
  return `${isPlain(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : encodedWords(name)} ${spec}`
}

/** RFC 2231 7, attribute-char, and a little less. */
const percentEncoded = (character: string): string =>
  /^[A-Za-z0-9._-]$/.test(character)
    ? character
    : Array.from(utf8(character), (byte) => `%${hexByte(byte).toUpperCase()}`).join('')

/** A parameter behind a field's value: quoted where it is plain, else RFC 2231 with continuations. Starts with `; `. */
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

/** RFC 5322 3.3, in UTC. */
export function mailDate(at: number): string {
  const date = new Date(at)
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
  return `${DAYS[date.getUTCDay()]}, ${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()} ${time} +0000`
}
