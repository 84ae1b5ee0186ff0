import { idFloor } from '#worker/domain/ids.ts'
import { pause } from '#worker/lib/pause.ts'
import { boundShards } from '#worker/store/ledger.ts'
import { deleteOrphanRefs, type RefKey, readCursor, refsPageEnd, writeCursor } from '#worker/store/purge.ts'
import { type PurgeRun, REST_FACTOR } from './purge-run.ts'

/** Name of the cursor that holds the key of the last ref looked at. */
const CURSOR = 'purge-refs'
/** Refs that one statement looks at: it reads them by their key, and the messages of the old ones only. */
const REFS = 5_000
/** Pages of one run over all shards: two statements each, a quarter of what a run may ask. */
const PAGES = 100

/**
 * Deletes refs that stand for no message any more. A message goes with the ref that it holds (store/purge.ts); those of its
 * earlier attempts and of its later parts name it and are named by nothing, and an index by message would cost a row a ref.
 * So a cursor goes through a shard's refs, half a million a run, whoever's they are.
 */
export async function purgeRefs(run: PurgeRun): Promise<void> {
  const { platform, db, cutoff } = run
  const pages = Math.max(1, Math.floor(PAGES / boundShards(platform.env).length))
  const stored = await readCursor(db, CURSOR)
  let after = stored === null ? null : (JSON.parse(stored) as RefKey)
  for (let n = 0; n < pages && !run.isSpent(); n++) {
    const startedAt = platform.now()
    const end = await refsPageEnd(db, after, REFS)
    run.rows += await deleteOrphanRefs(db, { after, end }, idFloor('msg', cutoff))
    after = end
    if (after === null) break
    await pause(REST_FACTOR * (platform.now() - startedAt))
  }
  await writeCursor(db, CURSOR, after === null ? null : JSON.stringify(after), platform.now())
}
