import { describe, expect, test } from 'vitest'
import { decodeText } from '#worker/lib/mail/charset.ts'
import { encodingOf } from '#worker/lib/mail/charset-labels.ts'
import { decodeWords, wholeWords } from '#worker/lib/mail/encoded-words.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const bytes = (...all: number[]): Uint8Array => new Uint8Array(all)
/** لغو in windows-1256. */
const ARABIC = bytes(0xe1, 0xdb, 0xe6)

test.each([
  ['windows-1256', 'x-windows-1256 cp1256 CP-1256 WIN-1256 ms-1256 ibm-1256 1256 windows_1256 x-cp1256 "windows-1256"'],
  ['iso-8859-6', 'ISO_8859-6 iso8859_6 8859-6 28596 asmo-708 arabic csISOLatinArabic ISO-8859-6:1987'],
  ['windows-1252', 'iso-8859-1 latin-1 ISO_8859-1:1987 l1 cp-1252 8859_1'],
  ['us-ascii', 'US-ASCII ascii ANSI_X3.4-1968 646 iso646-us usascii'],
  ['utf-8', 'utf8 UTF_8 x-utf-8 unicode-1-1-utf-8 utf-8*fa 65001 cp65001'],
  ['shift_jis', 'x-sjis shift-jis windows-31j cp932 MS_Kanji'],
  ['euc-kr', 'ks_c_5601-1987 cp949 euc_kr'],
  ['koi8-r', 'koi8r KOI8_R 20866'],
  [null, 'klingon utf-7 hz-gb-2312 constructor x-unknown cp850'],
])('%s is what these labels mean: %s', (encoding, labels) => {
  for (const label of labels.split(' ')) expect([label, encodingOf(label)]).toEqual([label, encoding])
})

describe('a text', () => {
  test.each([null, 'us-ascii', 'klingon', 'iso-8859-1', 'windows-1252', 'latin-9', 'utf-16', '8bit', 'unknown-8bit'])(
    'in UTF-8 is read as that under the label %j',
    (label) => {
      expect(decodeText(utf8('سلام، لغو 🙏'), label)).toEqual({ text: 'سلام، لغو 🙏', isDoubtful: false })
    },
  )

  test.each<[string, Uint8Array, string]>([
    ['windows-1256', ARABIC, 'لغو'],
    ['x-windows-1256', ARABIC, 'لغو'],
    ['iso-8859-6', bytes(0xe4, 0xda, 0xe8), 'لغو'],
    // Words whose bytes are UTF-8 too.
    ['windows-1256', bytes(0xca, 0x98), 'تک'],
    ['windows-1256', bytes(0xc2, 0x81), 'آپ'],
    ['windows-1251', bytes(0xd1, 0xd2, 0xce, 0xcf), 'СТОП'],
    ['iso-8859-1', bytes(0x63, 0x61, 0x66, 0xe9), 'café'],
    ['windows-1252', bytes(0x43, 0x41, 0x46, 0xc9, 0x85), 'CAFÉ…'],
    ['shift_jis', bytes(0x92, 0xe2, 0x8e, 0x7e), '停止'],
    ['gb2312', bytes(0xcd, 0xa3, 0xd6, 0xb9), '停止'],
    ['utf-16', bytes(0x06, 0x44, 0x06, 0x3a, 0x06, 0x48), 'لغو'],
    ['utf-16', bytes(0x44, 0x06, 0x3a, 0x06, 0x48, 0x06), 'لغو'],
    ['utf-16', bytes(0xfe, 0xff, 0x06, 0x44), 'ل'],
  ])('under a label that is right is read as it says: %s', (label, raw, text) => {
    expect(decodeText(raw, label)).toEqual({ text, isDoubtful: false })
  })

  test.each<[string, Uint8Array]>([
    ['windows-1256', utf8('لغو')],
    ['iso-8859-6', utf8('لغو')],
    ['iso-8859-6', ARABIC],
    ['shift_jis', utf8('لغو')],
  ])('under a label of another alphabet that gives what no text has is not read by it: %s', (label, raw) => {
    expect(decodeText(raw, label).text).toBe('لغو')
  })

  test.each<[string | null, Uint8Array]>([
    ['utf-8', ARABIC],
    [null, ARABIC],
    ['us-ascii', ARABIC],
    ['klingon', ARABIC],
    ['utf-7', utf8('+BkQGOgZI-')],
    ['hz-gb-2312', utf8('~{M#V9~}')],
    ['windows-1253', bytes(0xd2)],
  ])('that cannot be read for certain says so: %j', (label, raw) => {
    expect(decodeText(raw, label).isDoubtful).toBe(true)
  })
})

describe('encoded words', () => {
  test.each([
    ['padded words cut inside a letter', '=?utf-8?B?2LPZhNin2Q==?=\r\n =?UTF-8?B?hdiM?=', 'سلام،'],
    ['words cut inside a group of base64', '=?utf-8?B?2LPZhNi?= =?utf-8?B?n2YXYjA==?=', 'سلام،'],
    ['base64 after quoted letters', '=?utf-8?Q?=D8=B3=D9?= =?utf8?B?hA==?=', 'سل'],
    ['three words, one of them a single byte', '=?utf-8?Q?=D8?= =?utf-8?Q?=B3?= =?utf-8?Q?=D9=84?=', 'سل'],
    ['words of a legacy charset', '=?x-windows-1256?B?4Q==?= =?cp1256?B?2+Y=?=', 'لغو'],
    ['words of two charsets', '=?windows-1256?Q?=E1?= =?utf-8?Q?=D8=BA?=', 'لغ'],
    ['UTF-8 under a label of ASCII', '=?us-ascii?B?2YTYutmI?=', 'لغو'],
    ['plain text around', 'a =?utf-8?Q?b_c?= d =?utf-8?Q?e?=', 'a b c d e'],
    ['a language', '=?utf-8*fa?B?2YTYutmI?=', 'لغو'],
    ['no words', 'a =? b ?= =?x?y?z?=', 'a =? b ?= =?x?y?z?='],
    ['ISO-2022-JP, each by itself', '=?iso-2022-jp?B?GyRCRGQbKEI=?= =?iso-2022-jp?B?GyRCO18bKEI=?=', '停止'],
  ])('are decoded: %s', (_, value, text) => {
    expect(decodeWords(value)).toBe(text)
    expect(decodeWords(wholeWords(value))).toBe(text)
  })
})
