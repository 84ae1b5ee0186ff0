import { setTimeout as sleep } from 'node:timers/promises'
import type { Measured } from '../figures.ts'
import { type Stage, startStage } from '../stage.ts'
import { median } from '../statistics.ts'
import { addWebhook, type BenchTenant, call, createTenant } from '../tenants.ts'
import { BATCH, recipient, sendBatches } from '../traffic.ts'
import { EVENTS_A_MESSAGE, untilHeard } from '../wave.ts'

/** Endpoints that answer their challenge and nothing after it; the receiver's path says so. */
const DEAD_ENDPOINTS = 20
const DEAD_MESSAGES = 10_000
const USUAL_RUNS = 7
const RUNS = 15
/** Seconds that production's queues wait for a batch to fill. */
const BATCH_TIMEOUT = 1

/** Milliseconds from the call to the message's last event at the receiver. */
async function once(stage: Stage, tenant: BenchTenant, n: number): Promise<number> {
  await fetch(stage.url('receiver', '/'), { method: 'DELETE' })
  const startedAt = performance.now()
  const message = { channel: 'sms', to: recipient(n), content: { text: 'سلام' } }
  await call(stage, { worker: 'chapar', token: tenant.token }, 'POST /v1/messages', message)
  await untilHeard(stage, EVENTS_A_MESSAGE)
  return performance.now() - startedAt
}

async function times(stage: Stage, tenant: BenchTenant, count: number): Promise<number[]> {
  const found: number[] = []
  for (let n = 0; n < count; n++) found.push(await once(stage, tenant, n))
  return found
}

async function measure(stage: Stage): Promise<Readonly<Record<string, Measured>>> {
  const quiet = await createTenant(stage, { name: 'one message', webhook: 'single' })
  const dead = await createTenant(stage, { name: 'dead endpoints' })
  for (let n = 0; n < DEAD_ENDPOINTS; n++) await addWebhook(stage, dead.token, `/silent/${n}`, {})
  await times(stage, quiet, 2)
  const usual = median(await times(stage, quiet, USUAL_RUNS))
  const [found] = await Promise.all([
    sleep(BATCH_TIMEOUT * 1000).then(() => times(stage, quiet, RUNS)),
    sendBatches(stage, 'chapar', dead, { connections: 2, count: DEAD_MESSAGES / BATCH }),
  ])
  return {
    'neighbours.usualMs': { value: usual },
    'neighbours.medianMs': { value: median(found) },
    'neighbours.worstMs': { value: Math.max(...found) },
    'neighbours.worstRatio': { value: Math.max(...found) / usual },
  }
}

/** How long one tenant's events take while another's 20 endpoints do not answer 10,000 messages' events, and without these. */
export async function neighbours(): Promise<Readonly<Record<string, Measured>>> {
  const stage = await startStage({ batchTimeout: BATCH_TIMEOUT })
  return measure(stage).finally(() => stage.dispose())
}
