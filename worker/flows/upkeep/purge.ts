import type { TenantId } from '#worker/domain/ids.ts'
import { idFloor } from '#worker/domain/ids.ts'
import { retentionCutoff } from '#worker/domain/tenants/retention.ts'
import { type EpochMs, MINUTE } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { pause } from '#worker/lib/pause.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import {
  chunkEnd,
  nextTenant,
  PURGED_TABLES,
  purgeMessages,
  purgeRest,
  purgeTable,
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
export type Exclusions = (tenantId: string) => Promise<boolean>
const NONE: Exclusions = async () => false

/** Where a run goes on: the tenant under way, the last message id it looked at, and behind the messages the last file's. */
interface Position {
  readonly tenant: string
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

const isSpent = (run: Run): boolean =>
  run.statements >= RUN_STATEMENTS * run.share || run.platform.now() - run.startedAt > RUN_TIME * run.share

/** A bucket that fails holds back the tenant's files until the next run, and nothing of the tenants behind it. */
async function tryPurgeFiles(run: Run, tenant: TenantId, file: string): Promise<string | null> {
  try {
    return await purgeFiles(run, tenant, file, () => isSpent(run))
  } catch (error) {
    run.platform.log('purge.files-failed', { shard: run.shard, tenant, reason: errorLabel(error) })
    return null
  }
}

/** Purges one tenant from a position on; the position to go on from if the run is spent, null if the tenant is done. */
async function purgeTenant(run: Run, { tenant, after, file = '' }: Position): Promise<Position | null> {
  const db = shardOfEnv(run.platform.env, run.shard)
  const before = idFloor('msg', run.cutoff)
  let last = after
  while (!isSpent(run)) {
    const startedAt = run.platform.now()
    const end = await chunkEnd(db, tenant as TenantId, last, before, CHUNK)
    run.statements++
    if (end === null) {
      if (!(await purgeBeside(run, tenant))) return { tenant, after: last, file }
      const rest = await tryPurgeFiles(run, tenant as TenantId, file)
      return rest === null ? null : { tenant, after: last, file: rest }
    }
    const rows = await purgeMessages(db, tenant as TenantId, last, end, run.cutoff)
    run.statements += 2
    run.rows += rows
    last = end
    await writeCursor(db, CURSOR, JSON.stringify({ tenant, after: last }), run.platform.now())
    run.statements++
    const ms = run.platform.now() - startedAt
    run.platform.log('purge.chunk', { shard: run.shard, rows, ms })
    await pause(REST * ms)
  }
  return { tenant, after: last, file }
}

/** The tenant's rows beside messages; false if the run is spent before they are gone. */
async function purgeBeside(run: Run, tenant: string): Promise<boolean> {
  const db = shardOfEnv(run.platform.env, run.shard)
  const floor = idFloor('', run.cutoff).slice(1)
  for (const table of PURGED_TABLES) {
    for (let rows = CHUNK; rows === CHUNK; ) {
      if (isSpent(run)) return false
      rows = await purgeTable(db, table, tenant, floor, CHUNK, run.cutoff)
      run.statements++
      run.rows += rows
    }
  }
  return true
}

async function purgeShard(run: Run, keep: Exclusions): Promise<void> {
  const db = shardOfEnv(run.platform.env, run.shard)
  const stored = await readCursor(db, CURSOR)
  let position: Position | null = stored === null ? null : (JSON.parse(stored) as Position)
  if (position === null) {
    run.rows += await purgeRest(db, run.cutoff, CHUNK)
    if (!(await keep(''))) await purgeBeside(run, '')
    const first = await nextTenant(db, '')
    position = first === null ? null : { tenant: first, after: '' }
  }
  while (position !== null && !isSpent(run)) {
    const { tenant }: Position = position
    const rest = (await keep(tenant)) ? null : await purgeTenant(run, position)
    if (rest !== null) {
      position = rest
      break
    }
    const next: string | null = await nextTenant(db, tenant)
    run.statements += 2 + PURGED_TABLES.length
    position = next === null ? null : { tenant: next, after: '' }
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
