import { idFloor, type TenantId } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { retentionCutoff } from '#worker/domain/tenants/retention.ts'
import { type EpochMs, MINUTE } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { pause } from '#worker/lib/pause.ts'
import { purgeAliases } from '#worker/store/aliases.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import {
  chunkEnd,
  nextOwner,
  PURGED_TABLES,
  type PurgedTable,
  purgeMessages,
  purgeRest,
  purgeTable,
  type RowOwner,
  readCursor,
  writeCursor,
} from '#worker/store/purge.ts'
import { purgeFiles, tryPurgeOrphans } from './purge-files.ts'

/** Messages of one chunk: its statements hold the shard's one thread for some tens of milliseconds. */
const CHUNK = 500
/** The purge rests this many times as long as a chunk took, so that sends and reports have most of the shard. */
const REST = 2
/** Statements of one run over all shards: D1 allows 1,000 an invocation. */
const RUN_STATEMENTS = 900
/** Time of one run over all shards; a cron has 15 minutes. */
const RUN_TIME = 10 * MINUTE
const CURSOR = 'purge'

/** Which tenants' records must stay although their time is over (holds). Nobody's, until there are holds. */
type Exclusions = (tenantId: TenantId | '') => Promise<boolean>
const NONE: Exclusions = async () => false

/** Where a run goes on: whose rows are under way, the last message id it looked at, and behind the messages the last file's. */
interface Position {
  readonly owner: RowOwner
  readonly after: string
  readonly file?: string
}

interface Run {
  readonly platform: Platform
  readonly shard: number
  readonly cutoff: EpochMs
  readonly startedAt: EpochMs
  /** This shard's part of the run: the others get theirs, however much there is here. */
  readonly share: number
  statements: number
  rows: number
}

const isRealm = (owner: RowOwner): owner is Realm => owner.includes('.')
/** The IP log is kept by tenant, everything else by realm. */
const tablesOf = (owner: RowOwner): readonly PurgedTable[] =>
  PURGED_TABLES.filter((table) => (table === 'requests') !== isRealm(owner))

const isSpent = (run: Run): boolean =>
  run.statements >= RUN_STATEMENTS * run.share || run.platform.now() - run.startedAt > RUN_TIME * run.share

/** A bucket that fails holds back the tenant's files until the next run, and nothing of the tenants behind it. */
async function tryPurgeFiles(run: Run, realm: Realm, file: string): Promise<string | null> {
  try {
    return await purgeFiles(run, realm, file, () => isSpent(run))
  } catch (error) {
    run.platform.log('purge.files-failed', { shard: run.shard, realm, reason: errorLabel(error) })
    return null
  }
}

/** Purges one owner's rows from a position on; the position to go on from if the run is spent, null if all is done. */
async function purgeOwner(run: Run, { owner, after, file = '' }: Position): Promise<Position | null> {
  const db = shardOfEnv(run.platform.env, run.shard)
  const before = idFloor('msg', run.cutoff)
  let last = after
  while (!isSpent(run)) {
    const startedAt = run.platform.now()
    const end = await chunkEnd(db, owner, last, before, CHUNK)
    run.statements++
    if (end === null) {
      if (!(await purgeBeside(run, owner))) return { owner, after: last, file }
      const rest = isRealm(owner) ? await tryPurgeFiles(run, owner, file) : null
      return rest === null ? null : { owner, after: last, file: rest }
    }
    const rows = await purgeMessages(db, owner, last, end, run.cutoff)
    run.statements += 2
    run.rows += rows
    last = end
    await writeCursor(db, CURSOR, JSON.stringify({ owner, after: last }), run.platform.now())
    run.statements++
    const ms = run.platform.now() - startedAt
    run.platform.log('purge.chunk', { shard: run.shard, rows, ms })
    await pause(REST * ms)
  }
  return { owner, after: last, file }
}

/** The owner's rows beside messages; false if the run is spent before they are gone. */
async function purgeBeside(run: Run, owner: RowOwner): Promise<boolean> {
  const db = shardOfEnv(run.platform.env, run.shard)
  const floor = idFloor('', run.cutoff).slice(1)
  for (const table of tablesOf(owner)) {
    for (let rows = CHUNK; rows === CHUNK; ) {
      if (isSpent(run)) return false
      rows = await purgeTable(db, table, owner, floor, CHUNK, run.cutoff)
      run.statements++
      run.rows += rows
    }
  }
  return true
}

/** Aliases that nobody told for the retention; a run that is spent leaves the rest to the next. */
async function purgeLinks(run: Run): Promise<void> {
  const db = shardOfEnv(run.platform.env, run.shard)
  for (let rows = CHUNK; rows >= CHUNK && !isSpent(run); ) {
    rows = await purgeAliases(db, run.cutoff, run.platform.now(), CHUNK)
    run.statements += 2
    run.rows += rows
  }
}

async function purgeShard(run: Run, keep: Exclusions): Promise<void> {
  const db = shardOfEnv(run.platform.env, run.shard)
  const stored = await readCursor(db, CURSOR)
  let position: Position | null = stored === null ? null : (JSON.parse(stored) as Position)
  if (position === null) {
    run.rows += await purgeRest(db, run.cutoff, CHUNK)
    await purgeLinks(run)
    if (!(await keep(''))) await purgeBeside(run, '')
    const first = await nextOwner(db, '')
    position = first === null ? null : { owner: first, after: '' }
  }
  while (position !== null && !isSpent(run)) {
    const { owner }: Position = position
    const rest = (await keep(isRealm(owner) ? tenantOf(owner) : owner)) ? null : await purgeOwner(run, position)
    if (rest !== null) {
      position = rest
      break
    }
    const next: RowOwner | null = await nextOwner(db, owner)
    run.statements += 2 + PURGED_TABLES.length
    position = next === null ? null : { owner: next, after: '' }
  }
  await writeCursor(db, CURSOR, position === null ? null : JSON.stringify(position), run.platform.now())
}

/**
 * Deletes what is final and last changed before the retention floor, never earlier, in bounded chunks that the next run
 * goes on from. `now` is the cron's scheduled time.
 */
export async function purge(platform: Platform, now: EpochMs, keep: Exclusions = NONE): Promise<void> {
  const shards = boundShards(platform.env)
  for (const shard of shards) {
    const run: Run = {
      platform,
      shard,
      cutoff: retentionCutoff(now),
      startedAt: platform.now(),
      share: 1 / shards.length,
      statements: 0,
      rows: 0,
    }
    try {
      await purgeShard(run, keep)
    } catch (error) {
      platform.log('purge.failed', { shard, reason: errorLabel(error) })
    }
    platform.log('purge.done', {
      shard,
      rows: run.rows,
      statements: run.statements,
      ms: platform.now() - run.startedAt,
    })
  }
  await tryPurgeOrphans(platform, now)
}
