import { describe, expect, test } from 'vitest'
import { voiceRules } from '#worker/channels/voice/rules.ts'
import type { Channel } from '#worker/domain/carriers/channel.ts'
import { attemptRefOf, type ConnectionId, type MessageId, messageId } from '#worker/domain/ids.ts'
import type { Message, TimelineEntry } from '#worker/domain/messages/message.ts'
import { STATUS_CODES } from '#worker/domain/messages/status.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { continuationOf, type Resolved, sortReceipts } from '#worker/flows/dispatch/next-attempt-after-report.ts'
import type { HeardReceipt } from '#worker/jobs.ts'
import type { StateRow } from '#worker/store/messages/reads.ts'

const TENANT = 'live.ten_000000000001' as Realm
const CONNECTION = 'con_a' as ConnectionId
const NOW = 1_795_000_000_000
const voice: Channel = { ...voiceRules, providers: {} } as Channel
const ID = messageId(`${'0'.repeat(22)}1${'a'.repeat(8)}`, 0)
const BUSY = { code: 'recipient-busy', detail: 'The line was busy.' } as const

const taken: TimelineEntry = { at: 1, status: 'submitted', attempt: 1, connection: CONNECTION, by: 'gateway' }
const ended = (attempt: number): TimelineEntry => ({ at: 2, status: 'submitted', attempt, ...BUSY, by: 'report' })

function row(outcome: string | null, timeline: readonly TimelineEntry[], more: Partial<StateRow> = {}): StateRow {
  const base = { id: ID, realm: TENANT, status: STATUS_CODES.submitted, attempt: 1, refKey: 'p1' }
  return { ...base, outcome, timeline, ...more } as StateRow
}
const of = (receipt: Partial<HeardReceipt>): Resolved => ({
  realm: TENANT,
  id: ID,
  receipt: { status: 'undelivered', at: 9, failure: BUSY, ...receipt } as HeardReceipt,
  // A hash is as good as any other here.
  ...('providerRef' in receipt ? { refKey: receipt.providerRef ?? '' } : {}),
})
const byRef = (attempt: number, more: Partial<HeardReceipt> = {}) =>
  of({ attemptRef: attemptRefOf(TENANT, ID, attempt), ...more })
const sort = (receipts: readonly Resolved[], one: StateRow | null) => {
  const { live, past, candidates } = sortReceipts(receipts, new Map(one === null ? [] : [[ID as string, one]]))
  return [live.length, past.length, candidates.length]
}

describe('a report', () => {
  test('of the attempt that stands may open the next one', () => {
    expect(sort([byRef(1)], row('accepted', [taken]))).toEqual([0, 0, 1])
    expect(sort([of({ providerRef: 'p1' })], row('accepted', [taken]))).toEqual([0, 0, 1])
  })
  test('of an attempt that was ended is only told', () => {
    const waiting = row('again', [taken, ended(1)])
    expect(sort([byRef(1), byRef(1, { status: 'failed' }), of({ providerRef: 'p1' })], waiting)).toEqual([0, 3, 0])
    const second = row('accepted', [taken, ended(1)], { attempt: 2, refKey: 'p2' })
    expect(sort([byRef(1), of({ providerRef: 'p1' })], second)).toEqual([0, 2, 0])
    expect(sort([byRef(2)], second)).toEqual([0, 0, 1])
    expect(sort([of({ providerRef: 'p2' })], second)).toEqual([0, 0, 1])
  })
  test('under the carrier’s old ref is past while the next attempt is not recorded', () => {
    const claimed = row(null, [taken, ended(1)], { attempt: 2 })
    expect(sort([of({ providerRef: 'p1' })], claimed)).toEqual([0, 1, 0])
    expect(sort([byRef(2)], claimed)).toEqual([0, 0, 1])
  })
  test('that says delivered wins over all others of its batch, whichever attempt it is of', () => {
    const waiting = row('again', [taken, ended(1)])
    expect(sort([byRef(1, { status: 'delivered' })], waiting)).toEqual([1, 0, 0])
    expect(sort([byRef(1), byRef(1, { status: 'delivered' })], row('accepted', [taken]))).toEqual([2, 0, 0])
  })
  test('that comes twice in one batch opens one', () => {
    expect(sort([byRef(1), byRef(1)], row('accepted', [taken]))).toEqual([0, 1, 1])
  })
  test('of a message that has ended, or that is not there, goes the usual way', () => {
    expect(sort([byRef(1)], row('accepted', [taken], { status: STATUS_CODES.canceled }))).toEqual([1, 0, 0])
    expect(sort([byRef(1)], row('unknown', [taken], { status: STATUS_CODES.unknown }))).toEqual([1, 0, 0])
    expect(sort([byRef(1)], null)).toEqual([1, 0, 0])
  })
  test('of the past never looks like an end in the timeline', () => {
    const { past } = sortReceipts([byRef(1)], new Map([[ID as string, row('again', [taken, ended(1)])]]))
    expect(past[0]?.receipt).toMatchObject({ status: 'submitted', failure: BUSY })
  })
})

describe('the next attempt', () => {
  const message = (timeline: readonly TimelineEntry[], more: Partial<Message> = {}): Message =>
    ({
      id: ID as MessageId,
      direction: 'outbound',
      content: voiceRules.parse({ say: { text: 'a' }, retry: { times: 2, delaySeconds: 60 } }),
      acceptedAt: NOW,
      validUntil: null,
      timeline,
      ...more,
    }) as Message
  const candidate = { ...byRef(1), row: row('accepted', [taken]), failure: BUSY }
  const next = (one: Message) => continuationOf(voice, one, candidate, NOW)

  test('comes as often as the content asks, whatever was deferred between', () => {
    const deferred: TimelineEntry = { at: 3, status: 'accepted', attempt: 2, code: 'provider-throttled', by: 'gateway' }
    expect(next(message([taken]))).toMatchObject({ delaySeconds: 60, again: 1 })
    expect(next(message([taken, ended(1), deferred, deferred]))).toMatchObject({ again: 2 })
    expect(next(message([taken, ended(1), deferred, ended(3)]))).toBeNull()
  })
  test('never comes after the validity, nor for what was not ours or is gone', () => {
    expect(next(message([taken], { validUntil: NOW + 60_000 }))).toBeNull()
    expect(next(message([taken], { validUntil: NOW + 60_001 }))).not.toBeNull()
    expect(next(message([taken], { direction: 'inbound' }))).toBeNull()
    expect(next(message([taken], { content: null }))).toBeNull()
  })
})
