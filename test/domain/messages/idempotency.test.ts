import { expect, test } from 'vitest'
import { decideKey, isFinalAnswer, type KeyRecord } from '#worker/domain/messages/idempotency.ts'

const NOW = 1_800_000_000_000
const MINUTE = 60_000
const DAY = 86_400_000
const begun = (): KeyRecord => {
  const first = decideKey(null, 'print', 'req_1', NOW)
  if (first.kind !== 'start') throw new Error('not started')
  return first.record
}

test('the first sight of a key starts with its own request id', () => {
  expect(begun()).toMatchObject({ requestId: 'req_1', run: 1, leaseUntil: NOW + MINUTE })
})

test('while it runs others wait, whatever their request id', () => {
  expect(decideKey(begun(), 'print', 'req_2', NOW + 1)).toMatchObject({ kind: 'in-flight', retryAfter: 60 })
  expect(decideKey(begun(), 'print', 'req_2', NOW + MINUTE - 1)).toMatchObject({
    kind: 'in-flight',
    retryAfter: 1,
  })
})

test('after a minute without an answer a retry runs with the first request id', () => {
  const again = decideKey(begun(), 'print', 'req_2', NOW + MINUTE)
  expect(again).toMatchObject({
    kind: 'start',
    record: { requestId: 'req_1', run: 2, leaseUntil: NOW + 2 * MINUTE },
  })
})

test('a begin that is made twice by one request starts once and keeps its run', () => {
  expect(decideKey(begun(), 'print', 'req_1', NOW + 5)).toMatchObject({ kind: 'start', record: { run: 1 } })
})

test('another payload is a mismatch, running or answered', () => {
  expect(decideKey(begun(), 'other', 'req_2', NOW + 1).kind).toBe('mismatch')
  expect(decideKey({ ...begun(), answered: true }, 'other', 'req_2', NOW + 1).kind).toBe('mismatch')
})

test('an answer is replayed for a day after the first sight and not longer', () => {
  const answered = { ...begun(), answered: true, leaseUntil: 0 }
  expect(decideKey(answered, 'print', 'req_2', NOW + DAY - 1).kind).toBe('answered')
  expect(decideKey(answered, 'other', 'req_2', NOW + DAY)).toMatchObject({
    kind: 'start',
    record: { requestId: 'req_2' },
  })
})

test('a clock set back by an hour makes nobody wait longer than a minute', () => {
  const decision = decideKey(begun(), 'print', 'req_2', NOW - 3_600_000)
  expect(decision).toMatchObject({ kind: 'in-flight', retryAfter: 60, leaseUntil: NOW - 3_600_000 + MINUTE })
})

test('what may pass is not kept: refusals of the moment and failures of ours', () => {
  for (const status of [200, 201, 202, 400, 404, 413, 422]) expect(isFinalAnswer(status), String(status)).toBe(true)
  for (const status of [401, 403, 409, 429, 500, 502, 503]) expect(isFinalAnswer(status), String(status)).toBe(false)
})
