import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TenantId } from '#worker/domain/ids.ts'
import { endOfMonth, monthOf } from '#worker/store/keys/month.ts'
import { caller, message, newTenant, startWorld, tokenOf, until, type World } from '../worlds/world.ts'

const SECOND = 1_000
const DAY = 86_400_000
const SWEEP = '* * * * *'
const PURGE = '17 * * * *'
const ANN = '+989121117101'
const BOB = '+989121117102'
const LINE = '10004401'

interface Listed {
  readonly id: string
  readonly direction: string
  readonly inReplyTo?: string
}

let world: World
let tenant: Awaited<ReturnType<typeof newTenant>>
/** The turn of the month, a few days ahead at most. */
const TURN = endOfMonth(monthOf(Date.now()))
const OLD = monthOf(TURN - 1)
beforeAll(async () => {
  world = await startWorld({ entry: 'test/worlds/entries/clock.ts', gateways: 2 })
  tenant = await newTenant(world.chapar, { line: LINE })
})
afterAll(() => world.dispose())

/** Puts the clock of both gateways, and signs in there anew: a token ends within the hour. */
async function at(time: number): Promise<ReturnType<typeof caller>> {
  for (const gateway of [0, 1]) await world.chapar.fetch('/clock', { method: 'POST', body: String(time) }, gateway)
  const { clientId, clientSecret } = tenant.client
  return caller(world.chapar, await tokenOf(world.chapar, clientId, clientSecret))
}
type Call = Awaited<ReturnType<typeof at>>

const listed = async (call: Call, query: Record<string, string>, gateway = 0): Promise<readonly Listed[]> => {
  const answer = await call(`/v1/messages?${new URLSearchParams(query)}`, { gateway })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { data: Listed[] }).data
}
const idsOf = async (call: Call, query: Record<string, string>, gateway = 0) =>
  (await listed(call, query, gateway)).map(({ id }) => id)

async function sendTo(call: Call, to: string): Promise<string> {
  const { id } = (await (await call('/v1/messages', { body: message(to) })).json()) as { id: string }
  await until('it is delivered', async () => {
    const { status } = (await (await call(`/v1/messages/${id}`)).json()) as { status: string }
    return status === 'delivered'
  })
  return id
}
const heard = new Set<string>()
async function hear(call: Call, from: string): Promise<Listed> {
  const { pathname } = new URL(tenant.connection.callbackUrl)
  const inbound = [{ id: crypto.randomUUID(), from, to: LINE, text: 'x' }]
  await world.chapar.fetch(pathname, { method: 'POST', body: JSON.stringify({ at: Date.now(), inbound }) })
  const came = await until('it is taken', async () =>
    (await listed(call, { person: from, direction: 'inbound' })).find(({ id }) => !heard.has(id)),
  )
  heard.add(came.id)
  return came
}

/** Months of the entries in the index, with how many each has. */
const months = async (): Promise<Readonly<Record<string, number>>> => {
  const { results } = await world.ledger
    .prepare('SELECT month, sum(length(keys) / 8) AS n FROM party_index GROUP BY month')
    .all<{ month: number; n: number }>()
  return Object.fromEntries(results.map(({ month, n }) => [month, n]))
}

test('a person is found on both sides of the month’s turn, in tail and index, until the old month’s keys or rows go', async () => {
  const before = await at(TURN - 20 * SECOND)
  const first = await sendTo(before, ANN)
  const said = await hear(before, ANN)
  expect(said.inReplyTo).toBe(first)
  expect(await idsOf(before, { person: ANN })).toEqual([said.id, first])

  const call = await at(TURN + 20 * SECOND)
  // Claimed before the turn, answered after it.
  const answer = await hear(call, ANN)
  expect(answer.inReplyTo).toBe(first)
  const second = await sendTo(call, ANN)
  const again = await hear(call, ANN)
  expect(again.inReplyTo).toBe(second)
  const all = [again.id, second, answer.id, said.id, first]
  const turn = new Date(TURN).toISOString()
  const shown = async () => {
    expect(await idsOf(call, { person: ANN })).toEqual(all)
    expect(await idsOf(call, { to: ANN })).toEqual([second, first])
    expect(await idsOf(call, { person: ANN, after: turn })).toEqual(all.slice(0, 3))
    expect(await idsOf(call, { person: ANN, before: turn })).toEqual(all.slice(3))
    expect(await idsOf(call, { person: BOB })).toEqual([])
  }
  await shown()

  // A slice of its own closes the row of the tail, and the sweep of a later month fills the rest.
  const messages = Array.from({ length: 200 }, (_, n) => ({ to: `+98912999${String(n).padStart(4, '0')}` }))
  const body = { channel: 'sms', content: { text: 'x' }, messages }
  expect((await call('/v1/messages/batch', { body })).status).toBe(202)
  await until('its entries wait', async () =>
    world.ledger.prepare('SELECT 1 FROM party_tail WHERE length(keys) >= 8 * 200').first(),
  )
  await world.chapar.scheduled(SWEEP, TURN + 40 * DAY)
  expect(await months()).toEqual({ [OLD]: 2, [OLD + 1]: 3 })
  await shown()

  // The keys are forgotten while the isolate of the other gateway has read none yet: what is found, is; nothing is an error.
  const owner = tenant.tenantId as TenantId
  const kept = await world.chapar.control
    .prepare('SELECT * FROM keys WHERE owner = ?1 AND number = ?2')
    .bind(owner, OLD)
    .first<Record<string, string | number>>()
  await world.chapar.keys.forget(owner, OLD)
  expect(await idsOf(call, { person: ANN }, 1)).toEqual(all.slice(0, 3))
  await world.chapar.control
    .prepare('INSERT INTO keys (owner, number, wrapped, kek, created_at) VALUES (?1, ?2, ?3, ?4, ?5)')
    .bind(...['owner', 'number', 'wrapped', 'kek', 'created_at'].map((name) => kept?.[name] ?? null))
    .run()

  // The purge takes the old month as a whole, and of the other nothing.
  await world.chapar.scheduled(PURGE, TURN + 186 * DAY)
  expect(await months()).toEqual({ [OLD + 1]: 3 })
  expect(await idsOf(call, { person: ANN })).toEqual(all.slice(0, 3))
})
