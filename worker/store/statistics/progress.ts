import { idFloor } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { boundHex } from '#worker/store/codes/codes.ts'

/** How far the messages of a shard are counted. */
export interface Progress {
  /** Times, ascending: up to the first all is firm, and a fresh piece lies between each two. */
  readonly bounds: readonly [firm: EpochMs, ...fresh: EpochMs[]]
  /** Milliseconds of acceptance that the next statement reads for good. */
  readonly step: number
  /** Mark of the last who wrote. */
  readonly token: string
}

/** Hex of the least id of this time. */
export const leastId = (at: EpochMs): string => (at === 0 ? '' : boundHex(idFloor('msg', at), 'id'))

/** Condition: the progress bears a mark that `mark` is the SQL of, so that of two runs at once one writes. */
export const IS_MARKED = (mark: string): string => `(SELECT token FROM statistics_progress) = ${mark}`

const FIRST_STEP = 600_000
const BEGIN = `INSERT INTO statistics_progress (n, bounds, firm_id, step, token) VALUES (1, '[0]', x'', ${FIRST_STEP}, '') ON CONFLICT DO NOTHING`
const READ = 'SELECT bounds, step, token FROM statistics_progress'
const ADVANCE = `UPDATE statistics_progress SET bounds = ?2, firm_id = unhex(?3), step = CAST(?4 AS INTEGER), token = ?5 WHERE token = ?1`

interface ProgressRow extends Pick<Progress, 'step' | 'token'> {
  readonly bounds: string
}

/** Reads how far a shard is counted; null: it never was. */
export async function readProgress(db: D1Database): Promise<Progress | null> {
  const row = await db.prepare(READ).first<ProgressRow>()
  return row && { ...row, bounds: JSON.parse(row.bounds) as Progress['bounds'] }
}

/** Begins to count a shard, from its first message on. */
export async function beginProgress(db: D1Database): Promise<Progress> {
  await db.prepare(BEGIN).run()
  const begun = await readProgress(db)
  if (!begun) throw new Error('the progress of statistics was not written')
  return begun
}

/** Statement that puts a progress in the place of the one with this mark. It changes no row if another run was first. */
export const advance = (db: D1Database, mark: string, { bounds, step, token }: Progress): D1PreparedStatement =>
  db.prepare(ADVANCE).bind(mark, JSON.stringify(bounds), leastId(bounds[0]), step, token)
