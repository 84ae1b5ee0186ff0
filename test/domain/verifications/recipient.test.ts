import { expect, test } from 'vitest'
import type { MessageId, VerificationId } from '#worker/domain/ids.ts'
import { realmOf } from '#worker/domain/realm.ts'
import { DAY, HOUR, MINUTE, SECOND } from '#worker/domain/time.ts'
import type { HashedCode } from '#worker/domain/verifications/kept-code.ts'
import {
  cancel,
  check,
  type Decision,
  feedBack,
  noteDelivered,
  noteUnsent,
  type Opening,
  type Recipient,
  read,
  resend,
  start,
  withdraw,
} from '#worker/domain/verifications/recipient.ts'
import { BOUNDS } from '#worker/domain/verifications/verification.ts'

const NOW = 1_800_000_000_000
const ID: VerificationId = 'ver_1'

const code = (hash: string, message = 'first', at = NOW): HashedCode => ({
  hash,
  channel: 'sms',
  wording: 'gateway',
  messageId: `msg_${message}` as MessageId,
  sentAt: at,
  expiresAt: at + BOUNDS.ttl,
})
const opening = (one: HashedCode, id: VerificationId = ID): Opening => ({
  id,
  realm: realmOf('ten_1', 'live'),
  shard: 0,
  channels: ['sms'],
  mostChecks: BOUNDS.checks,
  binding: null,
  order: 'sealed',
  code: one,
})

/** A recipient on which one thing after the other is decided, as its object does it. */
function person() {
  let kept: Recipient | null = null
  const take = <Answer>(decision: Decision<Answer> | null): Answer | null => {
    kept = decision?.next ?? kept
    return decision?.answer ?? null
  }
  return {
    kept: () => kept,
    start: (one: HashedCode, id = ID, now = NOW) => take(start(kept, opening(one, id), now)),
    resend: (one: HashedCode, now: number) => take(resend(kept, ID, one, now)),
    withdraw: (hash: string, id = ID, now = NOW) => take(withdraw(kept, id, hash, now)),
    check: (token: string, hash: string, now = NOW) => take(check(kept, ID, { token, hash, binding: null }, now)),
    noteUnsent: (message: string) => take(noteUnsent(kept, `msg_${message}` as MessageId, NOW)),
    noteDelivered: (message: string) => take(noteDelivered(kept, `msg_${message}` as MessageId)),
    cancel: (now = NOW) => take(cancel(kept, ID, now)),
    feedBack: (outcome: 'approved' | 'failed', now: number) => take(feedBack(kept, ID, outcome, now)),
    status: (now = NOW) => read(kept, ID, now)?.standing.status,
  }
}

test('codes that are taken back leave no more verifications than are kept', () => {
  const it = person()
  for (let n = 0; n < BOUNDS.verifications; n++) {
    expect(it.start(code(`c${n}`, `m${n}`), `ver_${n}`)).toMatchObject({ kind: 'sent' })
    it.withdraw(`c${n}`, `ver_${n}`)
  }
  expect(it.start(code('more', 'more'), 'ver_more', NOW + HOUR)).toEqual({
    kind: 'refused',
    reason: 'codes',
    retryAfter: (23 * HOUR) / SECOND,
  })
  expect(it.kept()?.verifications.length).toBe(BOUNDS.verifications)
  expect(it.start(code('next', 'next'), 'ver_next', NOW + DAY)).toMatchObject({ kind: 'sent' })
})

test('verifications with large orders are fewer: all stay below the size of one stored value', () => {
  let kept: Recipient | null = null
  const kinds = [1, 2, 3].map((n) => {
    const large = { ...opening(code(`c${n}`, `m${n}`), `ver_${n}`), order: 'x'.repeat(400_000) }
    const { answer, next } = start(kept, large, NOW)
    kept = next ?? kept
    return answer.kind
  })
  expect(kinds).toEqual(['sent', 'sent', 'refused'])
})

test('a start made twice is one code', () => {
  const it = person()
  const first = it.start(code('a'))
  expect(it.start(code('a'), ID, NOW + 5)).toEqual(first)
  expect(it.kept()?.sent).toEqual([NOW])
})

test('a resend made twice gets the same answer, and is one code', () => {
  const it = person()
  it.start(code('a'))
  const second = code('b', 'second', NOW + MINUTE)
  const sent = it.resend(second, NOW + MINUTE)
  expect(sent).toMatchObject({ kind: 'sent' })
  expect(it.resend(second, NOW + MINUTE)).toEqual(sent)
  expect(it.kept()?.sent.length).toBe(2)
})

test('a right check made twice is approved twice, and nobody else’s is', () => {
  const it = person()
  it.start(code('a'))
  expect(it.check('one', 'a')).toMatchObject({ kind: 'approved' })
  expect(it.check('one', 'a')).toMatchObject({ kind: 'approved', standing: { status: 'approved' } })
  expect(it.check('other', 'a')).toMatchObject({ kind: 'over', standing: { status: 'approved' } })
})

test('a wrong check made twice counts once, also the last one', () => {
  const it = person()
  it.start(code('a'))
  for (const checksLeft of [4, 3, 2, 1, 0])
    for (const _ of [1, 2])
      expect(it.check(`c${checksLeft}`, 'wrong')).toMatchObject({ kind: 'wrong', standing: { checksLeft } })
  expect(it.status()).toBe('failed')
  expect(it.kept()?.wrong.length).toBe(BOUNDS.checks)
  expect(it.check('c6', 'a')).toMatchObject({ kind: 'over' })
})

test.each(['first', 'second'])('of a start whose first run died, the code of the %s run is right', (which) => {
  const it = person()
  it.start(code('first'))
  expect(it.start(code('second', 'first', NOW + MINUTE), ID, NOW + MINUTE)).toMatchObject({ kind: 'sent' })
  expect(it.kept()).toMatchObject({ sent: [NOW], verifications: [{ codes: [{ messageId: 'msg_first' }] }] })
  expect(it.check('one', which, NOW + MINUTE)).toMatchObject({ kind: 'approved' })
})

test('a message that did not go out is known as such after a repeat, which sends it no more', () => {
  const it = person()
  it.start(code('first'))
  it.noteUnsent('first')
  expect(it.start(code('second'))).toMatchObject({ kind: 'sent', standing: { codes: [{ isUnsent: true }] } })
})

test('a report of delivery is noted once, whatever has become of the verification, and keeps nothing longer', () => {
  const it = person()
  it.start(code('first'))
  it.noteUnsent('first')
  it.check('one', 'first')
  const { verifications, usedAt } = it.kept() ?? {}
  it.noteDelivered('first')
  const noted = it.kept()
  expect(noted?.verifications[0]).toMatchObject({ status: 'approved', codes: [{ isDelivered: true }] })
  expect(noted?.verifications[0]?.codes[0]).not.toHaveProperty('isUnsent')
  expect(noted?.verifications[0]?.version).toBe((verifications?.[0]?.version ?? 0) + 1)
  expect([noted?.usedAt, noted?.verifications[0]?.updatedAt]).toEqual([usedAt, verifications?.[0]?.updatedAt])
  it.noteDelivered('first')
  it.noteDelivered('another')
  expect(it.kept()).toBe(noted)
})

test('each code of a message counts until its own end', () => {
  const it = person()
  it.start(code('first'))
  it.start(code('second', 'first', NOW + MINUTE), ID, NOW + MINUTE)
  expect(it.check('one', 'first', NOW + BOUNDS.ttl)).toMatchObject({ kind: 'wrong' })
  expect(it.check('two', 'second', NOW + BOUNDS.ttl)).toMatchObject({ kind: 'approved' })
})

test('a repeat whose message is not queued takes back its own code only', () => {
  const it = person()
  it.start(code('first'))
  it.start(code('second', 'first'))
  it.withdraw('second')
  expect(it.kept()).toMatchObject({ sent: [NOW], verifications: [{ status: 'pending' }] })
  expect(it.check('one', 'first')).toMatchObject({ kind: 'approved' })
})

test.each(['first', 'second', 'third'])(
  'a start that was taken back and comes again: the %s code is right',
  (which) => {
    const it = person()
    for (const hash of ['first', 'second']) {
      it.start(code(hash))
      it.withdraw(hash)
      expect([it.status(), it.kept()?.sent]).toEqual(['canceled', []])
    }
    expect(it.start(code('third'))).toMatchObject({ kind: 'sent', standing: { status: 'pending' } })
    expect(it.check('one', which)).toMatchObject({ kind: 'approved' })
  },
)

test('a resend that was taken back and comes again: both codes are right', () => {
  const it = person()
  it.start(code('a'))
  it.resend(code('b', 'second', NOW + MINUTE), NOW + MINUTE)
  it.withdraw('b', ID, NOW + MINUTE)
  expect(it.check('one', 'b', NOW + MINUTE)).toMatchObject({ kind: 'wrong' })
  expect(it.resend(code('c', 'second', NOW + MINUTE), NOW + MINUTE)).toMatchObject({ kind: 'sent' })
  expect(it.check('two', 'b', NOW + MINUTE)).toMatchObject({ kind: 'approved' })
})

test.each([
  ['approved', (it: ReturnType<typeof person>) => it.check('one', 'a')],
  ['canceled', (it: ReturnType<typeof person>) => it.cancel()],
  ['failed', (it: ReturnType<typeof person>) => [1, 2, 3, 4, 5].map((n) => it.check(`${n}`, 'wrong'))],
])('one that is %s stays so when its start is repeated or taken back', (status, end) => {
  const it = person()
  it.start(code('a'))
  end(it)
  const before = it.kept()
  it.withdraw('a')
  expect(it.start(code('b'))).toMatchObject({ kind: 'known', standing: { status } })
  expect(it.kept()).toEqual(before)
})

test('feedback prolongs nothing: a verification is gone 24 hours after its start', () => {
  const it = person()
  it.start(code('a'))
  it.feedBack('approved', NOW + 23 * HOUR)
  expect(it.status(NOW + DAY - 1)).toBe('expired')
  expect(it.feedBack('failed', NOW + DAY)).toBeNull()
  expect(it.status(NOW + DAY)).toBeUndefined()
})
