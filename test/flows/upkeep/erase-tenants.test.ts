import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { importSealKeys } from '#worker/config.ts'
import type { TenantId } from '#worker/domain/ids.ts'
import type { OpenedText } from '#worker/store/keys/altered.ts'
import { keyringOf } from '#worker/store/keys/keyring.ts'
import { STANDING } from '#worker/store/keys/month.ts'
import { openText, sealText } from '#worker/store/keys/sealed.ts'
import { listedAtRest } from '../../worlds/at-rest/page.ts'
import { addChannel, caller, LINE, newTenant, startWorld, until, type World } from '../../worlds/world.ts'

const DAY = 86_400_000
const PURGE = '17 * * * *'
const WORDS = 'somebody who opted out'
const PLACE = ['things', 'row', 'column'] as const

let world: World
beforeAll(async () => {
  world = await startWorld({
    outbound: async (request) => {
      const { data } = (await request.json()) as { data: { challenge?: string } }
      return Response.json({ challenge: data.challenge })
    },
  })
})
afterAll(() => world.dispose())

/** Opens a copy from before, as somebody would who has every secret and the databases as they now are. */
async function opened(copy: string, owner: string): Promise<OpenedText> {
  const keys = keyringOf(world.chapar.control, await importSealKeys(world.chapar.secrets.worker))
  return openText(keys, owner as TenantId, copy, PLACE)
}

const TABLES = ['suppressions', 'devices', 'device_labels', 'aliases', 'verification_statistics']
/** Standing rows of a tenant in either mode, and its endpoints. */
async function standing(tenantId: string): Promise<Readonly<Record<string, number>>> {
  const { chapar, ledger } = world
  const counted = TABLES.map(async (table) => {
    const sql = `SELECT count(*) AS n FROM ${table} WHERE realm LIKE ?1`
    return [table, (await ledger.prepare(sql).bind(`%${tenantId}`).first<number>('n')) ?? 0] as const
  })
  const hooks = chapar.control.prepare('SELECT count(*) AS n FROM webhooks WHERE tenant_id = ?1').bind(tenantId)
  return Object.fromEntries([...(await Promise.all(counted)), ['webhooks', (await hooks.first<number>('n')) ?? 0]])
}

/** A link of addresses that the purge leaves for long, whatever columns such a row has. */
async function link(tenantId: string): Promise<void> {
  const { ledger } = world
  const sql = "SELECT name, type FROM pragma_table_info('aliases')"
  const { results } = await ledger.prepare(sql).all<{ name: string; type: string }>()
  const values = results.map(({ name, type }) => {
    if (name === 'realm') return `test.${tenantId}`
    return type === 'INTEGER' ? Date.now() + 900 * DAY : 'x'
  })
  const places = values.map((_, n) => `?${n + 1}`)
  await ledger
    .prepare(`INSERT INTO aliases VALUES (${places.join(', ')})`)
    .bind(...values)
    .run()
}

/** A day of counts of verifications. */
const counts = (tenantId: string) =>
  world.ledger
    .prepare('INSERT INTO verification_statistics (realm, day, counts, prefixes) VALUES (?1, ?2, ?3, ?3)')
    .bind(`live.${tenantId}`, Math.floor(Date.now() / DAY), '0.')
    .run()

interface Closed {
  readonly tenantId: string
  readonly closedAt: string
  readonly erasableFrom: string
}
const closed = async (): Promise<readonly Closed[]> =>
  ((await world.operator.get('/admin/v1/keys')) as { closed: readonly Closed[] }).closed

/** Opt-outs, a device with labels, an endpoint. */
async function people(call: ReturnType<typeof caller>): Promise<void> {
  const post = async (path: string, body: unknown): Promise<void> => {
    await until(path, async () => (await call(path, { body })).status === 201)
  }
  await post('/v1/suppressions', { channel: 'sms', recipient: '+989121112233' })
  await post('/v1/suppressions', { channel: 'email', recipient: 'ali@example.com' })
  await post('/v1/devices', { network: 'sandbox', token: 'a-token', user: 'ali', tags: ['news'] })
  await post('/v1/webhooks', { url: 'https://hooks.example.org/in' })
}

test('a tenant’s standing rows and keys are erased once the retention has passed since its end, and no copy opens', async () => {
  const { chapar, operator } = world
  const other = await newTenant(chapar, { line: '10009876', connectionId: world.connectionId })
  const tenants = [world, other] as const
  for (const { tenantId } of tenants)
    await addChannel({ operator, tenantId }, { channel: 'push', address: `app-of-${tenantId.slice(4)}` })
  await people(world.call)
  await people(caller(chapar, other.token))
  for (const { tenantId } of tenants) await Promise.all([link(tenantId), counts(tenantId)])
  const seal = async (owner: string) => sealText(await chapar.keys.standing(owner as TenantId), WORDS, PLACE)
  const copies = { closed: await seal(world.tenantId), open: await seal(other.tenantId) }
  const before = { suppressions: 2, devices: 1, device_labels: 2, aliases: 1, verification_statistics: 1, webhooks: 1 }
  expect(await standing(world.tenantId)).toEqual(before)

  await operator.post(`/admin/v1/tenants/${world.tenantId}/close`, {})
  const [{ closedAt, erasableFrom } = { closedAt: '', erasableFrom: '' }, ...more] = await closed()
  expect(more).toEqual([])
  const end = Date.parse(closedAt)
  expect(Date.parse(erasableFrom)).toBe(end + 186 * DAY)

  await chapar.scheduled(PURGE, end + 186 * DAY - 1)
  expect(await standing(world.tenantId)).toEqual(before)
  expect(await opened(copies.closed, world.tenantId)).toBe(WORDS)

  await chapar.scheduled(PURGE, end + 186 * DAY + 1)
  expect(await standing(world.tenantId)).toEqual({
    suppressions: 0,
    devices: 0,
    device_labels: 0,
    aliases: 0,
    verification_statistics: 0,
    webhooks: 0,
  })
  expect(await opened(copies.closed, world.tenantId)).toBeNull()
  expect(await standing(other.tenantId)).toEqual(before)
  expect(await opened(copies.open, other.tenantId)).toBe(WORDS)
  expect(await closed()).toEqual([])

  // A person who writes STOP to a line of the account that was is heard, and forgotten at the next purge.
  const { pathname } = new URL(world.callbackUrl)
  const inbound = [{ id: 'late', from: '+989121112244', to: LINE, text: 'STOP' }]
  const body = JSON.stringify({ at: Date.now(), inbound })
  expect((await chapar.fetch(pathname, { method: 'POST', body })).status).toBe(200)
  await until('the opt-out', async () => (await standing(world.tenantId))['suppressions'] === 1)
  await chapar.scheduled(PURGE, end + 187 * DAY)
  expect((await standing(world.tenantId))['suppressions']).toBe(0)
  expect(await closed()).toEqual([])
})

test('a tenant that has endpoints or push keys alone is erased too', async () => {
  const { chapar, operator } = world
  const made = await newTenant(chapar, { line: '10009877', connectionId: world.connectionId })
  const hook = await caller(chapar, made.token)('/v1/webhooks', { body: { url: 'https://hooks.example.org/in' } })
  expect(hook.status).toBe(201)
  await chapar.keys.forget(made.tenantId as TenantId, STANDING)
  await operator.post(`/admin/v1/tenants/${made.tenantId}/close`, {})
  expect((await closed()).map(({ tenantId }) => tenantId)).toEqual([made.tenantId])
  await chapar.scheduled(PURGE, Date.now() + 187 * DAY)
  expect((await standing(made.tenantId))['webhooks']).toBe(0)
  expect(await closed()).toEqual([])
})

test('every table of a ledger that has something under standing keys is one that is emptied', () => {
  const { ledger } = listedAtRest(readFileSync('docs/at-rest.md', 'utf8'))
  const sealed = ledger.filter(({ how, why }) => how !== 'clear' && /^standing\b/.test(why))
  const tables = new Set(sealed.map(({ name }) => name.replace(/\..*/, '')))
  expect([...tables].filter((table) => !TABLES.includes(table))).toEqual([])
  expect(tables).toContain('suppressions')
})
