import { setTimeout as sleep } from 'node:timers/promises'
import type { Measured } from '../figures.ts'
import type { Stage } from '../stage.ts'
import { percentile } from '../statistics.ts'
import type { BenchTenant } from '../tenants.ts'
import { sendSingles } from '../traffic.ts'
import { ARCHIVED } from './archive.ts'
import { demandEmpty, purgeAll } from './counts.ts'

/** The traffic of the single accept. The emulator runs it, the purge and the database on one thread. */
const CONNECTIONS = 32
const REST = 500
/** Measured as long before the purge as behind it: what the machine does beside must not look like the purge. */
const BESIDE = 5_000

/** Purges a million expired messages while single sends go on. */
export async function purgeUnderTraffic(stage: Stage, tenant: BenchTenant): Promise<Record<string, Measured>> {
  const send = (pace: { readonly milliseconds: number } | { readonly until: Promise<unknown> }) =>
    sendSingles(stage, 'accept', tenant, { connections: CONNECTIONS, ...pace })
  await send({ milliseconds: 1_000 })
  const before = await send({ milliseconds: BESIDE })
  await sleep(REST)
  const startedAt = performance.now()
  const purging = purgeAll(stage).then((counts) => ({ counts, seconds: (performance.now() - startedAt) / 1000 }))
  const during = await send({ until: purging })
  const { counts, seconds } = await purging
  await demandEmpty(stage)
  await sleep(REST)
  const behind = await send({ milliseconds: BESIDE })
  const p99 = percentile(during.latencies, 0.99)
  return {
    'purge.rowsPerSecond': { value: ARCHIVED / seconds },
    'purge.maxChunkMs': { value: counts.longestD1Ms },
    'purge.acceptP99Ratio': { value: p99 / percentile([...before.latencies, ...behind.latencies], 0.99) },
    'purge.acceptP99Ms': { value: p99 },
  }
}
