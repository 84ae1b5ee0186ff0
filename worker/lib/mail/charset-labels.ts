import { BoundedMap } from '#worker/lib/bounded-map.ts'

/** Encodings by what is left of a label without its prefix and separators, where TextDecoder does not know that as a label. */
const COMPACT_LABELS = new Map(
  Object.entries({
    ansi: 'us-ascii',
    ansix341968: 'us-ascii',
    ansix341986: 'us-ascii',
    iso646: 'us-ascii',
    iso646us: 'us-ascii',
    usascii: 'us-ascii',
    '7bit': 'us-ascii',
    utf8mb4: 'utf-8',
    utf8bom: 'utf-8',
    utf16: 'utf-16',
    utf16le: 'utf-16le',
    utf16be: 'utf-16be',
    ucs2le: 'utf-16le',
    ucs2be: 'utf-16be',
    asmo708: 'iso-8859-6',
    ecma114: 'iso-8859-6',
    winarabic: 'windows-1256',
    windowsarabic: 'windows-1256',
    isolatinarabic: 'iso-8859-6',
    elot928: 'iso-8859-7',
    koi8r: 'koi8-r',
    koi8u: 'koi8-u',
    koi8ru: 'koi8-u',
    macroman: 'macintosh',
    maccyrillic: 'x-mac-cyrillic',
    tis620: 'windows-874',
    latin7: 'iso-8859-13',
    latin8: 'iso-8859-14',
    latin9: 'iso-8859-15',
    latin0: 'iso-8859-15',
    latin10: 'iso-8859-16',
    gb231280: 'gbk',
    gb18030: 'gb18030',
    big5hkscs: 'big5',
    cnbig5: 'big5',
    eucjp: 'euc-jp',
    iso2022jp: 'iso-2022-jp',
    iso2022jp1: 'iso-2022-jp',
    iso2022jp2: 'iso-2022-jp',
    iso2022jpms: 'iso-2022-jp',
    windows31j: 'shift_jis',
    shiftjis: 'shift_jis',
    mskanji: 'shift_jis',
    euckr: 'euc-kr',
    ksc56011987: 'euc-kr',
    uhc: 'euc-kr',
  }),
)

/** Encodings by the numbers of code pages that Windows and IBM gave them. */
const CODE_PAGES: Readonly<Record<string, string>> = {
  '367': 'us-ascii',
  '437': 'us-ascii',
  '646': 'us-ascii',
  '708': 'iso-8859-6',
  '866': 'ibm866',
  '874': 'windows-874',
  '932': 'shift_jis',
  '936': 'gbk',
  '949': 'euc-kr',
  '950': 'big5',
  '1200': 'utf-16le',
  '1201': 'utf-16be',
  '10000': 'macintosh',
  '10007': 'x-mac-cyrillic',
  '20127': 'us-ascii',
  '20866': 'koi8-r',
  '21866': 'koi8-u',
  '50220': 'iso-2022-jp',
  '50221': 'iso-2022-jp',
  '50222': 'iso-2022-jp',
  '51932': 'euc-jp',
  '51949': 'euc-kr',
  '54936': 'gb18030',
  '65000': '',
  '65001': 'utf-8',
}

/** Most characters of a charset's label that are read. */
const LONGEST_LABEL = 60

function decoderOf(label: string): TextDecoder | null {
  try {
    return new TextDecoder(label)
  } catch {
    return null
  }
}

/** Answers the label of the page that a number names in `windows-1256`, `cp1256`, `x-ms-1256`, `28596` and the like. */
function codePage(compact: string): string | null {
  const number = /^(?:codepage|windows|win|msdos|dos|ibm|cp|ms|ccsid)?0*(\d{3,5})$/.exec(compact)?.[1]
  if (number === undefined) return null
  if (/^125\d$/.test(number)) return `windows-${number}`
  const [, iso] = /^28(5\d\d|6\d\d)$/.exec(number) ?? []
  if (iso !== undefined) return `iso-8859-${Number(iso) - 590}`
  return CODE_PAGES[number] ?? null
}

function findEncoding(label: string): string | null {
  const plain = label
    .toLowerCase()
    .replace(/[\s"'<>;,]/g, '')
    .replace(/\*.*/, '')
  const compact = plain.replace(/^(?:charset=)?(?:x-)*(?:cs)?/, '').replace(/[^a-z0-9]/g, '')
  const [, part, order = ''] = /^(?:iso)?8859(\d{1,2}?)(?:19\d\d)?([ie]?)$/.exec(compact) ?? []
  const iso = part === undefined ? null : `iso-8859-${part}${order && `-${order}`}`
  for (const candidate of [plain, COMPACT_LABELS.get(compact), codePage(compact), iso, compact]) {
    const encoding = candidate ? decoderOf(candidate)?.encoding : undefined
    if (encoding === undefined) continue
    return /ascii|646|^ansi/.test(candidate ?? '') && encoding === 'windows-1252' ? 'us-ascii' : encoding
  }
  return null
}

/** Most labels that are remembered: strangers write them. */
const MOST_REMEMBERED = 500
/** Encodings of labels that were looked for, because a label that means none costs some tries. */
const found = new BoundedMap<string, string | null>(MOST_REMEMBERED)

/**
 * Answers the name of the encoding that a charset label means, as TextDecoder knows it, `us-ascii` for ASCII, which the encoding
 * standard has no decoder of its own for; null if the label means none. Labels are compared without a language (RFC 2231 5),
 * vendors' prefixes and separators, so that `x-windows-1256`, `CP1256` and `windows_1256` are one.
 */
export function encodingOf(label: string): string | null {
  const short = label.slice(0, LONGEST_LABEL)
  const known = found.get(short)
  if (known !== undefined) return known
  const encoding = findEncoding(short)
  found.set(short, encoding)
  return encoding
}
