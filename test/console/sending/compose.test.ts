import { describe, expect, test } from 'vitest'
import { measureText } from '#worker/channels/sms/segments.ts'
import { filled, namesIn } from '../../../console/src/pages/compose/text/placeholders.ts'
import { foreignLetters, smsParts, stretches, withTwins } from '../../../console/src/pages/compose/text/sms-parts.ts'
import { decode } from '../../../console/src/parts/csv/decode.ts'
import { guessDelimiter, guessEncoding } from '../../../console/src/parts/csv/guess.ts'
import { columnNames } from '../../../console/src/parts/csv/lines.ts'
import { readLines } from '../../../console/src/parts/csv/table.ts'
import { readAddress } from '../../../console/src/parts/recipients/addresses.ts'
import { checkSheet, guessSheet, namesOf, typedLines } from '../../../console/src/parts/recipients/check.ts'
import { encoded } from '../../worlds/console/encoded.ts'

const cellsOf = async (text: string) => (await readLines(text, guessDelimiter(text))).lines.map(({ cells }) => cells)

describe('the counter beside a text', () => {
  const PIECES = ['a', '€', '{', 'é', '\n', 'س', '\u200c', '😀', '🇮🇷', '’', 'Ω', '\f', 'क', '中']
  test('counts as the API counts, at every edge of a part', () => {
    for (const piece of PIECES)
      for (const before of ['', 'x', 'xy'])
        for (const length of [
          0, 1, 33, 34, 35, 66, 67, 68, 69, 70, 71, 76, 77, 80, 134, 152, 153, 154, 160, 161, 306, 307, 700,
        ]) {
          const text = before + piece.repeat(length)
          const { encoding, parts } = smsParts(text)
          expect({ text, encoding, parts, units: parts.length }).toEqual({ text, ...measureText(text) })
        }
  })

  test('what is left is the room of the last part', () => {
    expect(smsParts('').left).toBe(160)
    expect(smsParts('a'.repeat(160)).left).toBe(0)
    expect(smsParts('a'.repeat(161)).left).toBe(145)
    expect(smsParts('سلام').left).toBe(66)
  })

  test('names what made a text UCS-2, and offers its plain twin', () => {
    expect(foreignLetters('It’s – “ok”… ✓✓')).toEqual([
      { letter: '’', count: 1, twin: "'" },
      { letter: '–', count: 1, twin: '-' },
      { letter: '“', count: 1, twin: '"' },
      { letter: '”', count: 1, twin: '"' },
      { letter: '…', count: 1, twin: '...' },
      { letter: '✓', count: 2, twin: null },
    ])
    expect(smsParts(withTwins('It’s – “ok”…\u00a0\u200b')).encoding).toBe('gsm-7')
    expect(withTwins('سلام ✓')).toBe('سلام ✓')
    expect(stretches('ok ✓✓ no😀')).toEqual([
      { text: 'ok ', isForeign: false },
      { text: '✓✓', isForeign: true },
      { text: ' no', isForeign: false },
      { text: '😀', isForeign: true },
    ])
    expect(stretches('')).toEqual([])
  })

  test('every twin is in GSM-7 itself', () => {
    for (let code = 0; code < 0x3000; code++) {
      const letter = String.fromCharCode(code)
      const twin = withTwins(letter)
      if (twin !== letter) expect([letter, smsParts(twin).encoding]).toEqual([letter, 'gsm-7'])
    }
  })
})

describe('places that a column fills', () => {
  test('are found in every text of a content, each once', () => {
    const content = { subject: 'Hi {{ name }}', text: '{{name}}, {{کد}}', buttons: [[{ label: '{{b}}' }]], count: 3 }
    expect(namesIn(content)).toEqual(['name', 'کد', 'b'])
    expect(filled(content, { name: 'Ali', کد: '۱۲', b: 'B' })).toEqual({
      subject: 'Hi Ali',
      text: 'Ali, ۱۲',
      buttons: [[{ label: 'B' }]],
      count: 3,
    })
  })

  test.each(['{{}}', '{{ }}', '{name}', '{{name', 'name}}', '{{{', '{{a{b}}'])('%s is none', (text) => {
    expect(namesIn(text)).toEqual([])
    expect(filled(text, { name: 'x', '': 'x', a: 'x' })).toBe(text)
  })

  test('a value is words: neither a place nor a pattern in it is looked at again', () => {
    expect(filled('{{a}} {{b}}', { a: '{{b}}', b: '$& $1 $$' })).toBe('{{b}} $& $1 $$')
    expect(filled('{{toString}}', {})).toBe('{{toString}}')
    expect(filled('{{__proto__}}', Object.fromEntries([['__proto__', 'x']]))).toBe('x')
  })

  test('a value is words in HTML too, and as it is beside it', () => {
    const content = { subject: '{{a}}', text: '{{a}}', html: '<p title="{{a}}">{{a}}</p>' }
    expect(filled(content, { a: `<i>"&'` })).toEqual({
      subject: `<i>"&'`,
      text: `<i>"&'`,
      html: '<p title="&#60;i&#62;&#34;&#38;&#39;">&#60;i&#62;&#34;&#38;&#39;</p>',
    })
  })
})

describe('the encoding of a file', () => {
  const PERSIAN = 'شماره,نام\r\n09121234567,پژمان گچکار\r\n09121234568,Ali'
  test.each([
    ['utf-8', PERSIAN],
    ['utf-8', `\ufeff${PERSIAN}`],
    ['utf-8', 'a,b\n1,2'],
    ['utf-8', ''],
    ['utf-16le', `\ufeff${PERSIAN}`],
    ['utf-16be', `\ufeff${PERSIAN}`],
    ['utf-16le', 'number,name\n09121234567,Ali'],
    ['utf-16be', 'number,name\n09121234567,Ali'],
    ['windows-1256', PERSIAN.replace('ی', 'ي')],
  ] as const)('%s is guessed and read', (encoding, text) => {
    const bytes = encoded(text, encoding)
    expect(guessEncoding(bytes)).toBe(encoding)
    expect(decode(bytes, encoding)).toBe(text.replace('\ufeff', ''))
  })

  test('bytes that are no letters are read without a stumble', () => {
    const bytes = Uint8Array.from({ length: 512 }, (_, at) => (at * 7 + 129) % 256)
    expect(decode(bytes, guessEncoding(bytes)).length).toBeGreaterThan(0)
  })
})

describe('a file of rows', () => {
  test.each([
    [
      'commas',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'semicolons',
      'a;b\r\n1;2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'tabs',
      'a\tb\r1\t2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'semicolons around a decimal comma',
      'a;b\n1,5;2\n1,6;3',
      [
        ['a', 'b'],
        ['1,5', '2'],
        ['1,6', '3'],
      ],
    ],
    ['one column', '09121234567\n09121234568', [['09121234567'], ['09121234568']]],
    [
      'quotes, and what stands in them',
      'a,"b, ""c""\r\nd"\n1,2',
      [
        ['a', 'b, "c"\r\nd'],
        ['1', '2'],
      ],
    ],
    [
      'a quote within a cell',
      'a"b,c\n1,2',
      [
        ['a"b', 'c'],
        ['1', '2'],
      ],
    ],
    [
      'something behind a quote',
      '"a"b,c\n1,2',
      [
        ['ab', 'c'],
        ['1', '2'],
      ],
    ],
    [
      'blank lines and cells',
      '\n\na,,c\n,,\n \n1,,3',
      [
        ['a', '', 'c'],
        ['1', '', '3'],
      ],
    ],
    [
      'NUL',
      'a\0,b\n\0 1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'formulas, which stay words',
      '=1+1,@a\n+98912,-2',
      [
        ['=1+1', '@a'],
        ['+98912', '-2'],
      ],
    ],
    ['nothing', '', []],
    ['a line feed alone', '\n', []],
    [
      'every script',
      'سلام,שלום\nनमस्ते,你好\n😀,Ω',
      [
        ['سلام', 'שלום'],
        ['नमस्ते', '你好'],
        ['😀', 'Ω'],
      ],
    ],
  ])('with %s', async (_, text, cells) => {
    expect(await cellsOf(text)).toEqual(cells)
  })

  test('a quote that never ends is told by its line, and takes no other row with it', async () => {
    const { lines, openQuote } = await readLines('a,b\n1,"open\n2,c\n3,d', ',')
    expect(openQuote).toBe(2)
    expect(lines.map(({ row, cells }) => [row, ...cells])).toEqual([
      [1, 'a', 'b'],
      [2, '1', '"open'],
      [3, '2', 'c'],
      [4, '3', 'd'],
    ])
  })

  test('rows have the number that an editor shows, whatever stands before them', async () => {
    const { lines } = await readLines('a,b\r\n\r\n"x\r\ny",1\r\nz,2', ',')
    expect(lines.map(({ row }) => row)).toEqual([1, 3, 5])
  })

  test('columns are told apart, also without names or with the same', () => {
    expect(columnNames(['نام', '', 'نام', 'a{{b}}'], 5)).toEqual(['نام', '2', 'نام 2', 'ab', '5'])
    expect(columnNames(['a', 'a', 'a 2', '2', ''], 5)).toEqual(['a', 'a 2', 'a 2 2', '2', '5'])
    expect(columnNames(null, 2)).toEqual(['1', '2'])
  })

  test('a forgotten quote does not swallow the rows up to the next one', async () => {
    const text = `a,b\n1,"open\n${'2,c\n'.repeat(100)}3,"closed"\n`
    const { lines, openQuote } = await readLines(text, ',')
    expect([lines.length, openQuote]).toEqual([103, 2])
    expect(lines.at(-1)?.cells).toEqual(['3', 'closed'])
  })

  test('many quotes that never end are read in one go', async () => {
    const text = 'a,"b\n'.repeat(4_000)
    expect((await readLines(text, ',')).lines.length).toBeGreaterThan(1)
  })
})

describe('a recipient', () => {
  test.each([
    ['sms', '۰۹۱۲ ۱۲۳ ۴۵۶۷', '+989121234567'],
    ['sms', "'09121234567", '+989121234567'],
    ['sms', '9121234567', '+989121234567'],
    ['sms', '989121234567', '+989121234567'],
    ['sms', '00989121234567', '+989121234567'],
    ['sms', '+98 (0)912-123-4567', '+989121234567'],
    ['sms', '\u202a+98 912 123 4567\u202c', '+989121234567'],
    ['voice', '021-91001234', '+982191001234'],
    ['sms', '+447700909901', '+447700909901'],
    ['sms', '9121234567.0', '+989121234567'],
    ['email', ' Ali@Example.com ', 'Ali@Example.com'],
    ['chat', 'telegram:12345', 'telegram:12345'],
  ] as const)('of %s: %s', (channel, text, to) => {
    expect(readAddress(channel, text, 'IR').to).toBe(to)
  })

  test.each([
    ['sms', '', 'empty'],
    ['sms', 'Ali', 'letters'],
    ['sms', '9.89121E+11', 'rounded'],
    ['sms', '12345', 'short'],
    ['sms', '1234567890123456', 'long'],
    ['sms', '0912123456', 'mobile'],
    ['sms', '+9891212345678', 'mobile'],
    ['sms', '=1+1', 'letters'],
    ['email', 'ali@', 'email'],
    ['email', 'a@b.com, c@d.com', 'email'],
    ['chat', '12345', 'chat'],
    ['push', 'ali', 'device'],
  ] as const)('%s has none in %j', (channel, text, fault) => {
    expect(readAddress(channel, text, 'IR').fault).toBe(fault)
  })

  // What is left as it was written, the API reads by the account's region and the plans of all countries.
  test.each([
    ['07700 900123', 'GB', '07700900123'],
    ['07700 900123', null, '07700900123'],
    ['0912 123 4567', null, '09121234567'],
    ['0912 123 4567', 'TR', '09121234567'],
    ['+98 912 123 4567', 'GB', '+989121234567'],
    ['+44 (0)7700 900123', 'IR', '+44(0)7700900123'],
    ['+49 (0)151 23456789', null, '+49(0)15123456789'],
    ['+39 06 1234567', 'IR', '+39061234567'],
  ] as const)('%s of an account of the region %s is no number of another country', (text, region, to) => {
    expect(readAddress('sms', text, region).to).toBe(to)
  })
})

describe('a list of recipients', () => {
  const file = (count: number): string =>
    ['نام;شماره', ...Array.from({ length: count }, (_, at) => `مشتری ${at};0912${String(at).padStart(7, '0')}`)].join(
      '\r\n',
    )

  test('5,000 rows with three bad ones: which, and why', async () => {
    const rows = file(5_000).split('\r\n')
    rows[17] = 'علی;0912'
    rows[2_500] = ';09129999999'
    rows[5_000] = 'رضا;9.12E+09'
    const { lines } = await readLines(rows.join('\r\n'), ';')
    const sheet = guessSheet({ channel: 'sms', region: 'IR' }, lines)
    expect([sheet.hasHead, sheet.column, namesOf(sheet)]).toEqual([true, 1, ['نام', 'شماره']])
    const { recipients, bad, doubles } = checkSheet(sheet, {
      channel: 'sms',
      region: 'IR',
      names: ['نام'],
      isOnce: true,
    })
    expect(bad.map(({ row, fault }) => [row, fault])).toEqual([
      [18, 'short'],
      [2_501, { missing: 'نام' }],
      [5_001, 'rounded'],
    ])
    expect([recipients.length, doubles]).toEqual([4_997, 0])
    expect(recipients[0]).toEqual({ row: 2, to: '+989120000000', values: { نام: 'مشتری 0' } })
  })

  test('who stands there twice is found however it is written, and left out if that is asked for', () => {
    const lines = typedLines('09121234567, +989121234567; ۹۱۲۱۲۳۴۵۶۷\n00989121234567،09121234568')
    expect(lines.map(({ row }) => row)).toEqual([1, 1, 1, 2, 2])
    const sheet = { lines, hasHead: false, column: 0 }
    const asked = { channel: 'sms', region: 'IR', names: [] } as const
    expect(checkSheet(sheet, { ...asked, isOnce: true })).toMatchObject({ doubles: 3, recipients: { length: 2 } })
    expect(checkSheet(sheet, { ...asked, isOnce: false })).toMatchObject({ doubles: 3, recipients: { length: 5 } })
  })

  test('a list without a head loses no row', async () => {
    const { lines } = await readLines('09121234567,Ali\n09121234568,Reza', ',')
    const sheet = guessSheet({ channel: 'sms', region: 'IR' }, lines)
    expect([sheet.hasHead, sheet.column]).toEqual([false, 0])
    expect(
      checkSheet(sheet, { channel: 'sms', region: 'IR', names: ['2'], isOnce: true }).recipients.map(
        ({ values }) => values,
      ),
    ).toEqual([{ 2: 'Ali' }, { 2: 'Reza' }])
  })

  test('a row that is too short lacks its value, and a list of nothing is none', async () => {
    const { lines } = await readLines('number,name\n09121234567', ',')
    const sheet = guessSheet({ channel: 'sms', region: 'IR' }, lines)
    expect(checkSheet(sheet, { channel: 'sms', region: 'IR', names: ['name'], isOnce: true }).bad).toEqual([
      { row: 2, cells: ['09121234567'], fault: { missing: 'name' } },
    ])
    const none = guessSheet({ channel: 'sms', region: 'IR' }, [])
    expect(checkSheet(none, { channel: 'sms', region: 'IR', names: [], isOnce: true })).toEqual({
      recipients: [],
      bad: [],
      doubles: 0,
    })
  })
})
