import { expect, test } from 'vitest'
import { importRows } from '../../../console/src/pages/suppressions/rows.ts'

const bare = (line: number, recipient: string) => ({ line, recipient, channel: null, sender: null })

test.each([
  [
    'one a line, with blank ones',
    '+989121234567\n\n  09121234568  \r\n',
    [bare(1, '+989121234567'), bare(3, '09121234568')],
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
  ['a Persian head', 'نام\tشماره\nعلی\t۰۹۱۲۱۲۳۴۵۶۷', [bare(2, '۰۹۱۲۱۲۳۴۵۶۷')]],
  ['a name with an apostrophe', "o'neil@shop.example", [bare(1, "o'neil@shop.example")]],
  ['nothing', ' \n,\n', []],
])('rows of an import: %s', (_, text, rows) => {
  expect(importRows(text)).toEqual(rows)
})
