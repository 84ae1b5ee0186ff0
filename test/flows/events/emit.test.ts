import { expect, test } from 'vitest'
import { newTenantId } from '#worker/domain/ids.ts'
import { packEvents } from '#worker/domain/messages/event-packing.ts'
import type { TenantEvent } from '#worker/domain/messages/events.ts'
import { realmOf } from '#worker/domain/realm.ts'
import { emissionOf, splitNotifyJob } from '#worker/flows/events/emit.ts'
import { NOTIFY_BYTES } from '#worker/queue-limits.ts'
import { event } from '../../worlds/receivers.ts'

const audience = { policy: null, realm: realmOf(newTenantId(), 'live'), shard: 0 }
const AT = 1_800_000_000_000

/** What a report brings: each event with its own person and time, and more that may differ from the one before. */
const reported = (n: number, own: Record<string, unknown>): TenantEvent => ({
  ...event(n),
  data: {
    id: event(n).id.replace('evt_', 'msg_').replace('_delivered', ''),
    direction: 'outbound',
    channel: 'sms',
    status: 'delivered',
    at: new Date(AT + n).toISOString(),
    to: `+98912${1_000_000 + n}`,
    from: '10004346',
    units: 1,
    purpose: 'transactional',
    ...own,
  },
})

test.each([
  ['of one batch', () => ({ batchId: 'bat_1' })],
  ['of many batches', (n: number) => ({ batchId: `bat_${String(n).padStart(35, '0')}` })],
  ['each with a purpose and a count of its own', (n: number) => ({ purpose: n % 2 ? 'otp' : 'advertising', units: n })],
  ['with refs in Persian', (n: number) => ({ clientRef: 'سفارش '.repeat(10) + n })],
  ['with refs full of quotation marks', (n: number) => ({ clientRef: '"'.repeat(64) + n })],
  ['with metadata', (n: number) => ({ metadata: { order: `${n}`.repeat(30), note: 'یادداشت' } })],
  ['with prices', (n: number) => ({ price: { amount: n, currency: 'IRR' } })],
  ['with failures', (n: number) => ({ failure: { code: 'absent', carrierCode: `${n}`, detail: 'It was not there.' } })],
  ['from senders of their own', (n: number) => ({ from: `فرستنده ${n}` })],
  [
    'some with more members than the first',
    (n: number) => (n === 0 ? {} : { batchId: `bat_${n}`, inReplyTo: `msg_${n}` }),
  ],
])('1,000 events %s make jobs that a queue takes, and none is left out', (_, own) => {
  const events = Array.from({ length: 1_000 }, (__, n) => reported(n, own(n)))
  const { jobs, rows } = emissionOf(audience, events, AT)
  const sizes = jobs.map((job) => Buffer.byteLength(JSON.stringify(packEvents(job.events))))
  expect(Math.max(...sizes)).toBeLessThanOrEqual(NOTIFY_BYTES)
  expect(jobs.flatMap((job) => job.events.map(({ id }) => id))).toEqual(events.map(({ id }) => id))
  expect(rows).toHaveLength(jobs.length)
  for (const job of jobs) expect(splitNotifyJob(job).jobs).toHaveLength(1)
})
