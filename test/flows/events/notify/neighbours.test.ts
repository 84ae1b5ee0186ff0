import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { numbers, type Stage, startStage } from '../../../worlds/faults/drill.ts'
import { fine, newReceiver } from '../../../worlds/faults/receiver.ts'
import { caller, newTenant, until } from '../../../worlds/world.ts'

/** Beside the stage's own, all that a tenant may have. */
const ENDPOINTS = 19
/** Silence beyond every deadline. */
const never = () => new Promise<Response>(() => {})
const dead = Array.from({ length: ENDPOINTS }, (_, n) => newReceiver(`dead-${n}.hooks.example.com`))
const quiet = newReceiver('quiet.hooks.example.com')
/** Takes longer than a batch of first attempts waits. */
const slow = newReceiver('slow.hooks.example.com')
/** Comes back; its gateway has the usual deadline. */
const back = newReceiver('back.hooks.example.com')

const SCHEDULE = 'worker/domain/tenants/webhook-schedule.ts'
/** No POST reaches this deadline while a test runs: who waits for the end of one waits in vain, however slow the machine is. */
const endless = (source: string): string =>
  source.replace('POST_DEADLINE = 15 * SECOND', 'POST_DEADLINE = 86_400 * SECOND')

let stage: Stage
beforeAll(async () => {
  const receivers = [...dead, quiet, slow].map(({ url, outbound }) => [new URL(url).hostname, outbound])
  stage = await startStage({ carriers: Object.fromEntries(receivers), edits: { [SCHEDULE]: endless } })
})
afterAll(() => stage.world.dispose())

const told = (id: string) => quiet.heard.some((event) => event.id === `evt_${id.slice(4)}_delivered`)
const posts = () => dead.reduce((sum, receiver) => sum + receiver.posts, 0)

interface Shown {
  readonly id: string
  readonly url: string
  readonly breaker: { readonly state: string; readonly since: string | null }
}
const hooksOf = async ({ world }: Stage) => (await world.json<{ data: Shown[] }>('/v1/webhooks')).data

async function another(receiver: { readonly url: string }) {
  const { chapar, connectionId } = stage.world
  const limits = { rate: 100_000, burst: 1_000_000 }
  const made = await newTenant(chapar, { connectionId, line: `1000${receiver.url.length}77`, tenant: { limits } })
  const call = caller(chapar, made.token)
  const hook = await call('/v1/webhooks', { body: { url: receiver.url } })
  expect(hook.status).toBe(201)
  return {
    send: async (to: string) => {
      const answer = await call('/v1/messages', { body: { channel: 'sms', to, content: { text: 'سلام' } } })
      return ((await answer.json()) as { id: string }).id
    },
    call,
  }
}

describe('one tenant’s events', () => {
  test('come before any of another’s POSTs has ended, whose endpoints never answer', async () => {
    for (const { url } of dead) await stage.world.json('/v1/webhooks', { body: { url }, status: 201 })
    for (const receiver of dead) receiver.answer = never
    const neighbour = await another(quiet)
    const before = await neighbour.send(numbers(1)[0] ?? '')
    await until('the neighbour hears of a message without them', async () => told(before))
    await stage.send(numbers(60))
    await until('the dead endpoints are called', async () => posts() > 0)
    for (const to of numbers(5)) {
      const id = await neighbour.send(to)
      await until('the neighbour hears of a message beside them', async () => told(id))
    }
    const ended = stage.world.ledger.prepare(
      `SELECT count(*) AS n FROM deliveries WHERE realm = ?1 AND endpoint_id <> ?2`,
    )
    const [{ id: own = '' } = {}] = (await hooksOf(stage)).filter(({ url }) => url === stage.receiver.url)
    expect(await ended.bind(`test.${stage.world.tenantId}`, own).first<number>('n')).toBe(0)
    expect(quiet.heard.map(({ id }) => id).toSorted()).toEqual([...new Set(quiet.heard.map(({ id }) => id))].toSorted())
  })

  test('wait for an endpoint that rests, as its owner sees, and come by themselves when it is back', async () => {
    const other = await startStage({ carriers: { [new URL(back.url).hostname]: back.outbound } })
    try {
      await other.world.json('/v1/webhooks', { body: { url: back.url }, status: 201 })
      const breaker = async () => (await hooksOf(other)).find(({ url }) => url === back.url)?.breaker
      back.answer = never
      const ids = await other.send(numbers(12))
      const opened = await until('it rests', async () => {
        const found = await breaker()
        return found?.state !== 'closed' && found
      })
      expect(opened.since).toEqual(expect.any(String))
      back.answer = fine
      const distinct = () => new Set(back.heard.map(({ id }) => id)).size
      await until('it has heard all', async () => distinct() === 2 * ids.length)
      expect(back.heard).toHaveLength(2 * ids.length)
      await until('it rests no more', async () => (await breaker())?.state === 'closed')
      expect(await breaker()).toEqual({ state: 'closed', since: null })
    } finally {
      await other.world.dispose()
    }
  })

  test('are each POSTed once to a receiver that is slow, and answers in time', async () => {
    const { call } = await another(slow)
    slow.answer = (post) =>
      new Promise((resolve) => setTimeout(() => resolve(new Response(null, { status: 204 })), 500 * (1 + (post % 3))))
    const messages = numbers(60).map((to) => ({ to }))
    const body = { channel: 'sms', content: { text: 'سلام' }, messages }
    expect((await call('/v1/messages/batch', { body })).status).toBe(202)
    const distinct = () => new Set(slow.heard.map(({ id }) => id)).size
    await until('all events are taken', async () => distinct() === 2 * messages.length)
    expect(slow.seen).toHaveLength(2 * messages.length)
  })
})
