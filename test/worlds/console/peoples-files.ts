import type { FileTrouble } from '../../../console/src/parts/csv/read-file.ts'
import type { Fault } from '../../../console/src/parts/recipients/addresses.ts'
import { encoded } from './encoded.ts'

/** What a file of recipients of SMS holds, for a text that greets each with `{{نام}}`. */
interface Held {
  /** Numbers by whom they are called, in the order of the file: what each gets in place of `{{نام}}`. */
  readonly people: readonly (readonly [to: string, called: string])[]
  /** Rows that are left out, and why. */
  readonly bad?: readonly (readonly [row: number, fault: Fault | 'missing'])[]
  /** Line of a quote that never ends. */
  readonly openQuote?: number
  /** True: no column is called so, and nothing can be sent. */
  readonly isUnnamed?: true
}

/** A file as people have it. A string: why it is refused. */
type PeoplesFile = readonly [what: string, bytes: Uint8Array<ArrayBuffer>, held: Held | FileTrouble]

const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoded(text, 'utf-8')
const bytes = (...of: readonly number[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([...of, ...Array.from({ length: 600 }, (_, at) => (at * 151 + 7) % 256)])

const ALI = '+989121234567'
const SARA = '+989351234568'
const BOTH: Held = {
  people: [
    [ALI, 'علی'],
    [SARA, 'سارا'],
  ],
}
const ONE: Held = { people: [[ALI, 'علی']] }
/** Two people between whose cells stands `by`, with line ends `end`. */
const two = (by: string, end = '\r\n'): string =>
  ['نام', 'شماره'].join(by) + end + ['علی', '09121234567'].join(by) + end + ['سارا', '09351234568'].join(by) + end
/** One person, whose number is written so. */
const number = (written: string): Uint8Array<ArrayBuffer> => utf8(`نام,شماره\nعلی,${written}\n`)
/** The same, above somebody whose number is right. */
const odd = (written: string): Uint8Array<ArrayBuffer> => utf8(`نام,شماره\nعلی,${written}\nسارا,09351234568\n`)
/** One person, under a head of these names. */
const head = (names: string): Uint8Array<ArrayBuffer> => utf8(`${names}\nعلی,09121234567\n`)
/** One person, who is called so. */
const called = (cell: string, name = cell): readonly [Uint8Array<ArrayBuffer>, Held] => [
  utf8(`نام,شماره\n${cell},09121234567\n`),
  { people: [[ALI, name]] },
]
/** What is left where the second row has this fault, and the third has none. */
const left = (fault: Fault | 'missing'): Held => ({ people: [[SARA, 'سارا']], bad: [[2, fault]] })
/** All numbers of a file are spoilt in the same way. */
const spoilt = (fault: Fault): Held => ({ people: [], bad: [[2, fault]] })

const WRITTEN: readonly PeoplesFile[] = [
  ['UTF-8', utf8(two(',')), BOTH],
  ['UTF-8 with its mark', utf8(`\ufeff${two(',')}`), BOTH],
  ['UTF-8 with two marks, put together of two files', utf8(`\ufeff\ufeff${two(',')}`), BOTH],
  [
    'windows-1256 of Excel',
    encoded(two(',').replaceAll('ی', 'ي'), 'windows-1256'),
    {
      people: [
        [ALI, 'علي'],
        [SARA, 'سارا'],
      ],
    },
  ],
  ['Unicode text of Excel', encoded(`\ufeff${two('\t')}`, 'utf-16le'), BOTH],
  ['UTF-16 the other way', encoded(`\ufeff${two('\t')}`, 'utf-16be'), BOTH],
  ['UTF-16 without its mark', encoded(two('\t'), 'utf-16le'), BOTH],
  ['UTF-16 the other way without its mark', encoded(two(';'), 'utf-16be'), BOTH],
  ['UTF-16 without its mark, all in Persian', encoded('نام؛شماره\nعلی؛۰۹۱۲۱۲۳۴۵۶۷\n', 'utf-16le'), ONE],
  [
    'UTF-8 that was cut in the midst of a letter',
    utf8(`${two(',')}رضا,09121111111\nپ`).slice(0, -1),
    {
      people: [...BOTH.people, ['+989121111111', 'رضا']],
      bad: [[5, 'unread']],
    },
  ],
  [
    'UTF-8 with a broken letter in a name',
    Uint8Array.from([...utf8(`${two(',')}${'مریم محمدی گل'}`), 0xd9, ...utf8(',09121111111\n')]),
    {
      ...BOTH,
      bad: [[4, 'unread']],
    },
  ],
]

const CUT: readonly PeoplesFile[] = [
  ['semicolons', utf8(two(';')), BOTH],
  ['tabs', utf8(two('\t')), BOTH],
  ['bars', utf8(two('|')), BOTH],
  ['semicolons of Persian', utf8(two('؛')), BOTH],
  ['a first line for Excel', utf8(`sep=;\r\n${two(';')}`), BOTH],
  ['a first line for Excel that tells what it would not guess', utf8('sep=|\nنام|شماره\nعلی|09121234567'), ONE],
  ['line ends of old Macs', utf8(two(',', '\r')), BOTH],
  ['line ends of all kinds', utf8('نام,شماره\rعلی,09121234567\r\n\n\nسارا,09351234568\n\r'), BOTH],
  ['no line end at the last line', utf8(two(',').trimEnd()), BOTH],
  ['Ctrl-Z at the end, as DOS had it', utf8(`${two(',')}\x1a`), BOTH],
  [
    'a title above, without its commas',
    utf8(`فهرست مشتریان\n${two(',')}`),
    {
      people: [
        [ALI, ''],
        [SARA, ''],
      ],
      bad: [
        [1, 'empty'],
        [2, 'letters'],
      ],
      isUnnamed: true,
    },
  ],
  ['quotes in quotes', utf8('نام,شماره\n"علی ""گل"" رضایی",09121234567'), { people: [[ALI, 'علی "گل" رضایی']] }],
  ['a line break in a cell', utf8('نام,نشانی,شماره\nعلی,"تهران\nآزادی",09121234567'), ONE],
  ['a line break in a name of the head', utf8('نام,"شماره\nهمراه"\nعلی,09121234567'), ONE],
  [
    'a quote that never ends',
    utf8('نام,شماره\n"علی,09121234567\nسارا,09351234568'),
    {
      people: [
        [ALI, '"علی'],
        [SARA, 'سارا'],
      ],
      openQuote: 2,
    },
  ],
  ['commas in quotes', utf8('نام,شماره\n"رضایی, علی",09121234567'), { people: [[ALI, 'رضایی, علی']] }],
  [
    'a row of a megabyte',
    utf8(`${two(',')}${'ن'.repeat(500_000)},09121111111`),
    {
      people: [...BOTH.people, ['+989121111111', 'ن'.repeat(500_000)]],
    },
  ],
  ['a megabyte without a comma', utf8(`${two(',')}${'1'.repeat(1_000_000)}`), { ...BOTH, bad: [[4, 'empty']] }],
  ['columns beyond the head', utf8('نام,شماره\nعلی,09121234567,x,y\n'), ONE],
  [
    '10,000 rows',
    utf8(`نام,شماره\n${Array.from({ length: 10_000 }, (_, at) => `ن${at},0912${1_000_000 + at}`).join('\n')}`),
    {
      people: Array.from({ length: 10_000 }, (_, at) => [`+98912${1_000_000 + at}`, `ن${at}`] as const),
    },
  ],
]

const HEADS: readonly PeoplesFile[] = [
  [
    'no head',
    utf8('علی,09121234567\nسارا,09351234568'),
    {
      people: [
        [ALI, ''],
        [SARA, ''],
      ],
      isUnnamed: true,
    },
  ],
  ['a head alone', utf8('نام,شماره\n'), { people: [], bad: [[1, 'letters']], isUnnamed: true }],
  ['a name twice', head('نام,شماره,نام'), ONE],
  ['names of an Arabic keyboard', utf8('نام,كد ملي,شماره\nعلی,0499370899,09121234567'), ONE],
  ['a name in NBSP', head('\u00a0نام\u00a0,شماره'), ONE],
  ['a name behind a mark of direction', head('\u200fنام,شماره'), ONE],
  ['a name that is drawn out', head('نـــام,شماره'), ONE],
  [
    'two names that read the same',
    utf8('نام\u200f,نام\u200c,شماره\nعلی,رضا,09121234567'),
    { people: [[ALI, '']], isUnnamed: true },
  ],
  [
    'a first row whose number is short',
    utf8('علی,0912123456\nسارا,09351234568'),
    {
      people: [[SARA, '']],
      bad: [[1, 'mobile']],
      isUnnamed: true,
    },
  ],
  [
    'a first row whose number a spreadsheet rounded',
    utf8('علی,9.12E+09\nسارا,09351234568'),
    {
      people: [[SARA, '']],
      bad: [[1, 'rounded']],
      isUnnamed: true,
    },
  ],
  ['ids of people before their numbers', utf8('کد ملی,نام,شماره\n0499370899,علی,09121234567'), ONE],
  ['sums before the numbers', utf8('مبلغ,نام,شماره\n12500000,علی,09121234567'), ONE],
  ['telephones at home before mobile ones', utf8('تلفن منزل,نام,همراه\n02188123456,علی,09121234567'), ONE],
]

const NUMBERS: readonly PeoplesFile[] = [
  ['a zero that Excel dropped', number('9121234567'), ONE],
  ['a country code without its sign', number('989121234567'), ONE],
  ['a number that Excel rounded', number('9.12E+11'), spoilt('rounded')],
  ['the same with a decimal comma, in quotes', number('"9,12E+11"'), spoilt('rounded')],
  ['a number with decimals', number('9121234567.0'), ONE],
  ['Persian digits', number('۰۹۱۲۱۲۳۴۵۶۷'), ONE],
  ['Arabic digits', number('٠٩١٢١٢٣٤٥٦٧'), ONE],
  ['blanks and dashes', number('0912 123-45 67'), ONE],
  ['NBSP', number('\u00a00912\u00a0123\u00a04567'), ONE],
  ['marks of direction', number('\u202a\u200e09121234567\u202c'), ONE],
  ['an apostrophe', number("'09121234567"), ONE],
  ['an apostrophe of our own files', number('"\'+989121234567"'), ONE],
  ['a formula that keeps a zero', number('="09121234567"'), ONE],
  ['the same in quotes', number('"=""09121234567"""'), ONE],
  ['two numbers in a cell', odd('09121234567 - 09351234568'), left('long')],
  ['a letter in the number', odd('0912123456O'), left('letters')],
  ['a digit too few', odd('0912123456'), left('mobile')],
  ['digits missing in all', number('0912123456'), spoilt('mobile')],
  ['no number', odd(''), left('empty')],
  ['#N/A of a spreadsheet', odd('#N/A'), left('letters')],
]

const CELLS: readonly PeoplesFile[] = [
  ['a script', ...called('<script>alert(1)</script>')],
  ['a place', ...called('{{نام}}')],
  ['a name of JavaScript', ...called('__proto__')],
  ['a pattern', ...called("$& $' $1")],
  ['a formula', ...called('=1+1')],
  ['a formula of our own files', ...called("\"'=cmd|'/C calc'!A0\"", "=cmd|'/C calc'!A0")],
  ['an apostrophe in a name', ...called("o'neil")],
  ['nothing to see', utf8('نام,شماره\n\u200f\u200c,09121234567\nسارا,09351234568'), left('missing')],
  ['NUL in a name', ...called('ع\0لی', 'علی')],
]

const STRANGE: readonly PeoplesFile[] = [
  ['nothing', new Uint8Array(), 'empty'],
  ['a mark alone', utf8('\ufeff'), 'empty'],
  ['commas alone', utf8(',,,\r\n,,,\r\n'), 'empty'],
  ['blank lines', utf8('\n \n\t\n'), 'empty'],
  ['a workbook', bytes(0x50, 0x4b, 3, 4), 'workbook'],
  ['a workbook of old', bytes(0xd0, 0xcf, 0x11, 0xe0), 'workbook'],
  [
    'a page that calls itself a workbook',
    utf8('\r\n<html xmlns:x="urn:x"><table><tr><td>09121234567</td></tr></table>'),
    'workbook',
  ],
  ['a table that does', utf8('<table><tr><td>09121234567'), 'workbook'],
  ['a workbook in XML', encoded('\ufeff<?xml version="1.0"?><Workbook/>', 'utf-16le'), 'workbook'],
  ['a PDF', utf8('%PDF-1.7\n%âãÏÓ\n1 0 obj'), 'other'],
  ['a letter of a word processor', utf8('{\\rtf1\\ansi 09121234567}'), 'other'],
  ['a picture', bytes(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0), 'other'],
  ['a photograph', bytes(0xff, 0xd8, 0xff, 0xe0, 0, 0x10), 'other'],
]

/** Files of recipients as people have them, each by what is odd about it. */
export const PEOPLES_FILES: readonly PeoplesFile[] = [...WRITTEN, ...CUT, ...HEADS, ...NUMBERS, ...CELLS, ...STRANGE]
