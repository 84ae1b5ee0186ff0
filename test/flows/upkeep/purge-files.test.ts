import { afterAll, beforeAll, expect, test } from 'vitest'
import { type MediaId, newRequestId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { tryPurgeFiles } from '#worker/flows/upkeep/purge-files.ts'
import type { PurgeRun } from '#worker/flows/upkeep/purge-run.ts'
import { encodeNumber } from '#worker/lib/base32.ts'
import { insertMedia, objectKey, sealMedia, useStatement } from '#worker/store/media.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'

const NOW = Date.UTC(2026, 9, 18)
const TENANT: Realm = 'live.ten_000000000001'
/** Three pages of the purge. */
const FILES = 450
const idOf = (n: number): MediaId =>
  `med_${TENANT.slice(4)}${newRequestId(NOW).slice(4, 14)}${encodeNumber(n, 6)}0${'m'.repeat(8)}`
const baseOf = (n: number, shard = 0): string =>
  `${newRequestId(NOW).slice(4, 14)}${encodeNumber(n, 6)}${encodeNumber(shard, 2)}00100${'m'.repeat(8)}`

let bindings: Bindings
let db: D1Database
let run: PurgeRun
/** The run says that it is spent after it was asked so often. */
let spentAfter = Number.POSITIVE_INFINITY
let asked = 0
beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
  const bucket = await bindings.mf.getR2Bucket('MEDIA', 'chapar')
  const env = { LEDGER_0: db, MEDIA: bucket }
  const platform = { env, now: Date.now, log: () => {} } as unknown as Platform
  run = {
    platform,
    shard: 0,
    db,
    cutoff: NOW + 1_000,
    now: NOW,
    startedAt: NOW,
    rows: 0,
    databaseOf: (shard) => (shard === 0 ? db : null),
    statements: () => 0,
    isSpent: () => ++asked > spentAfter,
  }
  const rows = Array.from({ length: FILES }, (_, n) => ({
    id: idOf(n),
    type: 'text/plain',
    name: null,
    bytes: 1,
    sha256: 'x',
    createdAt: NOW,
  }))
  await insertMedia(db, TENANT, 'upload', await sealMedia(bindings.keys, TENANT, rows)).run()
  await bucket.put(objectKey(TENANT, idOf(0)), 'x')
  // The first is used by a thousand requests whose messages are gone, the last by one on a shard that is not bound.
  for (let n = 0; n < 1_000; n += 100)
    await db.batch(
      Array.from({ length: 100 }, (_, i) => useStatement(db, { realm: TENANT, base: baseOf(n + i) }, [idOf(0)])),
    )
  await useStatement(db, { realm: TENANT, base: baseOf(0, 7) }, [idOf(FILES - 1)]).run()
})
afterAll(() => bindings.dispose())

const left = async (): Promise<number> => (await db.prepare('SELECT count(*) AS n FROM media').first<number>('n')) ?? 0
/** Purges the files behind `after` with a run that is spent after so many questions. */
async function purgeBehind(file: string, questions: number): Promise<string | null> {
  spentAfter = questions
  asked = 0
  const position = await tryPurgeFiles(run, { owner: TENANT, after: '', file })
  return position?.file ?? null
}

test('a run that is spent goes on where it stopped, also amid the uses of one file', async () => {
  // Asked before each page and before each statement of uses.
  expect(await purgeBehind('', 2)).toBe('')
  expect(await left()).toBe(FILES)
  expect(await db.prepare('SELECT count(*) AS n FROM media_uses').first('n')).toBe(501)

  const after = await purgeBehind('', 4)
  expect(after).toBe(idOf(199))
  expect(await left()).toBe(FILES - 200)

  expect(await purgeBehind(after ?? '', Number.POSITIVE_INFINITY)).toBeNull()
  // Whether its message is there nobody can say without that shard.
  expect(
    await db
      .prepare('SELECT id FROM media')
      .all()
      .then(({ results }) => results),
  ).toEqual([{ id: idOf(FILES - 1) }])
  expect(await db.prepare('SELECT count(*) AS n FROM media_uses').first('n')).toBe(1)
  expect(run.rows).toBe(FILES - 1 + 1_000)
})
