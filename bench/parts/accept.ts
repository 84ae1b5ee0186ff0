import type { Measured } from '../figures.ts'
import { load } from '../load.ts'
import { alternate } from '../pairs.ts'
import type { Stage } from '../stage.ts'
import { percentile, ratioOf } from '../statistics.ts'
import type { BenchTenant } from '../tenants.ts'
import { BATCH, batches, sendBatches, sendSingles, singles } from '../traffic.ts'

const ROUNDS = 10
const SINGLE = { connections: 32, milliseconds: 1_000 }
const MANY = { connections: 4, milliseconds: 1_000 }

type Figures = Record<string, Measured>

function latencies(prefix: string, samples: readonly number[]): Figures {
  return Object.fromEntries([50, 95, 99].map((p) => [`${prefix}.p${p}Ms`, { value: percentile(samples, p / 100) }]))
}

/** Accepting with nothing behind the queue binding, over a Hono app that parses the same JSON and answers 202. */
export async function acceptOverHono(stage: Stage, tenant: BenchTenant): Promise<Figures> {
  const url = stage.url('floor-hono', '/v1/messages')
  const requests = singles(url, tenant)
  const pairs = await alternate(
    ROUNDS,
    async () => (await sendSingles(stage, 'no-queue', tenant, SINGLE)).perSecond,
    async () => (await load({ url, requests, status: 202, ...SINGLE })).perSecond,
  )
  const { ratio, quartiles } = ratioOf(pairs)
  return { 'single.ratioToHono': { value: ratio, quartiles } }
}

/** A single accept over what makes any message durable: parse and queue. */
export async function acceptOverQueue(stage: Stage, tenant: BenchTenant): Promise<Figures> {
  const url = stage.url('floor-single', '/v1/messages')
  const requests = singles(url, tenant)
  const samples: number[] = []
  const pairs = await alternate(
    ROUNDS,
    async () => {
      const slice = await sendSingles(stage, 'accept', tenant, SINGLE)
      samples.push(...slice.latencies)
      return slice.perSecond
    },
    async () => (await load({ url, requests, status: 202, ...SINGLE })).perSecond,
  )
  const { ratio, quartiles, subject } = ratioOf(pairs)
  return {
    'single.ratioToFloor': { value: ratio, quartiles },
    'single.requestsPerSecond': { value: subject },
    ...latencies('single', samples),
  }
}

/** The floor is told what the subject queues for one batch, and queues the same. */
async function shareEnvelopes(stage: Stage, tenant: BenchTenant, url: string): Promise<void> {
  await fetch(stage.url('accept', '/bench/record'))
  await sendBatches(stage, 'accept', tenant, { connections: 1, count: 1 })
  const envelopes = (await (await fetch(stage.url('accept', '/bench/envelopes'))).json()) as unknown[]
  if (envelopes.length === 0) throw new Error('the subject queued nothing')
  await fetch(url, { method: 'PUT', body: JSON.stringify(envelopes) })
}

/** A batch accept over parse and `sendBatch` of the same bytes. */
export async function acceptBatches(stage: Stage, tenant: BenchTenant): Promise<Figures> {
  const url = stage.url('floor-batch', '/v1/messages/batch')
  await shareEnvelopes(stage, tenant, url)
  const requests = batches(url, tenant)
  const samples: number[] = []
  const pairs = await alternate(
    ROUNDS,
    async () => {
      const slice = await sendBatches(stage, 'accept', tenant, MANY)
      samples.push(...slice.latencies)
      return slice.perSecond
    },
    async () => (await load({ url, requests, status: 202, ...MANY })).perSecond,
  )
  const { ratio, quartiles, subject } = ratioOf(pairs)
  return {
    'batch.ratioToFloor': { value: ratio, quartiles },
    'batch.messagesPerSecond': { value: subject * BATCH },
    ...latencies('batch', samples),
  }
}
