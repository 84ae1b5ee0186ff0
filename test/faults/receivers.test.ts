import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { HOUR, MINUTE } from '#worker/domain/time.ts'
import { numbers, type Stage, startStage } from '../worlds/faults/drill.ts'
import { assertInvariant, settled } from '../worlds/faults/invariant.ts'
import { fine, newReceiver } from '../worlds/faults/receiver.ts'
import { until } from '../worlds/world.ts'

const second = newReceiver('second.hooks.example.com')
let stage: Stage
beforeAll(async () => {
  stage = await startStage({ carriers: { 'second.hooks.example.com': second.outbound } })
})
afterAll(() => stage.world.dispose())
beforeEach(() => {
  stage.receiver.answer = fine
})

/** Ids of message events that the receiver has taken. */
const heard = () => new Set(stage.receiver.heard.map(({ id }) => id))

async function delivered(count: number): Promise<string[]> {
  const ids = await stage.send(numbers(count))
  await until('all are delivered', async () => {
    const counts = await settled(stage.world, ids)
    return counts['delivered'] === count
  })
  return ids
}

/** Posts that the receiver got since `from`. */
const posted = (from: number) => until('the receiver is called', async () => stage.receiver.posts > from)

const holds = (ids: readonly string[]) => assertInvariant({ world: stage.world, ids, heard: stage.receiver.heard })

afterEach(() => {
  const words = Map.groupBy(stage.receiver.seen, ({ id }) => id)
  expect([...words].filter(([, told]) => new Set(told.map(({ data }) => data)).size > 1)).toEqual([])
})

describe('no event is lost', () => {
  test('when the receiver is down for hours', async () => {
    const from = stage.receiver.posts
    stage.receiver.answer = () => new Response(null, { status: 503 })
    const ids = await delivered(40)
    await posted(from)
    for (const ahead of [6 * MINUTE, HOUR, 3 * HOUR, 9 * HOUR]) {
      const before = stage.receiver.posts
      await stage.sweep(ahead)
      await posted(before)
    }
    const taken = heard()
    expect(ids.some((id) => taken.has(`evt_${id.slice(4)}_delivered`))).toBe(false)
    stage.receiver.answer = fine
    await stage.sweep(24 * HOUR)
    await holds(ids)
  })

  test('when the connection is reset after the receiver has read the post: the ids and the words are the same', async () => {
    const from = stage.receiver.posts
    stage.receiver.answer = () => {
      throw new Error('reset')
    }
    const ids = await delivered(5)
    await posted(from)
    stage.receiver.answer = fine
    await stage.sweep(HOUR)
    await holds(ids)
  })

  test.each([
    ['redirects', () => new Response(null, { status: 302, headers: { location: 'https://elsewhere.example.com/' } })],
    ['answers 429', () => new Response(null, { status: 429, headers: { 'retry-after': '30' } })],
    ['answers 500 with 10 MB', () => new Response('x'.repeat(10_000_000), { status: 500 })],
  ] as const)('when the receiver %s', async (_, answer) => {
    const from = stage.receiver.posts
    stage.receiver.answer = answer
    const ids = await delivered(5)
    await posted(from)
    stage.receiver.answer = fine
    await stage.sweep(HOUR)
    await holds(ids)
  })

  test('when the receiver takes its time', async () => {
    stage.receiver.answer = () => new Promise((resolve) => setTimeout(() => resolve(new Response(null)), 3_000))
    await holds(await delivered(5))
  })

  test('for the others when one answers 410: it is disabled, they are told, and hear all the rest', async () => {
    const { id } = await stage.world.json<{ id: string }>('/v1/webhooks', {
      body: { url: second.url, batch: true },
      status: 201,
    })
    second.answer = () => new Response(null, { status: 410 })
    const ids = await delivered(5)
    await holds(ids)
    const told = await until('the other is told', async () =>
      stage.receiver.heard.find(({ type, data }) => type === 'webhook.disabled' && data.includes(id)),
    )
    expect(stage.receiver.heard.filter((one) => one.id === told.id).every(({ data }) => data === told.data)).toBe(true)
    expect(await stage.world.json(`/v1/webhooks/${id}`)).toMatchObject({ status: 'disabled' })
    expect(second.heard).toEqual([])
  })
})
