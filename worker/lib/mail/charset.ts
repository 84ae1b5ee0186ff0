import { encodingOf } from './charset-labels.ts'

/** Encodings of Latin letters. Mail programs write their labels, like us-ascii, over anything. */
const LATIN = new Set([
  'windows-1250',
  'windows-1252',
  'windows-1254',
  'windows-1257',
  'windows-1258',
  'iso-8859-2',
  'iso-8859-3',
  'iso-8859-4',
  'iso-8859-10',
  'iso-8859-13',
  'iso-8859-14',
  'iso-8859-15',
  'iso-8859-16',
  'macintosh',
])

/** Texts of nothing but ASCII, marks and letters of one script, for the encodings whose every letter is one byte. */
const ARABIC = /^[\0-\x7f\P{L}\p{Script=Arabic}]*$/u
const CYRILLIC = /^[\0-\x7f\P{L}\p{Script=Cyrillic}]*$/u
const GREEK = /^[\0-\x7f\P{L}\p{Script=Greek}]*$/u
const HEBREW = /^[\0-\x7f\P{L}\p{Script=Hebrew}]*$/u
const SCRIPTS: Readonly<Record<string, RegExp>> = {
  'windows-1256': ARABIC,
  'iso-8859-6': ARABIC,
  'windows-1251': CYRILLIC,
  'iso-8859-5': CYRILLIC,
  'koi8-r': CYRILLIC,
  'koi8-u': CYRILLIC,
  'x-mac-cyrillic': CYRILLIC,
  ibm866: CYRILLIC,
  'windows-1253': GREEK,
  'iso-8859-7': GREEK,
  'windows-1255': HEBREW,
  'iso-8859-8': HEBREW,
  'iso-8859-8-i': HEBREW,
}

/** Windows' pages under the labels of the ISO's, which programs write over them. */
const SIBLINGS: Readonly<Record<string, string>> = {
  'iso-8859-2': 'windows-1250',
  'iso-8859-6': 'windows-1256',
  'iso-8859-7': 'windows-1253',
  'iso-8859-8': 'windows-1255',
  'iso-8859-8-i': 'windows-1255',
  'iso-8859-13': 'windows-1257',
}

/** Text of some bytes. */
interface DecodedText {
  readonly text: string
  /** True if letters were lost, or if the encoding is a guess that nothing supports. */
  readonly isDoubtful: boolean
}

/** Characters that no text has: what stands for undefined bytes, and controls but white space. */
const BROKEN = /(?![\t\n\f\r])[\p{Cc}\ufffd]/u

const isAscii = (bytes: Uint8Array): boolean => bytes.every((byte) => byte < 0x80)

/** Answers the text of bytes that are UTF-8; null for all others. */
function utf8Text(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    return null
  }
}

export const isUtf8 = (bytes: Uint8Array): boolean => utf8Text(bytes) !== null

/**
 * True if the UTF-8 reading of bytes that claim to be Latin is a chance: capitals before a quotation mark or dots (`CAFÉ…`)
 * read as rare letters of phonetics.
 */
const isChance = (text: string): boolean =>
  !/[^\0-\x7f\u0180-\u02ff]/.test(text) && !/(?:^|[^A-Z\u0180-\u02ff])[\u0180-\u02ff]/.test(text)

function markedText(bytes: Uint8Array, encoding: string | null): DecodedText | null {
  const [a, b, c] = bytes
  const isWide = encoding === null || encoding.startsWith('utf-') || encoding === 'us-ascii' || LATIN.has(encoding)
  const marked =
    a === 0xef && b === 0xbb && c === 0xbf
      ? 'utf-8'
      : isWide && a === 0xff && b === 0xfe
        ? 'utf-16le'
        : isWide && a === 0xfe && b === 0xff
          ? 'utf-16be'
          : null
  return marked === null ? null : plainly(bytes, marked)
}

function plainly(bytes: Uint8Array, encoding: string): DecodedText {
  const text = new TextDecoder(encoding).decode(bytes)
  return { text, isDoubtful: text.includes('\ufffd') }
}

/**
 * Reads UTF-16 without a mark. The bytes that say which alphabet change less than the others, which tells their order: RFC 2781
 * wants the larger first, Windows writes it last.
 */
function wideText(bytes: Uint8Array): DecodedText {
  const seen: readonly Set<number>[] = [new Set(), new Set()]
  for (const [n, byte] of bytes.subarray(0, 4_000).entries()) seen[n % 2]?.add(byte)
  return plainly(bytes, (seen[0]?.size ?? 0) < (seen[1]?.size ?? 0) ? 'utf-16be' : 'utf-16le')
}

function legacyText(bytes: Uint8Array, encoding: string): DecodedText {
  const named = plainly(bytes, encoding)
  const script = SCRIPTS[encoding]
  if (!script && !BROKEN.test(named.text)) return named
  const utf8 = utf8Text(bytes)
  if (utf8 !== null && !isAscii(bytes)) {
    // Bytes that are letters of the label's own script in UTF-8 are no accident. Some words in windows-1256 are UTF-8 by their
    // bytes too, but letters of other scripts.
    const isOwnScript = script?.test(utf8) === true && /[^\0-\x7f\P{L}]/u.test(utf8)
    if (BROKEN.test(named.text) || isOwnScript) return { text: utf8, isDoubtful: utf8.includes('\ufffd') }
  }
  if (!BROKEN.test(named.text)) return named
  const sibling = SIBLINGS[encoding]
  const wider = sibling === undefined ? null : plainly(bytes, sibling)
  return wider && !BROKEN.test(wider.text) ? wider : named
}

/**
 * Decodes a text of a mail by its charset label, or null for none. A label of ASCII or Latin, an unknown and a missing one give
 * way to UTF-8 where the bytes are that (RFC 2046 4.1.2 wants a label, and programs write the wrong one); a label of another
 * alphabet holds, unless it gives undefined or control characters.
 */
export function decodeText(bytes: Uint8Array, label: string | null): DecodedText {
  const encoding = label === null ? null : encodingOf(label)
  const marked = markedText(bytes, encoding)
  if (marked) return marked
  if (encoding === 'utf-8') return plainly(bytes, encoding)
  if (encoding?.startsWith('utf-16')) {
    const narrow = utf8Text(bytes)
    if (narrow !== null && !BROKEN.test(narrow)) return { text: narrow, isDoubtful: false }
    return encoding === 'utf-16be' || /le/i.test(label ?? '') ? plainly(bytes, encoding) : wideText(bytes)
  }
  const isLatin = encoding !== null && LATIN.has(encoding)
  if (encoding !== null && encoding !== 'us-ascii' && !isLatin) return legacyText(bytes, encoding)
  const utf8 = utf8Text(bytes)
  if (utf8 !== null && !(isLatin && isChance(utf8)))
    return { text: utf8, isDoubtful: utf8.includes('\ufffd') || (encoding === null && isOpaque(label, utf8)) }
  const { text } = plainly(bytes, isLatin ? encoding : 'windows-1252')
  return { text, isDoubtful: !isLatin || BROKEN.test(text) }
}

/** True if ASCII letters under an unknown label may stand for others, as those of UTF-7 and ISO-2022 do. */
const isOpaque = (label: string | null, text: string): boolean =>
  label !== null && label !== '' && (text.includes('\x1b') || /\+[A-Za-z0-9+/]{2,9}|~\{/.test(text))
