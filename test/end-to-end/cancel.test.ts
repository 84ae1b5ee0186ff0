import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MessageRow } from '#worker/store/messages/rows.ts'
import { rowsWhere } from '../worlds/tenant-rows.ts'
import { message, reaches, startWorld, until, type World } from '../worlds/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ tenant: { limits: { rate: 5_000, burst: 20_000 } } })
})
afterAll(() => world.dispose())

const RACES = 250
const AT_ONCE = 25

/** One send and one cancel that run against each other. */
async function race(n: number): Promise<{ id: string; canceled: boolean }> {
  const to = `+98935${String(1_000_000 + n)}`
  const { id } = await world.json<{ id: string }>('/v1/messages', {
    body: message(to.replace(/99..$/, '1111'), 'race'),
    status: 202,
  })
  if (n % 3 === 1) await new Promise((resolve) => setTimeout(resolve, n % 40))
  const answer = await world.call(`/v1/messages/${id}/cancel`, { method: 'POST' })
  expect([200, 409]).toContain(answer.status)
  return { id, canceled: answer.status === 200 }
}

test('a cancel that got 200 means that no carrier was called, 250 times over', async () => {
  const raced: { id: string; canceled: boolean }[] = []
  for (let n = 0; n < RACES; n += AT_ONCE) {
    raced.push(...(await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => race(n + i)))))
  }
  await until('all are through', async () => {
    const row = await world.ledger
      .prepare('SELECT count(*) AS n FROM messages WHERE status IN (52, 60) AND attempt > 0')
      .first<{ n: number }>()
    return row?.n === RACES
  })
  const rows = new Map<string, MessageRow>((await rowsWhere(world.ledger, 'true')).map((row) => [row.id, row]))
  for (const { id, canceled } of raced) {
    const row = rows.get(id)
    if (canceled) expect(row).toMatchObject({ status: 52, outcome: null, refKey: null })
    else expect(row).toMatchObject({ status: 60, outcome: 'accepted' })
  }
  expect(raced.some(({ canceled }) => canceled)).toBe(true)
  expect(raced.some(({ canceled }) => !canceled)).toBe(true)
})

test('a second cancel is a 409, and so is one of a delivered message', async () => {
  const { id } = await world.json<{ id: string }>('/v1/messages', { body: message('+989121110000'), status: 202 })
  await reaches(world, id, 'delivered')
  expect((await world.call(`/v1/messages/${id}/cancel`, { method: 'POST' })).status).toBe(409)
})
