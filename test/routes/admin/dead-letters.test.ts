import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditJob, RequestRow } from '#worker/jobs.ts'
import { type DeadLetter, insertDeadLetters } from '#worker/store/dead-letters.ts'
import { type AdminClient, adminClient, pointersOf } from '../../worlds/admin-client.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'

let chapar: Harness
let admin: AdminClient

beforeAll(async () => {
  chapar = await startChapar({ shards: 2 })
  admin = await adminClient(chapar)
})
afterAll(() => chapar?.dispose())

const row = (id: string, over: Partial<RequestRow> = {}): RequestRow => ({
  id: `req_${id}`,
  tenantId: 'ten_watched',
  at: Date.now(),
  ip: '192.0.2.7',
  country: 'IR',
  asn: 64500,
  ray: null,
  actor: 'cli_x',
  method: 'GET',
  route: '/v1/messages',
  status: 200,
  count: 1,
  ...over,
})
const rowIdOf = (n: number): string => String(n).padStart(16, '0')
const auditJob = (n: number): AuditJob => ({ kind: 'audit', rows: [row(rowIdOf(n))] })
const letter = (n: number, over: Partial<DeadLetter> = {}): DeadLetter => ({
  id: `dead_${String(n).padStart(10, '0')}`,
  queue: 'audit',
  kind: 'audit',
  realm: '',
  items: 1,
  job: { json: JSON.stringify(auditJob(n)) },
  reason: 'retries exhausted',
  at: 1_000 + n,
  ...over,
})
const itemsOf = (page: Record<string, unknown>) => page['data'] as Record<string, unknown>[]

/** Waits for what a queue consumer does behind an answer. */
async function eventually<Value>(read: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await read()
    if (holds(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const loggedRow = (id: string) =>
  chapar.ledger(0).prepare('SELECT count FROM requests WHERE id = ?1').bind(`req_${id}`).first<{ count: number }>()

describe('dead letters', () => {
  it('are listed over all shards, newest first, without what is in them', async () => {
    await insertDeadLetters(chapar.ledger(0), chapar.keys, [letter(1), letter(3)])
    await insertDeadLetters(chapar.ledger(1), chapar.keys, [letter(2, { queue: 'notify', kind: 'notify' })])
    const first = await admin.ok('GET', '/admin/v1/dead-letters?limit=2')
    expect(itemsOf(first).map(({ at }) => at)).toEqual(['1970-01-01T00:00:01.003Z', '1970-01-01T00:00:01.002Z'])
    expect(itemsOf(first)[0]).toMatchObject({ queue: 'audit', kind: 'audit', items: 1, replayedAt: null })
    const second = await admin.ok('GET', `/admin/v1/dead-letters?limit=2&cursor=${first['nextCursor']}`)
    expect(itemsOf(second)).toHaveLength(1)
    expect(second['nextCursor']).toBeNull()
    expect(JSON.stringify([first, second])).not.toContain('192.0.2.7')
    expect(itemsOf(await admin.ok('GET', '/admin/v1/dead-letters?queue=notify'))).toHaveLength(1)
  })

  it('are sent to their queue again, once, and then no longer wait', async () => {
    await insertDeadLetters(chapar.ledger(1), chapar.keys, [letter(11)])
    const path = `/admin/v1/dead-letters/${letter(11).id}/replay`
    const first = await admin.ok('POST', path)
    await eventually(() => loggedRow(rowIdOf(11)), Boolean)
    expect(await admin.ok('POST', path)).toEqual(first)
    const waiting = itemsOf(await admin.ok('GET', '/admin/v1/dead-letters'))
    expect(waiting.map(({ id }) => id)).not.toContain(letter(11).id)
    const all = itemsOf(await admin.ok('GET', '/admin/v1/dead-letters?state=all'))
    expect(all.find(({ id }) => id === letter(11).id)).toMatchObject({ replayedAt: first['replayedAt'] })
  })

  it('of a queue are sent again in one call', async () => {
    const many = Array.from({ length: 30 }, (_, i) => letter(100 + i))
    await insertDeadLetters(chapar.ledger(0), chapar.keys, many.slice(0, 20))
    await insertDeadLetters(chapar.ledger(1), chapar.keys, many.slice(20))
    const { replayed } = await admin.ok('POST', '/admin/v1/dead-letters/replay', { queue: 'audit' })
    expect(replayed).toBeGreaterThanOrEqual(30)
    for (let n = 100; n < 130; n++) await eventually(() => loggedRow(rowIdOf(n)), Boolean)
    expect(await admin.ok('POST', '/admin/v1/dead-letters/replay', { queue: 'audit' })).toEqual({
      replayed: 0,
      more: false,
    })
    expect(pointersOf(await admin.call('POST', '/admin/v1/dead-letters/replay', { queue: 'x' }))).toEqual(['/queue'])
  })

  it('keep what no version of the gateway sent, and refuse to replay it', async () => {
    const producer = await chapar.queue('NOTIFY')
    await producer.send({ kind: 'pigeon', text: 'coo' })
    const page = await eventually(
      () => admin.ok('GET', '/admin/v1/dead-letters'),
      (found) => itemsOf(found).some(({ kind }) => kind === 'unreadable'),
    )
    const id = itemsOf(page).find(({ kind }) => kind === 'unreadable')?.['id']
    expect((await admin.call('POST', `/admin/v1/dead-letters/${id}/replay`)).status).toBe(409)
  })
})
