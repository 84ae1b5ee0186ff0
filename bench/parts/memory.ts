import { startSide } from '../against/side.ts'
import type { Measured } from '../figures.ts'
import { watchHeap } from '../heap.ts'
import { MAIN } from '../stage.ts'
import { median } from '../statistics.ts'
import { createTenant } from '../tenants.ts'
import { BATCH } from '../traffic.ts'
import { wave } from '../wave.ts'

/** V8 heap that an isolate of Workers may have, in MiB. V8 ends the runtime that needs more. */
const HEAP_MIB = 128
const WAVES = 6
const MESSAGES = 10 * BATCH

/**
 * The gateway's heap while batches go end to end, in a runtime whose isolates have no more than those of Workers. Resident memory
 * says nothing of it: it is that of thirty isolates, SQLite's pages and an allocator that gives nothing back.
 */
export async function memory(): Promise<Record<string, Measured>> {
  const side = await startSide(process.cwd(), { heapMiB: HEAP_MIB })
  try {
    const tenant = await createTenant(side, { name: 'heap', webhook: 'batch' })
    const watch = await watchHeap(side.mf, MAIN)
    const rates: number[] = []
    for (let n = 0; n < WAVES; n++) rates.push(await wave(side, MAIN, tenant, MESSAGES))
    const { usedMiB, heldMiB } = await watch.end()
    return {
      'heap.usedMiB': { value: usedMiB },
      'heap.heldMiB': { value: heldMiB },
      'heap.messagesPerSecond': { value: median(rates) },
    }
  } finally {
    await side.dispose()
  }
}
