import { afterAll, beforeAll, expect, test } from 'vitest'
import { caller, LINE, message, newTenant, reaches, startWorld, until, type World } from '../worlds/world.ts'

const DAY = 86_400_000
const SWEEP = '* * * * *'
const PURGE = '17 * * * *'
const ANN = '+989121117001'
const BOB = '+989121117002'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.dispose())

const countOf = async (table: string): Promise<number> =>
  (await world.chapar.ledger().prepare(`SELECT count(*) AS n FROM ${table}`).first<number>('n')) ?? 0
const sendTo = async (to: string): Promise<string> => {
  const { id } = await world.json<{ id: string }>('/v1/messages', { body: message(to), status: 202 })
  await reaches(world, id, 'delivered')
  return id
}
interface Listed {
  readonly id: string
  readonly inReplyTo?: string
}
const listed = async (query: string): Promise<readonly Listed[]> =>
  (await world.json<{ data: Listed[] }>(`/v1/messages?${query}`)).data
const idsOf = async (query: string): Promise<readonly string[]> => (await listed(query)).map(({ id }) => id)
const to = (party: string): string => `to=${encodeURIComponent(party)}`

/** Gives the tail more rows than the newest, which is never filled. */
async function batchOf(count: number): Promise<void> {
  const messages = Array.from({ length: count }, (_, n) => ({ to: `+98912888${String(n).padStart(4, '0')}` }))
  const body = { channel: 'sms', content: { text: 'x' }, messages }
  const { accepted } = await world.json<{ accepted: Listed[] }>('/v1/messages/batch', { body, status: 202 })
  await reaches(world, accepted.at(-1)?.id ?? '', 'delivered')
}
async function hear(from: string, text: string): Promise<string | undefined> {
  const { pathname } = new URL(world.callbackUrl)
  const inbound = [{ id: text, from, to: LINE, text }]
  await world.chapar.fetch(pathname, { method: 'POST', body: JSON.stringify({ at: Date.now(), inbound }) })
  const reply = await until('the reply is taken', async () =>
    (await listed(`person=${encodeURIComponent(from)}&direction=inbound`)).find(({ id }) => !heard.has(id)),
  )
  heard.add(reply.id)
  return reply.inReplyTo
}
const heard = new Set<string>()

test('a person’s messages and the one that is answered are found before and after a sweep has filled the index, and go with it', async () => {
  const first = await sendTo(ANN)
  expect(await idsOf(to(ANN))).toEqual([first])
  expect(await hear(ANN, 'one')).toBe(first)
  await batchOf(200)
  expect(await countOf('party_index')).toBe(0)

  const later = Date.now() + 60 * DAY
  await world.chapar.scheduled(SWEEP, later)
  expect(await countOf('party_index')).toBeGreaterThan(0)
  expect(await countOf('party_tail')).toBe(1)
  expect(await idsOf(to(ANN))).toEqual([first])
  expect(await hear(ANN, 'two')).toBe(first)
  const second = await sendTo(ANN)
  expect(await idsOf(to(ANN))).toEqual([second, first])
  expect(await hear(ANN, 'three')).toBe(second)
  expect(await hear(BOB, 'four')).toBeUndefined()

  await world.chapar.scheduled(PURGE, Date.now() + 300 * DAY)
  expect([await countOf('party_index'), await countOf('party_tail')]).toEqual([0, 0])
})

test('messages of one callback to the lines of two tenants are each found by their tenant', async () => {
  const line = '10004399'
  const other = await newTenant(world.chapar, { line, connectionId: world.connectionId })
  const inbound = [LINE, line].map((one) => ({ id: `to-${one}`, from: ANN, to: one, text: `to ${one}` }))
  const { pathname } = new URL(world.callbackUrl)
  const at = Date.now()
  await world.chapar.fetch(pathname, { method: 'POST', body: JSON.stringify({ at, inbound }) })
  for (const [call, own] of [
    [world.call, LINE],
    [caller(world.chapar, other.token), line],
  ] as const) {
    const found = await until(`the message to ${own}`, async () => {
      const answer = await call(`/v1/messages?person=${encodeURIComponent(ANN)}`)
      const { data } = (await answer.json()) as { data: { to: string; content: { text: string } }[] }
      return data.find(({ content }) => content.text === `to ${own}`)
    })
    expect(found.to).toBe(own)
  }
})
