import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { purge } from '#worker/flows/upkeep/purge.ts'
import { sweep } from '#worker/flows/upkeep/sweep.ts'
import type { Env } from './env.ts'

/** Jobs by cron expression; these are the strings of `[triggers]` in wrangler.toml. */
const CRONS: Readonly<Record<string, (platform: Platform, now: EpochMs) => Promise<void>>> = {
  '* * * * *': sweep,
  '17 * * * *': purge,
}

/** The handler `scheduled()`. Jobs get the scheduled time instead of the clock's, so that tests can move it. */
export function cron(
  platformOf: (env: Env) => Promise<Platform>,
): (controller: ScheduledController, env: Env) => Promise<void> {
  return async ({ cron: expression, scheduledTime }, env) => {
    const job = CRONS[expression]
    if (!job) throw new Error(`no job for the cron ${expression}`)
    await job(await platformOf(env), scheduledTime)
  }
}
