import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Failure } from '#worker/domain/carriers/provider.ts'
import { batchIdOf, type ConnectionId, type MessageId, messageId, newRequestId } from '#worker/domain/ids.ts'
import { FAILURES } from '#worker/domain/messages/failure.ts'
import type { TimelineEntry } from '#worker/domain/messages/message.ts'
import { MESSAGE_STATUSES } from '#worker/domain/messages/status.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { appendStatement, claimStatement, recordStatement } from '#worker/store/messages/attempts.ts'
import { stopBatch } from '#worker/store/messages/batches.ts'
import { messageById, statesOf } from '#worker/store/messages/reads.ts'
import { openTimelines } from '#worker/store/messages/sealed.ts'
import { entryBytes, timelineOf } from '#worker/store/messages/timeline.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'
import { seeded } from '../../worlds/random.ts'
import { entered, newMessage, sealed } from '../../worlds/tenant-rows.ts'

const AT = 1_795_000_000_000
const REALM: Realm = 'live.ten_000000000001'
const FIRST: ConnectionId = 'con_11111111100000000'
const SECOND: ConnectionId = 'con_22222222200000000'

let bindings: Bindings
let db: D1Database
beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
})
afterAll(() => bindings.dispose())

let bases = 0
const idAt = (at: number) =>
  messageId(`${newRequestId(at).slice(4, 14)}${String(bases++).padStart(6, '0')}000020000000000`, 0)

const random = seeded(29)
const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value
const maybe = <Part>(part: () => Part): Part | Record<string, never> => (random() < 0.5 ? part() : {})
const time = (): number => AT + Math.floor((random() - 0.3) * 10 ** (3 + random() * 9))
const words = ['', 'busy', 'مشغول', '"quoted", \\ and\nmore', 'x'.repeat(300), '\u0000~\u007f\u0080']

const entry = (): TimelineEntry => ({
  at: time(),
  status: pick(MESSAGE_STATUSES),
  ...maybe(() => ({ carrierAt: time() })),
  ...maybe(() => ({ attempt: Math.floor(random() * 300) })),
  ...maybe(() => ({ connection: FIRST })),
  ...maybe(() => ({ code: pick(Object.keys(FAILURES) as Failure['code'][]) })),
  ...maybe(() => ({ carrierCode: pick(words) })),
  ...maybe(() => ({ detail: pick(words) })),
  ...maybe(() => ({ price: { amount: Math.floor((random() - 0.2) * 1e9), currency: pick(['IRR', 'USD', 'EUR']) } })),
  ...maybe(() => ({ until: time() })),
  by: pick(['gateway', 'report', 'query', 'tenant', 'sweep']),
})

/** Hex of a timeline as a row has it. */
async function hexOfTimeline(id: MessageId, timeline: readonly TimelineEntry[]): Promise<string> {
  const [row] = await sealed(db, [newMessage(REALM, id, 0, { timeline })])
  return row?.timeline ?? ''
}

describe('a timeline as bytes', () => {
  test('tells all that was written, in the order and with the names in the order in which it was', async () => {
    for (let n = 0; n < 500; n++) {
      const id = idAt(AT)
      const timeline = Array.from({ length: Math.floor(random() * 6) + 1 }, entry)
      const hex = await hexOfTimeline(id, timeline)
      const read = timelineOf(id, FIRST, hex.toUpperCase())
      const [row] = await openTimelines(bindings.keys, [{ realm: REALM, id, timeline: read }])
      expect(JSON.stringify(row?.timeline)).toBe(JSON.stringify(timeline))
      expect(timeline.reduce((sum, one) => sum + entryBytes(id, one), 0)).toBe(hex.length / 2)
    }
  })
  test('of a delivered message takes 16 bytes', async () => {
    const life = [
      { at: AT, status: 'accepted', by: 'gateway' },
      { at: AT + 1_000, status: 'submitted', attempt: 1, connection: FIRST, by: 'gateway' },
      { at: AT + 9_000, status: 'delivered', carrierAt: AT + 8_000, connection: FIRST, by: 'report' },
    ] as const
    expect((await hexOfTimeline(idAt(AT), life)).length / 2).toBeLessThanOrEqual(16)
  })
  test('that is cut off, or holds what no version wrote, is broken and no other timeline', async () => {
    const id = idAt(AT)
    const hex = await hexOfTimeline(id, [{ at: AT + 5, status: 'failed', code: 'lost', detail: 'words', by: 'sweep' }])
    const BROKEN = { entries: [], words: [], isBroken: true }
    for (let length = 2; length < hex.length; length += 2)
      expect(timelineOf(id, null, hex.slice(0, length)), hex.slice(0, length)).toEqual(BROKEN)
    expect(timelineOf(id, null, '0f00')).toEqual(BROKEN)
  })
})

describe('a timeline in the ledger', () => {
  const row = (more: Parameters<typeof newMessage>[3] = {}) =>
    newMessage(REALM, idAt(AT), 0, { acceptedAt: AT, connectionId: FIRST, ...more })
  const read = async (id: ReturnType<typeof idAt>) => (await messageById(db, bindings.keys, [REALM, id]))?.timeline

  test('names the connection of each attempt, though the row holds the last one only', async () => {
    const first = row()
    const { id } = first
    const taken = (connection: ConnectionId, attempt: number) =>
      ({
        at: AT + attempt,
        status: 'accepted',
        attempt,
        connection,
        code: 'provider-throttled',
        detail: 'later',
        by: 'gateway',
      }) as const
    const record = async (connection: ConnectionId, attempt: number) =>
      recordStatement(
        db,
        await entered(db, [
          {
            realm: REALM,
            id,
            attempt,
            outcome: 'deferred' as const,
            status: 'accepted' as const,
            entry: taken(connection, attempt),
          },
        ]),
        AT,
      )
    await claimStatement(db, await sealed(db, [first]), AT).run()
    await (await record(FIRST, 1)).run()
    for (const [attempt, connectionId] of [
      [2, SECOND],
      [3, SECOND],
      [4, null],
      [5, FIRST],
    ] as const) {
      await claimStatement(db, await sealed(db, [{ ...first, attempt, connectionId, timeline: [] }]), AT).run()
      if (connectionId) await (await record(connectionId, attempt)).run()
      else await db.prepare('UPDATE messages SET outcome = 3 WHERE attempt = 4').run()
    }
    const connections = (await read(id))?.map(({ connection }) => connection ?? null)
    expect(connections).toEqual([null, FIRST, SECOND, SECOND, FIRST])
  })

  test('of a message that ends with its batch holds the time at which that was canceled', async () => {
    const ended = row()
    const base = ended.id.slice(4, 35)
    const canceledAt = AT + 77_777
    const batch = {
      realm: REALM,
      id: batchIdOf(base),
      total: 1,
      accepted: null,
      acceptedAt: AT,
      canceledAt,
    }
    await stopBatch(db, batch)
    await claimStatement(db, await sealed(db, [ended]), AT + 80_000, [[REALM, batchIdOf(base)]]).run()
    expect(await read(ended.id)).toEqual([
      { at: AT, status: 'accepted', by: 'gateway' },
      { at: canceledAt, status: 'canceled', by: 'tenant' },
    ])
  })

  test('takes what is appended only if nothing was written since it was read', async () => {
    const one = row()
    await claimStatement(db, await sealed(db, [one]), AT).run()
    const [state] = await statesOf(db, bindings.keys, [[REALM, one.id]])
    const said = { at: AT + 1, status: 'delivered', by: 'report' } as const
    const append = async (bytes: number) =>
      appendStatement(db, await entered(db, [{ realm: REALM, id: one.id, entry: said, bytes }]), AT + 2).run()
    const bytes = state?.timelineBytes ?? 0
    expect((await append(bytes)).meta.changes).toBe(1)
    expect((await append(bytes)).meta.changes).toBe(0)
    expect((await append(bytes + entryBytes(one.id, said))).meta.changes).toBe(1)
    expect(await read(one.id)).toHaveLength(3)
  })
})
