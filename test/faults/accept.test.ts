import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fakeKavenegar, KAVENEGAR } from '../worlds/faults/carriers.ts'
import { numbers, type Stage, startStage } from '../worlds/faults/drill.ts'
import { assertInvariant, settled } from '../worlds/faults/invariant.ts'
import { rowsWhere } from '../worlds/tenant-rows.ts'
import { message } from '../worlds/world.ts'

const carrier = fakeKavenegar()
let stage: Stage
beforeAll(async () => {
  stage = await startStage({
    isFaulty: true,
    mode: 'live',
    connection: KAVENEGAR,
    carriers: { 'api.kavenegar.com': carrier.outbound },
  })
})
afterAll(() => stage.world.dispose())
beforeEach(() => stage.fail())

const holds = (ids: readonly string[]) =>
  assertInvariant({ world: stage.world, ids, carriers: [carrier], heard: stage.receiver.heard })

let keys = 0
const newKey = (): string => `"drill-${keys++}"`
const post = (path: string, body: unknown, key: string): Promise<Response> =>
  stage.world.call(path, { body, headers: { 'idempotency-key': key } })

const [ONE = ''] = numbers(1)

/** How many rows hold messages to this recipient. */
const rowsTo = async (to: string): Promise<number> =>
  (await rowsWhere(stage.world.ledger, 'true')).filter(({ party }) => party === to).length

describe('the queue refuses at accept', () => {
  test.each([
    ['and has nothing', false],
    ['and has it all the same', true],
  ])('%s: 503 with Retry-After; the retry with the key is the same message', async (_, isLate) => {
    const [to = ''] = numbers(1)
    const key = newKey()
    await stage.fail({ on: 'SEND_SMS', times: 1, isLate })
    const refused = await post('/v1/messages', message(to), key)
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.headers.get('request-id')).toMatch(/^req_/)
    const taken = await post('/v1/messages', message(to), key)
    expect(taken.status).toBe(202)
    const { id } = (await taken.json()) as { id: string }
    // The id is the first try's: it begins with that request's.
    expect(id.slice(4, 20)).toBe((refused.headers.get('request-id') ?? '').slice(4))
    await settled(stage.world, [id])
    await holds([id])
    expect(await rowsTo(to)).toBe(1)
  })

  test('in the middle of a batch: the retry is the same messages, none is sent twice', async () => {
    const recipients = numbers(2_000)
    const messages = recipients.map((to, n) => ({ to, content: { text: `${n} ${'x'.repeat(140)}` } }))
    const body = { channel: 'sms', messages }
    const key = newKey()
    await stage.fail({ on: 'SEND_SMS', times: 1, every: 2 })
    expect((await post('/v1/messages/batch', body, key)).status).toBe(503)
    expect(await stage.failures()).toEqual([1])
    const answer = await post('/v1/messages/batch', body, key)
    expect(answer.status).toBe(202)
    const ids = ((await answer.json()) as { accepted: { id: string }[] }).accepted.map(({ id }) => id)
    expect(ids.length).toBe(2_000)
    expect(await settled(stage.world, ids)).toEqual({ submitted: 2_000 })
    await holds(ids)
    const all = await stage.world.ledger
      .prepare('SELECT count(*) AS n FROM messages WHERE kind & 2 = 2')
      .first<{ n: number }>()
    expect(all?.n).toBe(2_000)
  })
})

describe('fifty parallel posts with one key', () => {
  async function fifty(path: string, body: unknown): Promise<{ status: number; text: string }[]> {
    const key = newKey()
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(path, body, key)))
    return Promise.all(answers.map(async (answer) => ({ status: answer.status, text: await answer.text() })))
  }

  test('send one message', async () => {
    const answers = await fifty('/v1/messages', message(ONE))
    expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true)
    const taken = new Set(answers.filter(({ status }) => status === 202).map(({ text }) => text))
    expect(taken.size).toBe(1)
    const { id } = JSON.parse([...taken][0] ?? '') as { id: string }
    await settled(stage.world, [id])
    await holds([id])
    expect(await rowsTo(ONE)).toBe(1)
    expect(carrier.took.filter(({ to }) => to === ONE).length).toBe(1)
  })

  test('send one batch', async () => {
    const recipients = numbers(20)
    const body = { channel: 'sms', content: { text: 'سلام' }, messages: recipients.map((to) => ({ to })) }
    const answers = await fifty('/v1/messages/batch', body)
    expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true)
    const taken = new Set(answers.filter(({ status }) => status === 202).map(({ text }) => text))
    expect(taken.size).toBe(1)
    const { accepted } = JSON.parse([...taken][0] ?? '') as { accepted: { id: string }[] }
    const ids = accepted.map(({ id }) => id)
    await settled(stage.world, ids)
    await holds(ids)
    for (const to of recipients) expect(carrier.took.filter((one) => one.to === to).length).toBe(1)
  })
})
