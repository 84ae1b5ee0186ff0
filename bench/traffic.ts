import { type LoadOptions, load, postBytes, type Slice } from './load.ts'
import type { Host, WorkerName } from './stage.ts'
import type { BenchTenant } from './tenants.ts'

export const BATCH = 1_000
export const TEXT = 'سلام از چاپار. کد پیگیری سفارش شما ۴۵۱۲۲ است.'

/** One of 90,000 recipients; their last four digits mean nothing to the sandbox carrier, so all are delivered. */
export const recipient = (n: number): string => `+989${10_000 + (n % 90_000)}1234`

const headersOf = (tenant: BenchTenant) => ({ authorization: `Bearer ${tenant.token}` })
const VARIANTS = 50

/** Requests that each send one message. */
export function singles(url: string, tenant: BenchTenant): Buffer[] {
  return Array.from({ length: VARIANTS }, (_, n) =>
    postBytes(url, JSON.stringify({ channel: 'sms', to: recipient(n), content: { text: TEXT } }), headersOf(tenant)),
  )
}

/** Requests that each send one text to a thousand recipients. */
export function batches(url: string, tenant: BenchTenant): Buffer[] {
  return Array.from({ length: VARIANTS }, (_, variant) => {
    const messages = Array.from({ length: BATCH }, (__, n) => ({ to: recipient(variant * BATCH + n) }))
    return postBytes(url, JSON.stringify({ channel: 'sms', content: { text: TEXT }, messages }), headersOf(tenant))
  })
}

type Pace = Pick<LoadOptions, 'connections' | 'milliseconds' | 'count' | 'until'>

/** Single sends at a Worker. */
export function sendSingles(host: Host, worker: WorkerName, tenant: BenchTenant, pace: Pace): Promise<Slice> {
  const url = host.url(worker, '/v1/messages')
  return load({ url, requests: singles(url, tenant), status: 202, ...pace })
}

/** Batch sends at a Worker. */
export function sendBatches(host: Host, worker: WorkerName, tenant: BenchTenant, pace: Pace): Promise<Slice> {
  const url = host.url(worker, '/v1/messages/batch')
  return load({ url, requests: batches(url, tenant), status: 202, ...pace })
}
