import { expect, test } from 'vitest'
import { sms } from '#worker/channels/sms/index.ts'
import type { Provider } from '#worker/domain/carriers/provider.ts'
import type { ConnectionId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { DEFAULT_SETTINGS } from '#worker/domain/tenants/settings.ts'
import type { Policy, RouteConnection, Sender } from '#worker/domain/tenants/tenant.ts'
import { nextAttempts } from '#worker/flows/dispatch/next-attempt.ts'
import { routeOf } from '#worker/flows/dispatch/route.ts'
import { type AnsweredSlice, withAnswers } from '#worker/flows/dispatch/submit.ts'
import { unitsOf } from '#worker/flows/dispatch/unit.ts'
import type { SendJob } from '#worker/jobs.ts'

const A = 'con_a' as ConnectionId
const B = 'con_b' as ConnectionId
const TENANT = 'live.ten_000000000000' as Realm
const NOW = 1_795_000_000_000

const CAN = ['outbound'] as const

function policyOf(home: ConnectionId | null, features: RouteConnection['features'] = CAN): Policy {
  const address = { kind: 'line', value: '10004346' } as const
  const shared = { lineClass: 'service', isDefault: true, mode: null } as const
  const sender: Sender = { channel: 'sms', address, connectionId: home, ...shared }
  return {
    tenantId: 'ten_000000000001',
    version: 1,
    status: 'active',
    ...DEFAULT_SETTINGS,
    isLicensed: true,
    levelDaily: null,
    limits: { rate: 1, burst: 1, daily: null, monthly: null },
    shards: [0],
    credentials: [],
    members: [],
    senders: [sender],
    routes: [
      {
        channel: 'sms',
        mode: 'live',
        connections: [
          { id: A, features: CAN },
          { id: B, features },
        ],
      },
    ],
    endpoints: [],
  }
}

const provider: Provider = {
  name: 'p',
  settings: {},
  features: ['outbound'],
  batch: 10,
  dedupeWindow: 60,
  echoesRef: true,
  callbackProof: 'signature',
  open: () => ({ submit: async () => [] }),
}

const job = (tried: readonly ConnectionId[] = []): SendJob => ({
  kind: 'send',
  channel: 'sms',
  realm: TENANT,
  base: '0'.repeat(31),
  acceptedAt: NOW,
  shared: { from: '10004346', fromKind: 'line', content: { text: 'x' }, units: 1, encoding: 'gsm-7', purpose: 'otp' },
  items: [{ n: 0, to: '+989121234567' }],
  batched: false,
  attempt: 1 + tried.length,
  tried,
})

const failure = { code: 'provider-throttled', detail: 'busy' } as const

function next(
  policy: Policy,
  from: SendJob,
  over: ConnectionId,
  outcome: 'deferred' | 'repeat' = 'deferred',
  dedupeWindow = 60,
) {
  const units = unitsOf(from)
  const candidates = units.flatMap(({ item, body }) => routeOf(policy, from, sms, { to: item.to, body }))
  const group = { policy, realm: TENANT, shard: 0, channel: sms, candidates, needs: [], units }
  const place = { bound: { config: { id: over }, provider: { ...provider, dedupeWindow } } } as AnsweredSlice['place']
  const claimed = { group, units, place, won: units } as unknown as AnsweredSlice
  const results = units.map(() => ({ outcome, failure }))
  const submitted = { results, calledAt: units.map(() => NOW), unknownStreak: 0, certain: true }
  const [first] = nextAttempts(withAnswers(claimed, place, submitted, NOW))
  if (!first) throw new Error('no next attempt')
  return first
}

test('a deferred message goes over the next connection at once', () => {
  const { job: successor, delaySeconds } = next(policyOf(null), job(), A)
  expect([delaySeconds, successor.tried, successor.attempt]).toEqual([0, [A], 2])
})

test('a connection that cannot do what the message asks for is not the next one', () => {
  expect(next(policyOf(null, ['inbound']), job(), A).delaySeconds).toBeGreaterThanOrEqual(1)
  expect(next(policyOf(null, null), job(), A).delaySeconds).toBe(0)
})

test('a new round waits, and every connection may be tried in it', () => {
  const { job: successor, delaySeconds } = next(policyOf(null), job([A]), B)
  expect(delaySeconds).toBeGreaterThanOrEqual(1)
  expect(successor.tried).toBeUndefined()
})

test('a sender that belongs to one connection waits for it instead of spinning', () => {
  expect(next(policyOf(A), job(), A).delaySeconds).toBeGreaterThanOrEqual(1)
})

test('an unclear attempt keeps its connection and ref, and waits', () => {
  const { job: successor, delaySeconds } = next(policyOf(null), job(), A, 'repeat')
  expect(successor.pin).toEqual({ connectionId: A, refAttempt: 1, until: NOW + 60_000 })
  expect(delaySeconds).toBeGreaterThanOrEqual(1)
})

test.each([
  ['otp', 86_400, 120_000],
  ['otp', 60, 60_000],
  ['transactional', 86_400, 86_400_000],
  ['advertising', 86_400, 86_400_000],
] as const)(
  'an unclear attempt (%s) of a carrier that drops doubles for %i s is repeated for %i ms',
  (purpose, window, ms) => {
    const from = { ...job(), shared: { ...job().shared, purpose } }
    expect(next(policyOf(null), from, A, 'repeat', window).job.pin?.until).toBe(NOW + ms)
  },
)

test('the end of the repeats is not waited past', () => {
  const pin = { connectionId: A, refAttempt: 1, until: NOW + 7_000 }
  const { delaySeconds } = next(policyOf(null), { ...job(), attempt: 9, pin }, A, 'repeat')
  expect(delaySeconds).toBe(8)
})

test('a provider that is busy when it is asked again of an unclear attempt may have it still: it keeps connection and ref', () => {
  const { job: repeat } = next(policyOf(null), job(), A, 'repeat')
  const { job: successor, delaySeconds } = next(policyOf(null), repeat, A)
  expect(successor.pin).toEqual(repeat.pin)
  expect([successor.attempt, successor.tried]).toEqual([3, undefined])
  expect(delaySeconds).toBeGreaterThanOrEqual(1)
})
