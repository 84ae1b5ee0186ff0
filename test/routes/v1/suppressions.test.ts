import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations } from '#worker/routes/resources.ts'
import { type Surface, startSurface } from '../../worlds/surface.ts'

const PATH = '/v1/suppressions/import'
const operation = operations.find(({ path }) => path === PATH)
const numberOf = (n: number): string => `+98912777${String(n).padStart(4, '0')}`

let it: Surface
beforeAll(async () => {
  it = await startSurface()
})
afterAll(() => it.dispose())

const bring = (suppressions: readonly unknown[], more: object = {}) =>
  it.call(PATH, { token: it.token, body: { suppressions }, ...(operation && { operation }), ...more })

describe('an import of opt-outs', () => {
  test('adds each, tells those that were there from those that are bad, and refuses the bad ones by index and field', async () => {
    const sms = (recipient: unknown) => ({ channel: 'sms', recipient })
    const seen = await bring([
      sms(numberOf(1)),
      sms('nobody'),
      { channel: 'pigeon', recipient: numberOf(2) },
      { ...sms(numberOf(1)), sender: it.line },
      sms(numberOf(1)),
      'a text',
      { channel: 'email', recipient: 'ann@example.org' },
    ])
    expect(seen.status, seen.text).toBe(200)
    expect(seen.json).toMatchObject({ added: 3, present: 1 })
    expect(seen.json.rejected.map(({ index, errors }) => [index, errors[0]?.pointer])).toEqual([
      [1, '/suppressions/1/recipient'],
      [2, '/suppressions/2/channel'],
      [5, '/suppressions/5'],
    ])
    const { data } = await it.good(`/v1/suppressions?recipient=${encodeURIComponent(numberOf(1))}`)
    expect(data.map(({ sender, source }) => [sender, source])).toEqual([
      [null, 'api'],
      [it.line, 'api'],
    ])
  })

  test.each([
    ['a NUL', '"recipient":"+98912\\u00007"', '/suppressions/1/recipient'],
    ['half a surrogate', '"recipient":"\\ud800"', '/suppressions/1/recipient'],
  ])('takes the rows around one that %s spoils, and names its field', async (_, fields, pointer) => {
    const good = (n: number) => JSON.stringify({ channel: 'sms', recipient: numberOf(n) })
    const bad = `{"channel":"sms",${fields}}`
    const [first, last] = [Math.random(), Math.random()].map((n) => good(5_000 + Math.floor(n * 4_000)))
    const asked = [
      { body: `{"suppressions":[${first},${bad},${last}]}` },
      { body: `{}\n${first}\n${bad}\n${last}\n`, headers: { 'content-type': 'application/x-ndjson' } },
    ]
    for (const call of asked) {
      const seen = await it.call(PATH, { token: it.token, ...call, ...(operation && { operation }) })
      expect(seen.status, seen.text).toBe(200)
      expect(Number(seen.json['added']) + Number(seen.json['present'])).toBe(2)
      expect(seen.json.rejected.map(({ index, code, errors }) => [index, code, errors[0]?.pointer])).toEqual([
        [1, 'invalid-fields', pointer],
      ])
    }
  })

  test('of a hundred is one call, which repeats under its key; one more is refused', async () => {
    const hundred = Array.from({ length: 100 }, (_, n) => ({ channel: 'sms', recipient: numberOf(1_000 + n) }))
    const headers = { 'idempotency-key': 'import-1' }
    const first = await bring(hundred, { headers })
    expect(first.json).toMatchObject({ added: 100, present: 0, rejected: [] })
    expect((await bring(hundred, { headers })).json).toEqual(first.json)
    expect((await bring(hundred)).json).toMatchObject({ added: 0, present: 100 })
    const more = await bring([...hundred, hundred[0]])
    expect([more.status, more.json.errors?.map(({ pointer }) => pointer)]).toEqual([422, ['/suppressions']])
  })

  test('beyond the quota says so of those that found no room', async () => {
    const { token } = await it.other('30007301', { tenant: { quotas: { suppressions: 1 } } })
    const two = [1, 2].map((n) => ({ channel: 'sms', recipient: numberOf(n) }))
    const seen = await bring(two, { token })
    expect(seen.json).toMatchObject({ added: 1, rejected: [{ index: 1, code: 'quota-full' }] })
  })
})
