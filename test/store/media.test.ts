import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MediaId, newRequestId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { encodeNumber } from '#worker/lib/base32.ts'
import {
  giveUpMedia,
  insertMedia,
  listMedia,
  mediaById,
  presentMedia,
  releaseMedia,
  sealMedia,
  useMedia,
  useStatement,
} from '#worker/store/media.ts'
import {
  basesWithMessages,
  deleteGoneMedia,
  deleteUses,
  giveUpOldMedia,
  goneMedia,
  knownMedia,
  mediaPage,
  oldUses,
} from '#worker/store/media-purge.ts'
import { type Bindings, startBindings } from '../worlds/harness.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 9, 18)
const TENANTS = ['live.ten_000000000001', 'live.ten_000000000002'] as const
const [TENANT] = TENANTS
/** Files of each tenant, and users of each of the first files. */
const FILES = 3_000
const TOUCHED = 100
/** Most rows read for one touched. */
const MOST = 5

const idOf = (tenant: Realm, n: number): MediaId =>
  `med_${tenant.slice(4)}${newRequestId(NOW + n).slice(4, 14)}${encodeNumber(n, 6)}0${'m'.repeat(8)}`
const baseOf = (n: number): string =>
  `${newRequestId(NOW + n).slice(4, 14)}${encodeNumber(n, 6)}${'0'.repeat(7)}${'m'.repeat(8)}`
const ids = Array.from({ length: TOUCHED }, (_, n) => idOf(TENANT, n * 7))
const unused = Array.from({ length: TOUCHED }, (_, n) => idOf(TENANT, 2_000 + n * 3))

let bindings: Bindings
let db: D1Database
let read = 0
/** The same database, with the rows counted that its statements read. */
function counted(): D1Database {
  const keep = <Result extends D1Result<unknown>>(result: Result): Result => {
    read += result.meta.rows_read
    return result
  }
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get(target, name) {
        if (name === 'bind') return (...values: unknown[]) => wrap(target.bind(...values))
        if (name === 'first') return async () => keep(await target.all()).results[0] ?? null
        if (name === 'all' || name === 'run') return async () => keep(await target[name]())
        return Reflect.get(target, name)
      },
    })
  return {
    prepare: (sql: string) => wrap(db.prepare(sql)),
    batch: async (statements: D1PreparedStatement[]) => {
      const results = await db.batch(statements.map((one) => one))
      return results.map(keep)
    },
  } as unknown as D1Database
}

beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
  for (const tenant of TENANTS) {
    const files = Array.from({ length: FILES }, (_, n) => ({
      id: idOf(tenant, n),
      type: 'text/plain',
      name: null,
      bytes: 1,
      sha256: 'x',
      createdAt: NOW + n,
    }))
    await insertMedia(db, tenant, 'upload', await sealMedia(bindings.keys, tenant, files)).run()
    for (let n = 0; n < 30; n++)
      await useStatement(
        db,
        { realm: tenant, base: baseOf(n) },
        files.slice(n * 50, n * 50 + 200).map(({ id }) => id),
      ).run()
  }
})
afterAll(() => bindings.dispose())

describe('reads no more than it touches', () => {
  const CASES: readonly (readonly [string, number, (db: D1Database) => Promise<unknown>])[] = [
    ['one file', 1, (on) => mediaById(on, bindings.keys, TENANT, idOf(TENANT, 5))],
    ['a page of files', TOUCHED, (on) => listMedia(on, bindings.keys, TENANT, { before: null, limit: TOUCHED })],
    ['which files there are', TOUCHED, (on) => presentMedia(on, bindings.keys, TENANT, ids)],
    [
      'use, with three statements',
      3 * TOUCHED,
      (on) => useMedia(on, { realm: TENANT, base: baseOf(500) }, ids, NOW + 2 * DAY),
    ],
    ['release', TOUCHED, (on) => releaseMedia(on, { realm: TENANT, base: baseOf(500) }, ids)],
    ['give one up', 2, (on) => giveUpMedia(on, TENANT, idOf(TENANT, 2_999), NOW)],
    ['what was given up', 1, (on) => goneMedia(on, TENANT, 10)],
    [
      'delete what was given up, and take it off the count',
      2,
      (on) => deleteGoneMedia(on, TENANT, [idOf(TENANT, 2_999)]),
    ],
    ['give old ones up', TOUCHED, (on) => giveUpOldMedia(on, { realm: TENANT, ids: unused }, NOW + DAY, NOW)],
    ['a page of the purge', TOUCHED, (on) => mediaPage(on, TENANT, { after: '', before: 'med_~', limit: TOUCHED })],
    ['old uses', 400, (on) => oldUses(on, { realm: TENANT, ids }, { after: null, before: baseOf(20), limit: 1_000 })],
    [
      'bases with messages',
      30,
      (on) =>
        basesWithMessages(
          on,
          TENANT,
          Array.from({ length: 30 }, (_, n) => baseOf(n)),
        ),
    ],
    [
      'delete uses',
      50,
      (on) =>
        deleteUses(
          on,
          TENANT,
          ids.slice(0, 50).map((mediaId) => ({ mediaId, base: baseOf(0) })),
        ),
    ],
    [
      'known files',
      TOUCHED,
      (on) =>
        knownMedia(
          on,
          ids.map((id) => [TENANT, id] as const),
        ),
    ],
  ]
  test.each(CASES)('%s', async (_, touched, work) => {
    read = 0
    const result = await work(counted())
    expect(result).not.toBe(0)
    expect(read).toBeLessThanOrEqual(touched * MOST)
  })
})

describe('who uses what', () => {
  const id = idOf(TENANT, 2_500)
  test('a file is used once by the messages of a request, and free when they let go', async () => {
    for (let n = 0; n < 2; n++)
      expect([...(await useMedia(db, { realm: TENANT, base: baseOf(1) }, [id], NOW))]).toEqual([[id, 'text/plain']])
    expect(await giveUpMedia(db, TENANT, id, NOW)).toBe('used')
    await releaseMedia(db, { realm: TENANT, base: baseOf(2) }, [id])
    expect(await giveUpMedia(db, TENANT, id, NOW)).toBe('used')
    await releaseMedia(db, { realm: TENANT, base: baseOf(1) }, [id])
    expect(await giveUpMedia(db, TENANT, id, NOW)).toBe('gone')
  })

  test('what was given up is found and used by nobody, and cannot come back', async () => {
    expect(await giveUpMedia(db, TENANT, id, NOW + 1)).toBe('gone')
    expect(await mediaById(db, bindings.keys, TENANT, id)).toBeNull()
    expect((await useMedia(db, { realm: TENANT, base: baseOf(3) }, [id], NOW)).size).toBe(0)
    expect(
      (await listMedia(db, bindings.keys, TENANT, { before: null, limit: FILES })).some((row) => row.id === id),
    ).toBe(false)
    expect(await giveUpMedia(db, TENANT, idOf(TENANT, 9_999), NOW)).toBe('absent')
    expect(await deleteGoneMedia(db, TENANT, [id, idOf(TENANT, 2_400)])).toBe(1)
    expect(await giveUpMedia(db, TENANT, id, NOW)).toBe('absent')
  })

  test('one tenant’s use says nothing of another’s file', async () => {
    const [, other] = TENANTS
    expect((await useMedia(db, { realm: other, base: baseOf(4) }, [idOf(TENANT, 2_401)], NOW)).size).toBe(0)
    expect(await giveUpMedia(db, other, idOf(TENANT, 2_401), NOW)).toBe('absent')
  })

  test('a file’s last use is refreshed to the day', async () => {
    const used = (n: number) =>
      db.prepare('SELECT used_at FROM media WHERE id = ?1').bind(idOf(TENANT, n)).first<number>('used_at')
    await useMedia(db, { realm: TENANT, base: baseOf(5) }, [idOf(TENANT, 2_402)], NOW + DAY)
    expect(await used(2_402)).toBe(NOW + 2_402)
    await useMedia(db, { realm: TENANT, base: baseOf(6) }, [idOf(TENANT, 2_402)], NOW + 2 * DAY)
    expect(await used(2_402)).toBe(NOW + 2 * DAY)
  })
})
