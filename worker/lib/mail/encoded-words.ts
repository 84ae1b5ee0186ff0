import { joinBytes, toBase64, utf8 } from '#worker/lib/bytes.ts'
import { decodeText } from './charset.ts'
import { encodingOf } from './charset-labels.ts'

/** An encoded word of a header (RFC 2047). The label runs to the next question mark, because some have punctuation. */
const WORD = /=\?([^?\s]+)\?([QqBb])\?([^?]*)\?=/g

interface EncodedWord {
  /** Charset as it is named, without a language (RFC 2231 5). */
  readonly label: string
  readonly isBase64: boolean
  readonly encoded: string
}

/** A header value's encoded words with nothing but white space between them, and the plain text before them. */
interface Run {
  readonly before: string
  readonly words: readonly EncodedWord[]
}

function runsOf(value: string): { readonly runs: readonly Run[]; readonly after: string } {
  const runs: { before: string; words: EncodedWord[] }[] = []
  let end = 0
  for (const found of value.matchAll(WORD)) {
    const before = value.slice(end, found.index)
    const [whole, label = '', encoding = '', encoded = ''] = found
    const word = { label: label.replace(/\*.*/, ''), isBase64: encoding.toUpperCase() === 'B', encoded }
    const last = runs.at(-1)
    if (last && /^[ \t\r\n]*$/.test(before)) last.words.push(word)
    else runs.push({ before, words: [word] })
    end = found.index + whole.length
  }
  return { runs, after: value.slice(end) }
}

function base64Bytes(encoded: string): Uint8Array<ArrayBuffer> {
  const bare = encoded.replace(/[^A-Za-z0-9+/]+/g, '')
  // One character alone is no byte: the rest of a word that was cut.
  const whole = bare.length % 4 === 1 ? bare.slice(0, -1) : bare
  return Uint8Array.from(atob(whole), (letter) => letter.charCodeAt(0))
}

function quotedBytes(encoded: string): Uint8Array<ArrayBuffer> {
  const literal = utf8(encoded.replaceAll('_', ' '))
  const bytes = new Uint8Array(literal.length)
  let length = 0
  for (let i = 0; i < literal.length; i++) {
    const byte = literal[i] ?? 0
    const hex = byte === 0x3d ? String.fromCharCode(literal[i + 1] ?? 0, literal[i + 2] ?? 0) : ''
    const isEscape = /^[0-9a-f]{2}$/i.test(hex)
    bytes[length++] = isEscape ? Number.parseInt(hex, 16) : byte
    if (isEscape) i += 2
  }
  return bytes.slice(0, length)
}

/** Joins the base64 of words that were cut inside a group of four letters; padding ends a word's. */
function joinBase64(words: readonly EncodedWord[]): readonly EncodedWord[] {
  const joined: EncodedWord[] = []
  for (const word of words) {
    const last = joined.at(-1)
    const isOpen = last?.isBase64 && word.isBase64 && !last.encoded.includes('=') && last.encoded.length % 4 !== 0
    if (last && isOpen) joined[joined.length - 1] = { ...last, encoded: last.encoded + word.encoded }
    else joined.push(word)
  }
  return joined
}

const bytesOf = ({ isBase64, encoded }: EncodedWord): Uint8Array<ArrayBuffer> =>
  isBase64 ? base64Bytes(encoded) : quotedBytes(encoded)

/**
 * Decodes words of one charset: their bytes first, then the letters, because programs cut words inside a letter. Words that are
 * whole letters only each by itself are decoded so.
 */
function textOfWords(words: readonly EncodedWord[]): string {
  const label = words[0]?.label ?? ''
  const parts = joinBase64(words).map(bytesOf)
  const { text } = decodeText(joinBytes(parts), label)
  if (!text.includes('\ufffd')) return text
  const apart = words.map((word) => decodeText(bytesOf(word), label).text).join('')
  return apart.includes('\ufffd') ? text : apart
}

const isSameCharset = (a: string, b: string): boolean => {
  if (a.toLowerCase() === b.toLowerCase()) return true
  const encoding = encodingOf(a)
  return encoding !== null && encoding === encodingOf(b)
}

function textOfRun({ words }: Run): string {
  const groups: EncodedWord[][] = []
  for (const word of words) {
    const last = groups.at(-1)
    const [first] = last ?? []
    const isSame = first && isSameCharset(first.label, word.label)
    if (last && isSame) last.push(word)
    else groups.push([word])
  }
  return groups.map(textOfWords).join('')
}

/** Decodes the encoded words of a header's value. */
export function decodeWords(value: string): string {
  const { runs, after } = runsOf(value)
  return runs.map((run) => run.before + textOfRun(run)).join('') + after
}

/** Makes one word in UTF-8 of all encoded words that stand together, for a parser that looks at each alone. */
export function wholeWords(value: string): string {
  const { runs, after } = runsOf(value)
  return runs.map((run) => `${run.before}=?utf-8?B?${toBase64(utf8(textOfRun(run)))}?=`).join('') + after
}
