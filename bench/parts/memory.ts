import type { Measured } from '../figures.ts'
import { residentMiB } from '../process.ts'
import type { Stage } from '../stage.ts'
import type { BenchTenant } from '../tenants.ts'
import { BATCH } from '../traffic.ts'
import { wave } from '../wave.ts'

const RUN = 60_000
const START = 10_000
const MESSAGES = 10 * BATCH

/** workerd's memory while batches go end to end for a minute. */
export async function memory(stage: Stage, tenant: BenchTenant): Promise<Record<string, Measured>> {
  const startedAt = performance.now()
  const elapsed = (): number => performance.now() - startedAt
  let start: number | null = null
  const watch = setInterval(() => {
    if (elapsed() >= START) start ??= residentMiB(stage.runtime)
  }, 100)
  try {
    while (elapsed() < RUN) await wave(stage, 'chapar', tenant, MESSAGES)
  } finally {
    clearInterval(watch)
  }
  const end = residentMiB(stage.runtime)
  const first = start ?? Number.NaN
  return {
    'rss.startMiB': { value: first },
    'rss.endMiB': { value: end },
    'rss.growth': { value: end / first },
  }
}
