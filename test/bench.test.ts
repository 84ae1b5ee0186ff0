import { describe, expect, test } from 'vitest'
import { BASE } from '#worker/store/codes/codes.ts'
import { DEFAULT_OUTCOME, sandboxOutcome } from '#worker/vendors/sandbox.ts'
import { CLEAR_CODEC } from '../bench/against/clear-codec.ts'
import { FIGURES, nested, passes, table } from '../bench/figures.ts'
import { answerEnd, postBytes } from '../bench/load.ts'
import { insertUpdateScript, ledgerScript, withFreshIds } from '../bench/replay.ts'
import type { RecordedCall } from '../bench/spy.ts'
import { medianRange, percentile, quartiles, ratioOf } from '../bench/statistics.ts'
import { recipient } from '../bench/traffic.ts'
import { importsOf, source, sourceFiles } from './source-tree.ts'

describe('floors', () => {
  const floors = sourceFiles('bench/floors')

  test('are at most 25 lines', () => {
    expect(floors.length).toBeGreaterThanOrEqual(4)
    expect(floors.filter((file) => source(file).trimEnd().split('\n').length > 25)).toEqual([])
  })

  test('import nothing of the house: no relative path at all', () => {
    expect(floors.flatMap((file) => importsOf(file, source(file)))).toEqual([])
  })
})

describe('statistics', () => {
  test('percentiles lie between samples, in whatever order these come', () => {
    expect(percentile([4, 1, 3, 2], 0.5)).toBe(2.5)
    expect(percentile([10, 20, 30], 0)).toBe(10)
    expect(percentile([10, 20, 30], 1)).toBe(30)
    expect(percentile([], 0.5)).toBeNaN()
    expect(quartiles([1, 2, 3, 4, 5])).toEqual({ low: 2, median: 3, high: 4 })
  })

  test('a ratio is that of the medians, its quartiles are those of the pairs', () => {
    const pairs = [
      { subject: 10, floor: 100 },
      { subject: 30, floor: 60 },
      { subject: 20, floor: 20 },
    ]
    const { ratio, quartiles: spread } = ratioOf(pairs)
    expect(ratio).toBeCloseTo(20 / 60)
    expect(spread.median).toBe(0.5)
  })

  test('the range of a median is by the ranks of a sign test, and fewer than six samples have none', () => {
    const samples = (n: number) => Array.from({ length: n }, (_, i) => n - i)
    expect(medianRange([])).toBeNull()
    expect(medianRange(samples(5))).toBeNull()
    expect(medianRange(samples(6))).toEqual({ low: 1, high: 6 })
    expect(medianRange(samples(20))).toEqual({ low: 6, high: 15 })
    expect(medianRange(samples(50))).toEqual({ low: 18, high: 33 })
  })
})

describe('figures', () => {
  const ratio = FIGURES.find(({ field }) => field === 'single.ratioToFloor')
  const rows = FIGURES.find(({ field }) => field === 'list.rowsRead')

  test('thresholds hold at their bound and not beyond it, and a figure that was not measured is missed', () => {
    if (!ratio || !rows) throw new Error('the figures are gone')
    expect(passes(ratio, { value: 0.7 })).toBe(true)
    expect(passes(ratio, { value: 0.69 })).toBe(false)
    expect(passes(rows, { value: 500 })).toBe(true)
    expect(passes(rows, { value: 501 })).toBe(false)
    expect(passes(rows, undefined)).toBe(false)
    expect(passes(rows, { value: Number.NaN })).toBe(false)
    expect(passes({ field: 'x', title: 'x' }, { value: 1 })).toBeNull()
  })

  test('each has a field of its own', () => {
    expect(new Set(FIGURES.map(({ field }) => field)).size).toBe(FIGURES.length)
  })

  test('stand in the file by their field, quartiles beside them', () => {
    const report = nested({
      'a.b': { value: 1, quartiles: { low: 0.123456, median: 1, high: 2 } },
      'a.c.d': { value: 1234567 },
    })
    expect(report).toEqual({ a: { b: 1, bQuartiles: [0.1235, 2], c: { d: 1235000 } } })
  })

  test('the table says what is missed', () => {
    if (!ratio || !rows) throw new Error('the figures are gone')
    const lines = table({ 'single.ratioToFloor': { value: 0.5 }, 'list.rowsRead': { value: 3 } }, [ratio, rows])
    expect(lines).toMatch(/single\.ratioToFloor +0\.5 +≥ 0\.7 +MISS/)
    expect(lines).toMatch(/list\.rowsRead +3 +≤ 500 +pass/)
  })
})

describe('load', () => {
  const answer = (text: string) => answerEnd(Buffer.from(text))

  test('an answer is whole when its length or its last chunk is there', () => {
    expect(answer('HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{')).toBeNull()
    expect(answer('HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1')).toEqual({ status: 202, end: 46 })
    expect(answer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n')).toBeNull()
    expect(answer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n')?.status).toBe(200)
    expect(answer('HTTP/1.1 204 No Content\r\n\r\n')?.status).toBe(204)
    expect(answer('HTTP/1.1 204 No Con')).toBeNull()
  })

  test('a request says its length in bytes', () => {
    const text = postBytes('http://127.0.0.1:1/v1/x', 'سلام').toString('utf8')
    expect(text).toContain('POST /v1/x HTTP/1.1\r\n')
    expect(text).toContain('content-length: 8\r\n')
  })

  test('every recipient is one that the sandbox delivers to', () => {
    const all = Array.from({ length: 90_000 }, (_, n) => recipient(n))
    expect(new Set(all).size).toBe(all.length)
    expect(all.every((to) => sandboxOutcome(to) === DEFAULT_OUTCOME)).toBe(true)
  })
})

describe('replay', () => {
  const uuid = '11111111-2222-4333-8444-555555555555'
  const base = BASE.encode('01m84xx20pq9ps479s6j7f40gbryxrz')
  const realm = '4000000000000001'
  const rows = JSON.stringify([`${base}0000`])
  const calls: RecordedCall[] = [
    ['CONTROL', [['SELECT 1', []]]],
    [
      'LEDGER_0',
      [
        [
          'INSERT INTO messages (realm, id) SELECT unhex(?2), unhex(j.value) FROM json_each(?1) j WHERE true ON CONFLICT DO',
          [rows, realm],
        ],
        ['INSERT INTO contents VALUES (?1)', [base]],
        ['INSERT INTO work VALUES (?1)', [uuid]],
        ['DELETE FROM work WHERE id = ?1', [uuid]],
      ],
    ],
  ]

  test('runs the ledger’s calls only, about other messages, the same everywhere', () => {
    const fresh = JSON.parse(withFreshIds(ledgerScript(calls), Date.parse('2030-01-01'))) as RecordedCall[]
    expect(fresh.map(([binding]) => binding)).toEqual(['LEDGER_0'])
    const parameters = fresh[0]?.[1].map(([, [first]]) => String(first)) ?? []
    const freshBase = parameters[1] ?? ''
    expect(freshBase).toHaveLength(base.length)
    expect(freshBase > base).toBe(true)
    expect(freshBase.slice(20)).toBe(base.slice(20))
    expect(parameters[0]).toBe(rows.replace(base, freshBase))
    expect(parameters[2]).not.toBe(uuid)
    expect(parameters[3]).toBe(parameters[2])
  })

  test('the bare insert and update is about the same rows and nothing else', () => {
    const script = JSON.parse(insertUpdateScript(calls)) as RecordedCall[]
    expect(script.map(([, [statement]]) => statement?.[0].slice(0, 15))).toEqual(['INSERT INTO mes', 'UPDATE messages'])
    expect(script[0]?.[1][0]?.[0]).not.toContain('ON CONFLICT')
    expect(script[0]?.[1][0]?.[1]).toEqual([rows, realm])
    expect(script[1]?.[1][0]?.[1]).toEqual([rows, expect.any(Number), realm])
  })
})

describe('a build whose codec leaves all in clear', () => {
  const path = 'worker/lib/seal.ts'

  test('enciphers nothing, and is told where the source has another form', () => {
    const edited = CLEAR_CODEC[path]?.(source(path)) ?? ''
    expect(edited).not.toContain('subtle.')
    expect(source(path).match(/subtle\./g)).toHaveLength(2)
    expect(() => CLEAR_CODEC[path]?.(source(path).replace('additionalData: context', 'additionalData: other'))).toThrow(
      /no such cipher/,
    )
  })
})
