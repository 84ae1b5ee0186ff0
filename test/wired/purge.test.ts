import { is } from 'drizzle-orm'
import { getTableConfig, integer, SQLiteTable, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newRequestId, type TenantId } from '#worker/domain/ids.ts'
import { type Realm, realmOf } from '#worker/domain/realm.ts'
import { operations } from '#worker/routes/resources.ts'
import { REALM } from '#worker/store/codes/codes.ts'
import * as schema from '#worker/store/ledger-schema.ts'
import { fillParties } from '#worker/store/parties/fill.ts'
import { examples } from '../api/examples.ts'
import { type PersonWorld, startPersonWorld } from '../end-to-end/persons/carriers.ts'
import { talkIn } from '../end-to-end/persons/talk.ts'
import { sendJob } from '../worlds/players/send-job.ts'
import { sampleOf } from '../worlds/samples.ts'
import { nameOf } from '../worlds/surface.ts'
import { reaches, until } from '../worlds/world.ts'

const DAY = 86_400_000
const SWEEP = '* * * * *'
const PURGE = '17 * * * *'
/** More than any retention, and rounds enough for whatever a run leaves to the next. */
const FAR = 1_000 * DAY
const ROUNDS = 6

/** Tables whose rows stay by decision. */
const STAYS: Readonly<Record<string, string>> = {
  quota_counts: 'a row a kind and tenant, of what is left',
  suppressions: 'who said STOP is not written to until they lift it (docs/scale.md)',
}

/** Tables of a schema that hold rows of one tenant. */
const tenantTables = (tables: Readonly<Record<string, unknown>>): string[] =>
  Object.values(tables)
    .filter((table) => is(table, SQLiteTable))
    .map((table) => getTableConfig(table))
    .filter(({ columns }) => columns.some(({ name }) => name === 'realm' || name === 'tenant_id'))
    .map(({ name }) => name)
    .sort()

const TABLES = tenantTables(schema)

let it: PersonWorld
let bucket: Awaited<ReturnType<PersonWorld['chapar']['mf']['getR2Bucket']>>
const { send, heardWith, stopped } = talkIn(() => it)
beforeAll(async () => {
  it = await startPersonWorld({ region: 'IR' })
  bucket = await it.chapar.mf.getR2Bucket('MEDIA', 'chapar')
})
afterAll(() => it.dispose())

/** Tables that hold rows now. */
async function filled(tables: readonly string[] = [...TABLES, 'inbound_parts']): Promise<string[]> {
  const counts = await Promise.all(
    tables.map((table) => it.ledger.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>('n')),
  )
  return tables.filter((_, n) => (counts[n] ?? 0) > 0)
}

interface Made {
  readonly id: string
  readonly callbackUrl: string
}

/** A connection to the sandbox carrier with a line of the tenant's on it. */
async function sandbox(channel: string, address: string): Promise<Made> {
  const made = (await it.operator.post('/admin/v1/connections', {
    channel,
    provider: 'sandbox',
    name: channel,
    settings: {},
  })) as Made
  const sender = { channel, address, lineClass: 'service', connectionId: made.id }
  await it.operator.post(`/admin/v1/tenants/${it.tenantId}/senders`, sender)
  return made
}

async function callback({ callbackUrl }: Made, body: object): Promise<void> {
  const { pathname } = new URL(callbackUrl)
  const answer = await it.chapar.fetch(pathname, { method: 'POST', body: JSON.stringify({ at: Date.now(), ...body }) })
  expect(answer.status).toBe(200)
}

/** Messages of their own, of a batch and with a file; replies, opt-outs and links of people; an endpoint that hears of it all. */
async function talk(): Promise<void> {
  await it.json('/v1/webhooks', { body: { url: 'https://hooks.example.com/all' }, status: 201 })
  await send('kavenegar', '+989121110001')
  const batch = {
    channel: 'sms',
    content: { text: 'خبر' },
    messages: [{ to: '+989121110002' }, { to: '+989121110003' }],
  }
  const { accepted } = await it.json<{ accepted: Made[] }>('/v1/messages/batch', { body: batch, status: 202 })
  for (const { id } of accepted) await reaches(it, id, 'submitted', 'delivered')
  it.book.set('447700900123', '447700900999')
  await send('whatsapp', 'whatsapp:+447700900123')
  await it.hear('kavenegar', '989121110001', 'بله')
  await heardWith('بله')
  await it.hear('kavenegar', '989121110004', 'لغو')
  await stopped('kavenegar', '+989121110004')
}

async function mail(): Promise<void> {
  const { id: connectionId } = await sandbox('email', 'shop@example.net')
  const route = { tenantId: it.tenantId, channel: 'email', mode: 'live', connections: [connectionId] }
  await it.operator.put('/admin/v1/routes', route)
  const headers = { 'content-type': 'application/pdf' }
  const upload = { method: 'POST', body: '%PDF-1.7', headers, status: 201 }
  const { id: file } = await it.json<Made>('/v1/media?name=one.pdf', upload)
  const content = { subject: 'Your order', text: 'It is here.', attachments: [{ media: file }] }
  const body = { channel: 'email', to: 'ali@example.com', from: 'shop@example.net', content }
  const { id } = await until('the new route', async () => {
    const answer = await it.call('/v1/messages', { body })
    return answer.status === 202 && ((await answer.json()) as Made)
  })
  await reaches(it, id, 'delivered')
}

/** A session that nobody answers, and parts of two messages: one whole, one that waits for its end. */
async function sessionAndParts(): Promise<void> {
  const line = await sandbox('sms', '30007777')
  const ussd = await sandbox('ussd', '*384*1#')
  await callback(ussd, { turn: { session: 's1', event: 'start', from: '+989121110005', to: '*384*1#' } })
  const part = (ref: string, number: number, total: number) => ({
    id: `${ref}-${number}`,
    from: '+989121110006',
    to: '30007777',
    text: `part ${number} of ${ref}`,
    part: { ref, number, total },
  })
  await callback(line, { inbound: [part('whole', 1, 2), part('whole', 2, 2), part('half', 1, 2)] })
  const realm = REALM.encode(`test.${it.tenantId}` as Realm)
  const inboundOf = () => it.ledger.prepare('SELECT 1 FROM messages WHERE realm = unhex(?1)').bind(realm).first()
  await until('the whole one', inboundOf)
  await until('the session is written down', async () => (await filled(['sessions'])).length > 0)
}

/** A verification of a number, which the ledger notes for the counts. */
async function changedVerification(): Promise<void> {
  await it.json('/v1/verifications', { body: { to: '+989121110009' }, status: 202 })
  await until('the verification is noted', async () => (await filled(['verification_changes'])).length > 0)
}

/** A code to a number, from a line for codes. */
async function verification(): Promise<void> {
  const sender = { channel: 'sms', address: '10009990', lineClass: 'otp' }
  await it.operator.post(`/admin/v1/tenants/${it.tenantId}/senders`, sender)
  await until('the line is known', async () => {
    const answer = await it.call('/v1/verifications', { body: { to: '+989121110007' } })
    return answer.status === 202
  })
  await until('it is written down', async () => (await filled(['verifications'])).length > 0)
}

/** One thing of each POST that says all it needs and that a program may make: so a new resource fills its table by itself. */
async function plainThings(): Promise<void> {
  for (const { method, path, body, responses, stepUp } of operations) {
    const isPlain = method === 'POST' && !stepUp && /^\/v1\/(?!auth\/)[^:]*$/.test(path) && 201 in responses
    if (isPlain && body && !examples[nameOf({ method, path })])
      await it.json(path, { body: sampleOf(body), status: 201 })
  }
}

/** What no door makes by itself: a job that no retry could work. */
async function deadLetter(): Promise<void> {
  const insert = `INSERT INTO dead_letters (id, queue, kind, realm, items, job, at) VALUES (?1, 'notify', 'notify', ?2, 0, '0.', ?3)`
  const at = Date.now()
  await it.ledger.prepare(insert).bind(newRequestId(at).replace('req', 'dead'), `live.${it.tenantId}`, at).run()
}

/** More messages than one row of the tail takes, and then what a sweep does a month later: the index by party is filled. */
async function manyMessages(): Promise<void> {
  const messages = Array.from({ length: 200 }, (_, n) => ({ to: `+98912112${String(n).padStart(4, '0')}` }))
  const body = { channel: 'sms', content: { text: 'خبر' }, messages }
  await it.json('/v1/messages/batch', { body, status: 202 })
  const realm = realmOf(it.tenantId as TenantId, 'live')
  await until('the index is filled', async () => (await fillParties(it.ledger, realm)) > 0)
}

/** What a sweep counts, and a message that waited on the queue for hours, which changes what was counted. */
async function statistics(): Promise<void> {
  await it.chapar.scheduled(SWEEP, Date.now() + DAY / 1_440)
  const queue = await it.chapar.queue('SEND_SMS')
  await queue.send((await sendJob(it, ['+989121110008'], Date.now() - DAY / 8)).job)
  await until('the change is noted', async () => (await filled(['statistics_changes'])).length > 0)
  await changedVerification()
}

/** Sweeps and purges at a time so far that nothing is kept, until a round finds what the one before left. */
async function purgeAll(): Promise<void> {
  const now = Date.now()
  for (let round = 1; round <= ROUNDS; round++) {
    await it.chapar.scheduled(SWEEP, now + round * FAR)
    await until('nothing is due', async () => (await filled(['work', 'inbound_parts'])).length === 0)
    await it.chapar.scheduled(PURGE, now + round * FAR + DAY)
  }
}

describe('after a purge with a cut-off in the future', () => {
  let before: readonly string[]
  let after: readonly string[]

  beforeAll(async () => {
    await talk()
    await mail()
    await sessionAndParts()
    await verification()
    await deadLetter()
    await manyMessages()
    await plainThings()
    const app = { channel: 'push', address: 'shop.example', lineClass: 'service' }
    await it.operator.post(`/admin/v1/tenants/${it.tenantId}/senders`, app)
    const device = { app: 'shop.example', network: 'fcm', token: 'a-token-of-the-tests', tags: ['news'] }
    const { id } = await it.json<Made>('/v1/devices', { body: device, status: 201 })
    await until('the endpoint hears', async () => (await filled(['deliveries'])).length > 0)
    await statistics()
    before = await filled()
    // A device that lives stays; one that was removed goes with the time.
    expect((await it.call(`/v1/devices/${id}`, { method: 'DELETE' })).status).toBe(204)
    await until('the call is in the access log', async () => (await filled(['requests'])).length > 0)
    await purgeAll()
    after = await filled()
  })

  test('what is gone makes room in its quota, and what stays is counted right', async () => {
    const { results } = await it.ledger.prepare('SELECT kind, count, bytes FROM quota_counts ORDER BY kind').all()
    const stays = await it.ledger.prepare('SELECT count(*) AS n FROM suppressions').first<number>('n')
    expect(results).toEqual([
      { kind: 'devices', count: 0, bytes: 0 },
      { kind: 'files', count: 0, bytes: 0 },
      { kind: 'suppressions', count: stays, bytes: 0 },
    ])
  })

  test('every tenant-keyed table had rows: a new table is filled by this test too, through a door', () => {
    const unfilled = TABLES.filter((table) => !before.includes(table))
    expect(unfilled, `fill ${unfilled.join(', ')} in test/wired/purge.test.ts, by a call that makes such rows`).toEqual(
      [],
    )
  })

  test('every one of them is empty, but what stays by decision', () => {
    const left = after.filter((table) => STAYS[table] === undefined)
    const advice = `rows of ${left.join(', ')} outlive the purge: let worker/flows/upkeep/purge.ts delete them, or name in STAYS why not`
    expect(left, advice).toEqual([])
  })

  test('what is named as staying still is', () => {
    const named = Object.keys(STAYS)
    const mended = named.filter((table) => !after.includes(table))
    expect(mended, `${mended.join(', ')} is empty after a purge: take it off its list here`).toEqual([])
  })

  test('the bucket holds nothing of the tenant', async () => {
    const { objects } = await bucket.list()
    expect(
      objects.map(({ key }) => key),
      'bytes outlive the purge: see worker/flows/upkeep/purge-files.ts',
    ).toEqual([])
  })

  test('a row that is left would be seen, and so would a table that nobody fills', async () => {
    const insert = 'INSERT INTO contents (realm, base, content) VALUES (unhex(?1), unhex(?2), unhex(?3))'
    await it.ledger
      .prepare(insert)
      .bind(REALM.encode(`live.${it.tenantId}` as Realm), 'b0', '00')
      .run()
    expect(await filled(['batches', 'contents'])).toEqual(['contents'])
    const columns = { realm: text('realm').notNull(), at: integer('at').notNull() }
    const extended = {
      ...schema,
      calls: sqliteTable('calls', columns),
      clocks: sqliteTable('clocks', { at: columns.at }),
    }
    expect(tenantTables(extended)).toEqual([...TABLES, 'calls'].sort())
  })
})
