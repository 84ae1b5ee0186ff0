import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TenantEvent } from '#worker/domain/messages/events.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commit, commitWhatHappened } from '#worker/flows/events/commit.ts'
import { type Emission, emissionOf, nothingToTell } from '#worker/flows/events/emit.ts'
import { insertWork, overdueWork } from '#worker/store/work.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'

const NOW = 1_800_000_000_000
/** A row of some other work, which the statements of these tests write and delete. */
const OTHER = { dueAt: 1, id: 'other', kind: 'send', realm: 'live.ten_a', body: '{}' } as const
const event = (n: number): TenantEvent => ({ id: `evt_${n}_x`, type: 'session.started', at: NOW, data: {} })
const emission = (...events: readonly TenantEvent[]): Emission =>
  emissionOf({ policy: null, realm: 'live.ten_a', shard: 0 }, events, NOW)

let bindings: Bindings
let db: D1Database
let platform: Platform
/** The ids of the work rows that were there when jobs came to the queue. */
let seen: string[] = []
let queueTakes = true

const rows = async (): Promise<string[]> => (await overdueWork(db, NOW * 2, 99)).map(({ id }) => id)
const idsOf = (one: Emission): string[] => one.rows.map(({ id }) => id)

beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
  const NOTIFY = {
    sendBatch: async () => {
      if (!queueTakes) throw new Error('full')
      seen.push(...(await rows()))
    },
  }
  platform = {
    env: { LEDGER_0: db, NOTIFY },
    keys: bindings.keys,
    now: () => NOW,
    log: () => {},
  } as unknown as Platform
})
afterAll(() => bindings.dispose())
beforeEach(async () => {
  await db.prepare('DELETE FROM work').run()
  seen = []
  queueTakes = true
})

describe('commit', () => {
  test('writes the change with the rows, then sends', async () => {
    const told = emission(event(1))
    const results = await commit(platform, [insertWork(db, OTHER)], told)
    expect(results.map(({ meta }) => meta.changes)).toEqual([1])
    expect(seen).toEqual(['other', ...idsOf(told)])
  })

  test('sends nothing and leaves no row of a change that fails', async () => {
    await expect(
      commit(platform, [db.prepare('INSERT INTO work (id) VALUES (1)')], emission(event(1))),
    ).rejects.toThrow()
    expect([seen, await rows()]).toEqual([[], []])
  })

  test('leaves the rows to the sweep if the queue refuses', async () => {
    queueTakes = false
    const told = emission(event(1))
    await commit(platform, [], told)
    expect(await rows()).toEqual(idsOf(told))
  })

  test('asks nothing of the ledger where nothing is to be done', async () => {
    expect(await commit({ ...platform, env: {} } as Platform, [], nothingToTell(0))).toEqual([])
  })
})

describe('commitWhatHappened', () => {
  test('tells what happened in place of what was expected, and keeps the rows that both have', async () => {
    const expected = emission(event(1))
    const kept = { ...expected, rows: [...expected.rows, { ...OTHER, dueAt: 2, id: 'piece' }] }
    await commitWhatHappened(platform, [], expected, () => kept)
    expect(seen.toSorted()).toEqual([...idsOf(expected), 'piece'].toSorted())
    const other = emission(event(2))
    await commitWhatHappened(platform, [db.prepare('DELETE FROM work')], expected, () => other)
    expect(await rows()).toEqual(idsOf(other))
  })
})
