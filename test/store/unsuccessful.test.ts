import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConnectionId, type MessageId, messageId } from '#worker/domain/ids.ts'
import { type MessageStatus, STATUS_CODES, UNSUCCESSFUL } from '#worker/domain/messages/status.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { encodeNumber } from '#worker/lib/base32.ts'
import { claimStatement, recordStatement } from '#worker/store/messages/attempts.ts'
import { scanMessages } from '#worker/store/messages/list.ts'
import type { NewMessage } from '#worker/store/messages/rows.ts'
import { reportStatement } from '#worker/store/messages/writes.ts'
import { chunkEnd, purgeMessages } from '#worker/store/purge.ts'
import { type Bindings, startBindings } from '../worlds/harness.ts'
import { entered, NO_FILTER, newMessage, ROW_AT, sealed } from '../worlds/tenant-rows.ts'
import { countingRows } from './rows-read.ts'

const NOW = ROW_AT
const DAY = 86_400_000
const CONNECTION: ConnectionId = 'con_00000000100000000'
const MANY = 12_000

let bindings: Bindings
let db: D1Database
beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
})
afterAll(() => bindings.dispose())

let requests = 0
const rowsOf = (realm: Realm, count: number, at = NOW): NewMessage[] => {
  const base = `${encodeNumber(at, 10)}${encodeNumber(requests++, 6)}00${encodeNumber(32_000, 3)}0000000000`
  return Array.from({ length: count }, (_, n) => newMessage(realm, messageId(base, n), n, { acceptedAt: at }))
}

const ended = (rows: readonly NewMessage[], status: MessageStatus) =>
  rows.map(({ realm, id }) => ({
    realm,
    id,
    status,
    entry: { at: NOW, status, by: 'report' as const },
  }))
const submitted = (rows: readonly NewMessage[], status: MessageStatus = 'submitted') =>
  rows.map(({ realm, id }) => ({
    realm,
    id,
    attempt: 1,
    outcome: 'accepted' as const,
    status,
    entry: { at: NOW, status, by: 'gateway' as const },
  }))

/** Rows written for each message from its claim to its purge, by these steps. */
async function writtenBy(realm: Realm, ...steps: readonly MessageStatus[]): Promise<number[]> {
  const at = NOW - 200 * DAY
  const rows = rowsOf(realm, 100, at)
  const written = [(await claimStatement(db, await sealed(db, rows), at).run()).meta.rows_written]
  for (const status of steps) {
    const statement =
      status === 'submitted' || status === 'rejected'
        ? recordStatement(db, await entered(db, submitted(rows, status)), at)
        : reportStatement(db, await entered(db, ended(rows, status)), CONNECTION, at)
    const { meta } = await statement.run()
    expect(meta.changes).toBe(rows.length)
    written.push(meta.rows_written)
  }
  let purged = 0
  const counting = {
    prepare: (sql: string) => db.prepare(sql),
    batch: async (statements: D1PreparedStatement[]) => {
      const results = await db.batch(statements)
      purged = results.reduce((sum, { meta }) => sum + meta.rows_written, 0)
      return results
    },
  } as unknown as D1Database
  const end = await chunkEnd(db, realm, { after: '', before: 'msg_~', limit: 100 })
  expect(await purgeMessages(counting, realm, { after: '', end: end ?? '' }, NOW)).toBe(rows.length)
  return [...written, purged].map((rowsWritten) => rowsWritten / rows.length)
}

describe('rows written for a message, from its claim to its purge', () => {
  const realm = 'live.ten_000000000009' as Realm
  test('what succeeds writes its row, and nothing to the index of what did not', async () => {
    expect(await writtenBy(realm, 'submitted', 'delivered')).toEqual([1, 1, 1, 1])
    expect(await writtenBy(realm, 'submitted', 'delivered', 'read')).toEqual([1, 1, 1, 1, 1])
    expect(await writtenBy(realm, 'submitted')).toEqual([1, 1, 1])
  })
  test('what does not succeed writes one more', async () => {
    expect(await writtenBy(realm, 'submitted', 'undelivered')).toEqual([1, 1, 2, 1])
    expect(await writtenBy(realm, 'rejected')).toEqual([1, 2, 1])
    expect(await writtenBy(realm, 'submitted', 'unknown', 'delivered')).toEqual([1, 1, 2, 1, 1])
  })
})

describe('a page of what did not succeed among thousands is found by the index alone', () => {
  const realm = 'live.ten_000000000001' as Realm
  const stray: Record<string, MessageId[]> = {}
  beforeAll(async () => {
    for (let done = 0; done < MANY; done += 3_000) {
      const rows = rowsOf(realm, 3_000, NOW + done)
      await claimStatement(db, await sealed(db, rows), NOW).run()
      await recordStatement(db, await entered(db, submitted(rows)), NOW).run()
      const of = (n: number) => UNSUCCESSFUL[(n / 10) % 20]
      for (const status of UNSUCCESSFUL) {
        const some = rows.filter((_, n) => n % 10 === 0 && of(n) === status)
        await reportStatement(db, await entered(db, ended(some, status)), CONNECTION, NOW).run()
        stray[status] = [...(stray[status] ?? []), ...some.map(({ id }) => id)]
      }
    }
  })

  const FEW: readonly (readonly MessageStatus[])[] = [
    ...UNSUCCESSFUL.map((status) => [status]),
    ['failed', 'expired'],
    ['failed', 'unknown', 'undelivered', 'rejected', 'suppressed'],
  ]
  test.each(FEW.map((statuses) => [statuses.join(', '), statuses] as const))('%s', async (_, statuses) => {
    const wanted = statuses.flatMap((status) => stray[status] ?? []).sort((a, b) => (a < b ? 1 : -1))
    const codes = statuses.map((status) => STATUS_CODES[status])
    const counting = countingRows(db)
    const { rows: found } = await scanMessages(counting.db, realm, {
      source: { by: 'status', statuses: codes },
      range: { from: 'msg_', before: 'msg_~' },
      filter: NO_FILTER,
      rows: 51,
    })
    expect(found.map(({ id }) => id)).toEqual(wanted.slice(0, 51))
    expect(found.every(({ isHit }) => isHit)).toBe(true)
    expect(counting.read()).toBeLessThanOrEqual(2 * 51 + statuses.length)
  })

  test('and so is what sends one message again', async () => {
    const [first, again] = rowsOf(realm, 2, NOW + 20_000)
    if (!first || !again) throw new Error('no rows')
    await claimStatement(db, await sealed(db, [{ ...again, refersTo: first.id }]), NOW).run()
    const counting = countingRows(db)
    const { rows } = await scanMessages(counting.db, realm, {
      source: { by: 'resendOf', id: first.id },
      range: { from: 'msg_', before: 'msg_~' },
      filter: NO_FILTER,
      rows: 51,
    })
    expect(rows.map(({ id }) => id)).toEqual([again.id])
    expect(counting.read()).toBeLessThanOrEqual(2)
  })

  test('and so is what people wrote', async () => {
    const answers = [NOW + 500, NOW + 7_000].flatMap((at) => rowsOf(realm, 1, at))
    const inbound = answers.map((row) => ({ ...row, direction: 'inbound' as const, status: 'received' as const }))
    await claimStatement(db, await sealed(db, inbound), NOW).run()
    const counting = countingRows(db)
    const { rows, floor } = await scanMessages(counting.db, realm, {
      source: { by: 'inbound' },
      range: { from: 'msg_', before: 'msg_~' },
      filter: NO_FILTER,
      rows: 51,
    })
    expect(rows.map(({ id }) => id)).toEqual(inbound.map(({ id }) => id).reverse())
    expect(floor).toBe('')
    expect(counting.read()).toBeLessThanOrEqual(2 * 2)
  })
})
