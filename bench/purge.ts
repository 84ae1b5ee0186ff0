import { setTimeout as sleep } from 'node:timers/promises'
import { ARCHIVED } from './archive.ts'
import { AFTER_RETENTION, messagesLeft, runPurge } from './counts.ts'
import type { Measured } from './figures.ts'
import type { Counts } from './spy.ts'
import type { Stage } from './stage.ts'
import { percentile } from './statistics.ts'
import type { BenchTenant } from './tenants.ts'
import { sendSingles } from './traffic.ts'

/** Traffic that leaves room for the purge: the emulator runs both, and the database, on one thread. */
const CONNECTIONS = 8
const BEFORE = 5_000
const MOST_RUNS = 40

async function purgeAll(stage: Stage): Promise<number> {
  const time = Date.now() + AFTER_RETENTION
  const startedAt = performance.now()
  for (let run = 0; run < MOST_RUNS && (await messagesLeft(stage)) > 0; run++) await runPurge(stage, time)
  const seconds = (performance.now() - startedAt) / 1000
  if ((await messagesLeft(stage)) > 0) throw new Error('the purge leaves messages behind')
  return seconds
}

/** Purges a million expired messages while single sends go on. */
export async function purgeUnderTraffic(stage: Stage, tenant: BenchTenant): Promise<Record<string, Measured>> {
  const traffic = { connections: CONNECTIONS }
  await sendSingles(stage, 'accept', tenant, { ...traffic, milliseconds: 1_000 })
  const before = await sendSingles(stage, 'accept', tenant, { ...traffic, milliseconds: BEFORE })
  await sleep(500)
  await fetch(stage.url('counted', '/bench/reset'))
  const purging = purgeAll(stage)
  const during = await sendSingles(stage, 'accept', tenant, { ...traffic, until: purging })
  const seconds = await purging
  const counts = (await (await fetch(stage.url('counted', '/bench/counts'))).json()) as Counts
  const p99 = percentile(during.latencies, 0.99)
  return {
    'purge.rowsPerSecond': { value: ARCHIVED / seconds },
    'purge.maxChunkMs': { value: counts.longestD1Ms },
    'purge.acceptP99Ratio': { value: p99 / percentile(before.latencies, 0.99) },
    'purge.acceptP99Ms': { value: p99 },
  }
}
