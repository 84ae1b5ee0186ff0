import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { numbers, type Stage, startStage } from '../../../worlds/faults/drill.ts'
import { fine, newReceiver } from '../../../worlds/faults/receiver.ts'
import { caller, newTenant, until } from '../../../worlds/world.ts'

/** Beside the stage's own, all that a tenant may have. */
const ENDPOINTS = 19
const MESSAGES = 200
/** Silence beyond every deadline. */
const never = () => new Promise<Response>(() => {})
const dead = Array.from({ length: ENDPOINTS }, (_, n) => newReceiver(`dead-${n}.hooks.example.com`))
const quiet = newReceiver('quiet.hooks.example.com')
/** Takes longer than a batch of first attempts waits. */
const slow = newReceiver('slow.hooks.example.com')

let stage: Stage
beforeAll(async () => {
  const receivers = [...dead, quiet, slow].map(({ url, outbound }) => [new URL(url).hostname, outbound])
  stage = await startStage({ carriers: Object.fromEntries(receivers) })
})
afterAll(() => stage.world.dispose())

const told = (id: string) => quiet.heard.some((event) => event.id === `evt_${id.slice(4)}_delivered`)
const posts = () => dead.reduce((sum, receiver) => sum + receiver.posts, 0)

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
    await stage.send(numbers(MESSAGES))
    await until('the dead endpoints are called', async () => posts() > 0)
    const ids = []
    for (const to of numbers(5)) {
      const id = await neighbour.send(to)
      await until('the neighbour hears of a message beside them', async () => told(id))
      ids.push(id)
    }
    const sql = `SELECT count(*) AS n FROM deliveries WHERE realm = ?1 AND reason = 'no answer in time'`
    const ended = stage.world.ledger.prepare(sql).bind(`test.${stage.world.tenantId}`)
    expect(ids.map(told)).toEqual(ids.map(() => true))
    expect(await ended.first<number>('n')).toBe(0)
    expect(quiet.heard.map(({ id }) => id).toSorted()).toEqual([...new Set(quiet.heard.map(({ id }) => id))].toSorted())
  })

  test('wait for an endpoint that rests, as its owner sees, and come by themselves when it is back', async () => {
    type Shown = { url: string; breaker: { state: string; since: string | null } }
    const shown = async () => (await stage.world.json<{ data: Shown[] }>('/v1/webhooks')).data
    const opened = await until('an endpoint rests', async () =>
      (await shown()).find(({ breaker }) => breaker.state === 'open'),
    )
    expect(opened.breaker.since).toEqual(expect.any(String))
    const back = dead.find(({ url }) => url === opened.url)
    for (const receiver of dead) receiver.answer = fine
    const distinct = () => new Set(back?.heard.map(({ id }) => id)).size
    await until('it has heard all', async () => distinct() === 2 * MESSAGES)
    expect(back?.heard).toHaveLength(2 * MESSAGES)
    const closed = (await shown()).find(({ url }) => url === opened.url)
    expect(closed?.breaker).toEqual({ state: 'closed', since: null })
  })

  test('are each POSTed once to a receiver that is slow, and answers in time', async () => {
    const { call } = await another(slow)
    slow.answer = (post) =>
      new Promise((resolve) => setTimeout(() => resolve(new Response(null, { status: 204 })), 40 * (1 + (post % 20))))
    const messages = numbers(150).map((to) => ({ to }))
    const body = { channel: 'sms', content: { text: 'سلام' }, messages }
    expect((await call('/v1/messages/batch', { body })).status).toBe(202)
    await until('all events are taken', async () => slow.heard.length >= 2 * messages.length)
    expect(new Set(slow.seen.map(({ id }) => id)).size).toBe(2 * messages.length)
    expect(slow.seen).toHaveLength(2 * messages.length)
  })
})
