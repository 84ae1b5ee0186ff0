import { expect, test } from 'vitest'
import { importRows } from '../../../console/src/pages/suppressions/rows.ts'

const bare = (line: number, recipient: string) => ({ line, recipient, channel: null, sender: null })

test.each([
  [
    'one a line, with blank ones',
    '+989121234567\n\n  09121234568  \r\n',
    [bare(1, '+989121234567'), bare(3, '+989121234568')],
  ],
  [
    'a CSV without a head: its first column',
    '+989121234567,x\n+989121234568;y',
    [bare(1, '+989121234567'), bare(2, '+989121234568;y')],
  ],
  [
    'a CSV with a head, in its order',
    '\ufeffname;Channel;Recipient;sender\r\n"A; ""B""";SMS;+989121234567;10004346\r\nC;;+989121234568;\r\n',
    [{ line: 2, recipient: '+989121234567', channel: 'sms', sender: '10004346' }, bare(3, '+989121234568')],
  ],
  [
    'our own export, with the apostrophe off',
    '"recipient","channel","sender","source"\r\n"\'+989121234567","sms",,"api"\r\n',
    [{ line: 2, recipient: '+989121234567', channel: 'sms', sender: null }],
  ],
  ['a Persian head', 'نام\tشماره\nعلی\t۰۹۱۲۱۲۳۴۵۶۷', [bare(2, '+989121234567')]],
  ['a name with an apostrophe', "o'neil@shop.example", [bare(1, "o'neil@shop.example")]],
  [
    'numbers as spreadsheets leave them',
    'name,mobile\nA,9121234567\nB,="09121234568"\nC,\'09121234569\nD,9121234570.0\nE,9.12E+11',
    [
      bare(2, '+989121234567'),
      bare(3, '+989121234568'),
      bare(4, '+989121234569'),
      bare(5, '+989121234570'),
      bare(6, '9.12E+11'),
    ],
  ],
  [
    'a head that names none, before ids that look like numbers',
    'کد ملی;نام;شمارهٔ تماس\n0499370899;علی;09121234567',
    [bare(2, '+989121234567')],
  ],
  ['a head of an Arabic keyboard', 'نام;شماره\u00a0موبايل\nعلی;09121234567', [bare(2, '+989121234567')]],
  ['numbers of rows before those of people', 'شماره;نام;موبایل\n1;علی;09121234567', [bare(2, '+989121234567')]],
  [
    'several in a line',
    '09121234567, 09121234568,09121234569\n09121234570',
    [bare(1, '+989121234567'), bare(1, '+989121234568'), bare(1, '+989121234569'), bare(2, '+989121234570')],
  ],
  [
    'a channel of its own',
    'channel,recipient\nemail,a@shop.example',
    [{ line: 2, recipient: 'a@shop.example', channel: 'email', sender: null }],
  ],
  ['what is nobody, to be refused by its row', 'Ali\n09121234567', [bare(1, 'Ali'), bare(2, '+989121234567')]],
  ['nothing', ' \n,\n', []],
])('rows of an import: %s', (_, text, rows) => {
  expect(importRows(text, { channel: 'sms', region: 'IR' })).toEqual({ rows, openQuote: null })
})

test('a quote that never ends is told by its line', () => {
  const { rows, openQuote } = importRows('name,mobile\n"A,09121234567\nB,09121234568', { channel: 'sms', region: 'IR' })
  expect([rows, openQuote]).toEqual([[bare(2, '+989121234567'), bare(3, '+989121234568')], 2])
})
