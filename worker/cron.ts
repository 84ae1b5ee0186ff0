import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { pullInboxes } from '#worker/flows/polling/polling.ts'
import { purge } from '#worker/flows/upkeep/purge.ts'
import { sweep } from '#worker/flows/upkeep/sweep.ts'
import type { Env } from './env.ts'

type CronJob = (platform: Platform, now: EpochMs) => Promise<void>

/** Runs jobs beside each other, so that none waits for another's carriers; fails after all have ended if one did. */
const together =
  (...jobs: readonly CronJob[]): CronJob =>
  async (platform, now) => {
    const ended = await Promise.allSettled(jobs.map((job) => job(platform, now)))
    for (const one of ended) if (one.status === 'rejected') throw one.reason
  }

/** Jobs by cron expression; these are the strings of `[triggers]` in wrangler.toml. */
const CRONS: Readonly<Record<string, CronJob>> = {
  '* * * * *': together(sweep, pullInboxes),
  '17 * * * *': purge,
}

export const CRON_EXPRESSIONS: readonly string[] = Object.keys(CRONS)

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
