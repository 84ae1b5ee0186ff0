import { setTimeout as sleep } from 'node:timers/promises'
import type { Host, WorkerName } from './stage.ts'
import type { BenchTenant } from './tenants.ts'
import { BATCH, sendBatches } from './traffic.ts'

/** `message.submitted` and `message.delivered`. */
export const EVENTS_A_MESSAGE = 2
const POLL = 10
const PATIENCE = 60_000

export interface Heard {
  readonly events: number
  readonly posts: number
  readonly forged: number
}

export const heard = async (host: Host): Promise<Heard> =>
  (await (await fetch(host.url('receiver', '/'))).json()) as Heard

/** Waits until the receiver has verified this many distinct events; throws when nothing more comes for a minute. */
export async function untilHeard(host: Host, events: number): Promise<Heard> {
  let last = -1
  let movedAt = performance.now()
  for (;;) {
    const now = await heard(host)
    if (now.events >= events) return now
    if (now.events !== last) movedAt = performance.now()
    last = now.events
    if (performance.now() - movedAt > PATIENCE)
      throw new Error(`${now.events} of ${events} events arrived (${now.forged} with a wrong signature)`)
    await sleep(POLL)
  }
}

/** Sends messages in batches of a thousand and waits for all their events; messages a second from first to last. */
export async function wave(host: Host, worker: WorkerName, tenant: BenchTenant, messages: number): Promise<number> {
  await fetch(host.url('receiver', '/'), { method: 'DELETE' })
  const startedAt = performance.now()
  await sendBatches(host, worker, tenant, { connections: 4, count: messages / BATCH })
  await untilHeard(host, messages * EVENTS_A_MESSAGE)
  return messages / ((performance.now() - startedAt) / 1000)
}
