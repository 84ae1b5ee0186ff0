import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConnectionId, type MessageId, messageId, newRequestId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { DAY } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { purge } from '#worker/flows/upkeep/purge.ts'
import { hashRefs, type RefWrite, refsStatement } from '#worker/store/messages/refs.ts'
import { insertStatement } from '#worker/store/messages/writes.ts'
import { type Bindings, keysOf, startBindings } from '../../worlds/harness.ts'
import { newMessage, sealed } from '../../worlds/tenant-rows.ts'

const NOW = Date.UTC(2026, 9, 18)
const OLD = NOW - 200 * DAY
const FIRST: ConnectionId = 'con_11111111100000000'
const SECOND: ConnectionId = 'con_22222222200000000'
const OURS = 'live.ten_000000000001' as Realm
const THEIRS = 'test.ten_000000000001' as Realm

let bindings: Bindings
let db: D1Database
beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
})
afterAll(() => bindings.dispose())

let bases = 0
const idAt = (at: number): MessageId =>
  messageId(`${newRequestId(at).slice(4, 14)}${String(bases++).padStart(6, '0')}000000000000000`, 0)

/** A delivered message of this age that holds the ref of its last attempt. */
async function stored(realm: Realm, id: MessageId, ref: string | null, changedAt: number): Promise<void> {
  const message = newMessage(realm, id, 0, {
    acceptedAt: OLD,
    status: 'delivered',
    attempt: 2,
    connectionId: SECOND,
    content: '{}',
    batched: false,
  })
  const [row] = await sealed(db, [message])
  const [hashed] = ref === null ? [] : await hashRefs(keysOf(db), [{ connectionId: SECOND, ref, realm, id }])
  if (row) await insertStatement(db, [{ ...row, ...(hashed ? { refKey: hashed.refKey } : {}) }], changedAt).run()
}
/** Refs that were written, by their hashes. */
const written = new Map<string, string>()
async function write(refs: readonly RefWrite[]): Promise<void> {
  const hashed = await hashRefs(keysOf(db), refs)
  for (const [n, { refKey }] of hashed.entries()) written.set(refKey, refs[n]?.ref ?? '')
  await refsStatement(db, hashed).run()
}
const named = (connectionId: ConnectionId, ref: string, id: MessageId, realm = OURS) =>
  write([{ connectionId, ref, realm, id }])
const left = async (): Promise<string[]> => {
  const { results } = await db.prepare('SELECT hex(ref_key) AS hex FROM refs').all<{ hex: string }>()
  return results.map(({ hex }) => written.get(hex) ?? '').sort()
}

/** Runs the purge twice: a round that was ended begins anew. */
async function purged(): Promise<void> {
  const platform = {
    env: { LEDGER_0: db, MEDIA: { list: async () => ({ objects: [], truncated: false }) } },
    now: () => NOW,
    log: () => {},
  }
  await purge(platform as unknown as Platform, NOW)
  await purge(platform as unknown as Platform, NOW)
}

describe('refs whose message is gone', () => {
  test('go, whichever attempt, part or realm they were of', async () => {
    const id = idAt(OLD)
    await stored(OURS, id, 'last', OLD)
    await named(SECOND, 'last', id)
    await named(FIRST, 'attempt-1', id)
    await named(SECOND, 'attempt-1-same-connection', id)
    await named(SECOND, 'part-2', id)
    await named(FIRST, 'in:part-3', id)
    // Its last attempt went over a carrier that echoes our ref: the message holds none.
    const echoed = idAt(OLD)
    await stored(OURS, echoed, null, OLD)
    await named(FIRST, 'before-the-echo', echoed)
    await named(FIRST, 'never-written', idAt(OLD))
    // The other mode's message of the same id is another message.
    const twin = idAt(OLD)
    await stored(THEIRS, twin, null, NOW)
    await named(FIRST, 'of-the-other-mode', twin)
    await purged()
    expect(await left()).toEqual([])
  })

  test('stay while the message stays, or may still be written', async () => {
    const changed = idAt(OLD)
    await stored(OURS, changed, 'last-of-changed', NOW)
    await named(SECOND, 'last-of-changed', changed)
    await named(FIRST, 'first-of-changed', changed)
    await named(FIRST, 'young', idAt(NOW - DAY))
    await purged()
    expect(await left()).toEqual(['first-of-changed', 'last-of-changed', 'young'])
    await db.prepare('DELETE FROM refs').run()
  })

  test('go page by page, and nothing is read twice', async () => {
    const young = idAt(NOW - DAY)
    const many = Array.from({ length: 12_000 }, (_, n) => ({
      connectionId: n % 2 ? FIRST : SECOND,
      ref: `ref-${String(n).padStart(6, '0')}`,
      realm: OURS,
      id: n % 100 === 0 ? idAt(OLD) : young,
    }))
    await write(many)
    await purged()
    expect(await left()).toHaveLength(11_880)
    const plan = await db
      .prepare(
        'EXPLAIN QUERY PLAN DELETE FROM refs WHERE (connection_id, ref_key) > (?1, ?2) AND (connection_id, ref_key) <= (?3, ?4)',
      )
      .bind('a', 'b', 'c', 'd')
      .all<{ detail: string }>()
    expect(plan.results.map(({ detail }) => detail).join()).toMatch(/SEARCH refs USING PRIMARY KEY/)
  })
})
