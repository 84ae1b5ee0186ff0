import { type EpochMs, HOUR } from '#worker/domain/time.ts'

/**
 * Pace of POSTs to receivers that have not shown yet that they want them: of a tenant, and of a host over all tenants. One number
 * a key, the time at which it would be idle (the generic cell rate algorithm), changed in one statement: calls at once are
 * counted.
 */
export interface Pace {
  /** POSTs at once. */
  readonly burst: number
  /** Milliseconds that each takes to come back. */
  readonly everyMs: number
}

const TAKE = `INSERT INTO challenge_pace (key, idle_at) VALUES (?1, ?2 + ?3)
ON CONFLICT DO UPDATE SET idle_at = max(idle_at, ?2) + ?3 WHERE max(idle_at, ?2) <= ?2 + ?3 * (?4 - 1) RETURNING idle_at`
const FORGET = 'DELETE FROM challenge_pace WHERE key IN (SELECT key FROM challenge_pace WHERE idle_at < ?1 LIMIT 100)'

/** Takes one POST from the pace of `key`. Answers the milliseconds until there is one, 0 if this one may be made. */
export async function takePace(control: D1Database, key: string, pace: Pace, now: EpochMs): Promise<number> {
  const { burst, everyMs } = pace
  const [taken, , found] = await control.batch<{ idle_at: number }>([
    control.prepare(TAKE).bind(key, now, everyMs, burst),
    control.prepare(FORGET).bind(now - HOUR),
    control.prepare('SELECT idle_at FROM challenge_pace WHERE key = ?1').bind(key),
  ])
  if (taken?.results.length) return 0
  return Math.max(1, (found?.results[0]?.idle_at ?? now) - now - everyMs * (burst - 1))
}

/** Gives a POST back that was wanted. */
export async function returnPace(control: D1Database, key: string, { everyMs }: Pace): Promise<void> {
  await control.prepare('UPDATE challenge_pace SET idle_at = idle_at - ?2 WHERE key = ?1').bind(key, everyMs).run()
}
