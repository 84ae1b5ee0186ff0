import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Harness, startChapar } from '../worlds/harness.ts'
import { upload } from '../worlds/players/raw-client.ts'

/** The same with shorter times. */
const EDITS = {
  'worker/middleware/read-body.ts': (source: string) =>
    source.replace('READ_MS = 60_000', 'READ_MS = 5_000').replace('PACE_MS = 7_000', 'PACE_MS = 750'),
}

let chapar: Harness
beforeAll(async () => {
  chapar = await startChapar({ entry: 'test/worlds/entries/auth.ts', edits: EDITS })
})
afterAll(() => chapar.dispose())

const json = { 'content-type': 'application/json' }
const LARGE = `{}${' '.repeat(2_000_000)}`
const post = () => chapar.fetch('/open/items', { method: 'POST', body: LARGE, headers: json })

const BEGUN = ' '.repeat(1_500_000)
type Slow = readonly [string, Readonly<Record<string, string | number>>, string | Uint8Array]
const STOPS: readonly Slow[] = [
  ['of an announced length', { 'content-length': 16_000_000 }, BEGUN],
  ['of no announced length', {}, BEGUN],
]
const NEVER_BEGINS: readonly Slow[] = [
  ['of an announced length', { 'content-length': 16_000_000 }, ' '],
  [
    'that is compressed',
    { 'content-encoding': 'gzip', 'content-length': 5_000_000 },
    new Uint8Array([31, 139, 8, 0, 0, 0, 0, 0, 0, 3]),
  ],
]
test.each(NEVER_BEGINS)(
  'a large body %s that is announced and does not come holds nobody up',
  async (_, more, begun) => {
    const slow = upload(`${chapar.url}/open/items`, { ...json, ...more })
    slow.request.write(begun)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect((await post()).status).toBe(200)
    const { status, text } = await slow.answer
    expect([status, (JSON.parse(text) as { code: string }).code]).toEqual([408, 'body-too-slow'])
    slow.request.destroy()
  },
)

test.each(STOPS)(
  'a large body %s that stops after its first megabyte is a 408 before others that wait are refused',
  async (_, more, begun) => {
    const slow = upload(`${chapar.url}/open/items`, { ...json, ...more })
    slow.request.write(begun)
    let isAnswered = false
    void slow.answer.finally(() => {
      isAnswered = true
    })
    // The first ones may come before it has the place.
    while (!isAnswered) {
      const others = await Promise.all([post(), post(), post()])
      expect(others.map(({ status }) => status)).toEqual([200, 200, 200])
    }
    const { status, text } = await slow.answer
    expect([status, JSON.parse(text)]).toEqual([
      408,
      expect.objectContaining({ code: 'body-too-slow', detail: expect.stringContaining('Others wait') }),
    ])
    slow.request.destroy()
  },
)

test('a small body needs no place, whoever has it', async () => {
  const slow = upload(`${chapar.url}/open/items`, { ...json, 'content-length': 16_000_000 })
  slow.request.write(' ')
  await new Promise((resolve) => setTimeout(resolve, 100))
  const small = await chapar.fetch('/open/items', { method: 'POST', body: '{}', headers: json })
  expect(small.status).toBe(200)
  slow.request.destroy()
})
