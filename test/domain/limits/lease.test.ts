import { describe, expect, test } from 'vitest'
import {
  type BucketState,
  fullBucket,
  grantLease,
  type LeaseGrant,
  type LeaseRequest,
} from '#worker/domain/limits/lease.ts'
import type { Limits } from '#worker/domain/tenants/settings.ts'
import { seeded } from '../../worlds/random.ts'
import { type Arrival, overshoot, simulate } from './lease-simulation.ts'

const NOW = Date.UTC(2026, 10, 10, 12)
const LIMITS: Limits = { rate: 10, burst: 100, daily: null, monthly: null }
type Granted = Extract<LeaseGrant, { ok: true }>
type Refused = Extract<LeaseGrant, { ok: false }>

const ask = (state: BucketState, request: Partial<LeaseRequest>, now = NOW, limits = LIMITS, timeZone = 'UTC') =>
  grantLease(state, { limits, levelDaily: null, timeZone }, { holder: 'a', need: 0, want: 0, ...request }, now)
const granted = (grant: LeaseGrant): Granted => {
  if (!grant.ok) throw new Error('refused')
  return grant
}
const refused = (grant: LeaseGrant): Refused => {
  if (grant.ok) throw new Error('granted')
  return grant
}
/** The bucket as it stands at that moment if nobody asks for anything. */
const at = (state: BucketState, now: number): BucketState => ask(state, {}, now).state
const heldBy = (state: BucketState) => state.live.reduce((sum, { tokens }) => sum + tokens, 0)

describe('granting', () => {
  test('the own need is granted down to the last token', () => {
    const { state, grant } = ask(fullBucket(LIMITS, NOW), { need: 100 })
    expect(granted(grant).tokens).toBe(100)
    expect(refused(ask(state, { need: 1 }).grant)).toMatchObject({ violated: ['burst'], retryAfter: 1 })
  })

  test('prefetches a quarter of what lies above the need and half the burst, and no more than is wanted', () => {
    const full = fullBucket(LIMITS, NOW)
    expect(granted(ask(full, { need: 10, want: 1_000 }).grant).tokens).toBe(10 + 10)
    expect(granted(ask(full, { need: 10, want: 3 }).grant).tokens).toBe(13)
    expect(granted(ask(full, { need: 60, want: 1_000 }).grant).tokens).toBe(60)
  })

  test('bucket and live prefetch never exceed the burst together', () => {
    let { state } = ask(fullBucket(LIMITS, NOW), { need: 1, want: 1_000 })
    const held = heldBy(state)
    expect(held).toBe(12)
    state = at(state, NOW + 4_000)
    expect(state.tokens).toBe(100 - held)
  })

  test('the room of an ended lease fills from its end on, not from before', () => {
    const { state } = ask(fullBucket(LIMITS, NOW), { need: 1, want: 1_000 })
    const end = state.live[0]?.expiresAt ?? 0
    expect(at(state, end + 500).tokens).toBeCloseTo(88 + 5)
  })

  test('says how long to wait, also when a live prefetch is in the way', () => {
    const { state } = ask(fullBucket(LIMITS, NOW), { need: 40, want: 1_000 })
    const held = heldBy(state)
    expect(held).toBeGreaterThan(0)
    const { retryAfter } = refused(ask(state, { need: 100 }).grant)
    expect(refused(ask(state, { need: 100 }, NOW + (retryAfter - 1) * 1_000).grant).retryAfter).toBe(1)
    expect(ask(state, { need: 100 }, NOW + retryAfter * 1_000).grant.ok).toBe(true)
  })

  test('a need above the burst never comes true and does not loop', () => {
    expect(refused(ask(fullBucket(LIMITS, NOW), { need: 101 }).grant).retryAfter).toBe(86_400)
  })

  test('a smaller burst takes effect at once, a larger one by refill', () => {
    const full = fullBucket(LIMITS, NOW)
    expect(ask(full, { need: 21 }, NOW, { ...LIMITS, burst: 20 }).grant.ok).toBe(false)
    expect(ask(full, { need: 101 }, NOW, { ...LIMITS, burst: 200 }).grant.ok).toBe(false)
    expect(ask(full, { need: 101 }, NOW + 100, { ...LIMITS, burst: 200 }).grant.ok).toBe(true)
  })
})

describe('settling', () => {
  test('unspent tokens come back before the lease ends', () => {
    const first = ask(fullBucket(LIMITS, NOW), { need: 1, want: 10 })
    const tag = granted(first.grant).lease
    const { state } = ask(first.state, { ended: [{ ...tag, unspent: 10, refunded: 0 }] }, NOW + 10)
    expect(state.tokens).toBeCloseTo(99 + 0.1)
    expect(state.live).toEqual([])
  })

  test('after the end they do not: the refill has had their room', () => {
    const first = ask(fullBucket(LIMITS, NOW), { need: 1, want: 10 })
    const tag = granted(first.grant).lease
    const drained = ask(first.state, { need: 89 }, NOW).state
    const { state } = ask(drained, { ended: [{ ...tag, unspent: 10, refunded: 0 }] }, tag.expiresAt)
    expect(state.tokens).toBeCloseTo(((tag.expiresAt - NOW) * LIMITS.rate) / 1_000, 5)
  })

  test('an end that names no live lease, or more than it held, changes nothing in the bucket', () => {
    const { state } = ask(fullBucket(LIMITS, NOW), { need: 50 })
    const forged = {
      grantedAt: NOW,
      expiresAt: NOW + 6_000,
      prefetched: 50,
      unspent: 50,
      refunded: 0,
      mode: 'live' as const,
    }
    expect(ask(state, { ended: [forged] }).state.tokens).toBe(50)
    const lease = ask(fullBucket(LIMITS, NOW), { need: 1, want: 10 })
    const tag = granted(lease.grant).lease
    expect(ask(lease.state, { ended: [{ ...tag, unspent: 11, refunded: 0 }] }).state.tokens).toBe(89)
  })
})

describe('caps', () => {
  const CAPPED: Limits = { rate: 100, burst: 100, daily: 160, monthly: 1_000 }

  test('a cap refuses what goes beyond it, with the wait until the window ends', () => {
    const first = ask(fullBucket(CAPPED, NOW), { need: 100 }, NOW, CAPPED)
    const second = ask(first.state, { need: 61 }, NOW + 1_000, CAPPED)
    expect(refused(second.grant)).toMatchObject({ violated: ['daily'], retryAfter: 12 * 3_600 - 1 })
    expect(ask(first.state, { need: 60 }, NOW + 1_000, CAPPED).grant.ok).toBe(true)
  })

  test('the next local day begins at zero, in the tenant’s zone', () => {
    // 12:00 UTC is 15:30 in Tehran; its midnight is 20:30 UTC.
    const first = ask(fullBucket(CAPPED, NOW), { need: 100 }, NOW, CAPPED, 'Asia/Tehran')
    const midnight = Date.UTC(2026, 10, 10, 20, 30)
    expect(ask(first.state, { need: 100 }, midnight - 1, CAPPED, 'Asia/Tehran').grant.ok).toBe(false)
    expect(ask(first.state, { need: 100 }, midnight, CAPPED, 'Asia/Tehran').grant.ok).toBe(true)
  })

  test('prefetched tokens count at once and are credited when the lease ends, however late', () => {
    const first = ask(fullBucket(CAPPED, NOW), { need: 1, want: 10 }, NOW, CAPPED)
    expect(first.state.daily?.used).toBe(11)
    const tag = granted(first.grant).lease
    const late = ask(first.state, { ended: [{ ...tag, unspent: 7, refunded: 0 }] }, NOW + 60_000, CAPPED)
    expect(late.state.daily).toMatchObject({ used: 4, outstanding: 0 })
  })

  test('a lease of yesterday credits nothing to today', () => {
    const evening = Date.UTC(2026, 10, 10, 23, 59, 50)
    const first = ask(fullBucket(CAPPED, evening), { need: 1, want: 10 }, evening, CAPPED)
    const tag = granted(first.grant).lease
    const morning = ask(first.state, { need: 5 }, evening + 20_000, CAPPED).state
    const ended = ask(morning, { ended: [{ ...tag, unspent: 7, refunded: 3 }] }, evening + 20_000, CAPPED)
    expect(ended.state.daily?.used).toBe(5)
  })

  test('no lease outlives the window its tokens were counted in', () => {
    const evening = Date.UTC(2026, 10, 10, 23, 59, 58)
    expect(granted(ask(fullBucket(CAPPED, evening), { need: 1, want: 10 }, evening, CAPPED).grant).ttlMs).toBe(2_000)
    const last = ask(fullBucket(CAPPED, evening), { need: 1, want: 10 }, evening + 1_900, CAPPED)
    expect(granted(last.grant).tokens).toBe(1)
  })

  test('isolates that vanish cost at most an eighth of a cap', () => {
    const limits: Limits = { rate: 10_000, burst: 10_000, daily: 8_000, monthly: null }
    let state = fullBucket(limits, NOW)
    for (let i = 0; i < 200; i++) state = ask(state, { need: 1, want: 5_000 }, NOW + i * 10_000, limits).state
    expect(state.daily?.used).toBeGreaterThan(1_000)
    expect(state.daily?.used).toBeLessThanOrEqual(200 + 1_000)
  })
})

describe('a clock that is set back', () => {
  test('gives no tokens, and keeps none of them from coming', () => {
    const drained = ask(fullBucket(LIMITS, NOW), { need: 100 }).state
    const back = ask(drained, { need: 1 }, NOW - 3_600_000)
    expect(back.grant.ok).toBe(false)
    expect(ask(back.state, { need: 10 }, NOW - 3_599_000).grant.ok).toBe(true)
  })

  test('lets live leases end after their time, not an hour later', () => {
    const { state } = ask(fullBucket(LIMITS, NOW), { need: 1, want: 1_000 })
    const back = at(state, NOW - 3_600_000)
    expect(heldBy(back)).toBe(12)
    expect(heldBy(at(back, NOW - 3_600_000 + 7_000))).toBe(0)
  })

  test('jitter of some milliseconds refills nothing twice', () => {
    let state = ask(fullBucket(LIMITS, NOW), { need: 100 }).state
    for (let i = 0; i < 1_000; i++) state = at(at(state, NOW + 100), NOW)
    expect(state.tokens).toBeCloseTo(1)
  })

  test('counts of the day stay over an hour’s step across midnight, both ways', () => {
    const limits: Limits = { ...LIMITS, burst: 1_000, daily: 100 }
    const midnight = Date.UTC(2026, 10, 11)
    const used = ask(fullBucket(limits, midnight + 1_000), { need: 100 }, midnight + 1_000, limits).state
    const back = ask(used, { need: 1 }, midnight - 3_600_000, limits)
    expect(refused(back.grant).violated).toEqual(['daily'])
    expect(ask(back.state, { need: 1 }, midnight + 2_000, limits).grant.ok).toBe(false)
  })
})

describe('fifty isolates', () => {
  const HOLDERS = 50
  const limits: Limits = { rate: 100, burst: 500, daily: null, monthly: null }
  const SEEDS = [1, 2, 3, 4, 5]

  /** Singles at `rate` a second, spread by chance over all holders. */
  function traffic(chance: () => number, from: number, seconds: number, rate: number): Arrival[] {
    const arrivals: Arrival[] = []
    for (let at = from; at < from + seconds * 1_000; at += (-Math.log(1 - chance()) * 1_000) / rate)
      arrivals.push({ at: Math.floor(at), holder: Math.floor(chance() * HOLDERS), n: 1 })
    return arrivals
  }

  test.each(SEEDS)('a trickle and then a spike never admit more than burst + rate × time (seed %i)', (seed) => {
    const chance = seeded(seed)
    const arrivals = [
      ...traffic(chance, NOW, 12, 40),
      ...traffic(chance, NOW + 12_000, 3, 3_000),
      ...traffic(chance, NOW + 15_000, 10, 60),
      ...traffic(chance, NOW + 25_000, 3, 3_000),
    ]
    const { admitted, refused: refusals } = simulate(arrivals, {
      limits,
      holders: HOLDERS,
      chance,
      refunds: 0.1,
      lost: 0.02,
    })
    expect(refusals).toBeGreaterThan(0)
    expect(overshoot(limits, admitted)).toBeLessThanOrEqual(1e-6)
  })

  test.each(SEEDS)('batches of chance sizes among singles never do either (seed %i)', (seed) => {
    const chance = seeded(seed + 100)
    const arrivals = traffic(chance, NOW, 30, 150).map((arrival) =>
      chance() < 0.03 ? { ...arrival, n: 1 + Math.floor(chance() * limits.burst) } : arrival,
    )
    const { admitted } = simulate(arrivals, { limits, holders: HOLDERS, chance, refunds: 0.2, lost: 0.05 })
    expect(overshoot(limits, admitted)).toBeLessThanOrEqual(1e-6)
  })

  test.each(SEEDS)('a tenant at half its limit never sees a 429 (seed %i)', (seed) => {
    const chance = seeded(seed + 200)
    const { refused: refusals, admitted } = simulate(traffic(chance, NOW, 60, limits.rate / 2), {
      limits,
      holders: HOLDERS,
      chance,
    })
    expect(admitted.length).toBeGreaterThan(2_000)
    expect(refusals).toBe(0)
  })

  test.each(SEEDS)(
    'traffic that half the burst lets through is never refused, up to the full rate (seed %i)',
    (seed) => {
      const chance = seeded(seed + 300)
      let level = limits.burst / 2
      let last = NOW
      const arrivals = traffic(chance, NOW, 60, 400).filter(({ at }) => {
        // The calls travel up to 300 ms, so they may arrive that much closer together: that much burst is left aside.
        const next = Math.min(limits.burst / 2 - 0.6 * limits.rate, level + ((at - last) * limits.rate) / 1_000)
        last = at
        level = next >= 1 ? next - 1 : next
        return next >= 1
      })
      const { refused: refusals } = simulate(arrivals, { limits, holders: HOLDERS, chance })
      expect(refusals).toBe(0)
    },
  )

  test('few isolates under a large burst hardly ever call', () => {
    const chance = seeded(7)
    const large: Limits = { rate: 2_000, burst: 100_000, daily: 10_000_000, monthly: null }
    const arrivals = traffic(chance, NOW, 60, 1_000).map((arrival) => ({ ...arrival, holder: arrival.holder % 4 }))
    const { calls, admitted } = simulate(arrivals, { limits: large, holders: 4, chance })
    expect(calls / admitted.length).toBeLessThan(0.05)
  })
})

describe('two caps of a day', () => {
  const CAPPED: Limits = { ...LIMITS, burst: 1_000, daily: 100, monthly: 1_000 }
  const send = (state: BucketState, mode: 'live' | 'test', request: Partial<LeaseRequest>) =>
    grantLease(
      state,
      { limits: CAPPED, levelDaily: 50, timeZone: 'UTC' },
      { holder: 'a', need: 0, want: 0, mode, ...request },
      NOW,
    )

  test('that of the level bounds live alone, the account’s own both modes', () => {
    const live = send(fullBucket(CAPPED, NOW), 'live', { need: 30 })
    expect(refused(send(live.state, 'live', { need: 21 }).grant).violated).toEqual(['daily'])
    const both = send(live.state, 'test', { need: 60 })
    expect(granted(both.grant).lease.mode).toBe('test')
    expect(both.state).toMatchObject({ daily: { used: 90 }, liveDaily: { used: 30 }, monthly: { used: 90 } })
    for (const mode of ['live', 'test'] as const)
      expect(refused(send(both.state, mode, { need: 11 }).grant).violated).toEqual(['daily'])
    expect(refused(send(both.state, 'live', { need: 21 }).grant).violated).toEqual(['daily'])
    expect(send(both.state, 'live', { need: 10 }).grant.ok).toBe(true)
  })

  test('the one that has less left is told', () => {
    const told = ({ grant }: ReturnType<typeof send>) => grant.limits.find(({ name }) => name === 'daily')
    const first = send(fullBucket(CAPPED, NOW), 'live', { need: 1 })
    expect(told(first)).toMatchObject({ quota: 50, remaining: 49 })
    const tested = send(first.state, 'test', { need: 60 })
    expect(told(tested)).toMatchObject({ quota: 100, remaining: 39 })
    expect(told(send(tested.state, 'live', { need: 1 }))).toMatchObject({ quota: 100, remaining: 38 })
  })

  test('a lease is credited to those that it was counted against, whatever mode tells its end', () => {
    const live = send(fullBucket(CAPPED, NOW), 'live', { need: 5, want: 5 })
    const tested = send(live.state, 'test', { need: 1, want: 5 })
    const ends = [live, tested].map(({ grant }) => {
      const { lease } = granted(grant)
      expect(lease.prefetched).toBe(5)
      return { ...lease, unspent: 5, refunded: 1 }
    })
    for (const mode of ['live', 'test'] as const)
      expect(send(tested.state, mode, { ended: ends }).state).toMatchObject({
        daily: { used: 4, outstanding: 0 },
        liveDaily: { used: 4, outstanding: 0 },
        monthly: { used: 4, outstanding: 0 },
      })
  })

  test.each([1, 2, 3])('are kept to the message by twenty isolates that send in both modes (seed %i)', (seed) => {
    const chance = seeded(seed + 400)
    const limits: Limits = { rate: 10_000, burst: 10_000, daily: 2_500, monthly: null }
    const arrivals = Array.from({ length: 6_000 }, (_, i): Arrival => {
      const mode = chance() < 0.6 ? 'live' : 'test'
      return { at: NOW + i * 5, holder: Math.floor(chance() * 20), n: chance() < 0.05 ? 5 : 1, mode }
    })
    const { admitted } = simulate(arrivals, {
      limits,
      levelDaily: 1_000,
      holders: 20,
      chance,
      refunds: 0.1,
      lost: 0.02,
    })
    const sum = (some: typeof admitted) => some.reduce((total, { n }) => total + n, 0)
    const live = sum(admitted.filter(({ mode }) => mode === 'live'))
    expect(live).toBeLessThanOrEqual(1_000)
    expect(live).toBeGreaterThan(1_000 * (7 / 8))
    expect(sum(admitted)).toBeLessThanOrEqual(2_500)
    expect(sum(admitted)).toBeGreaterThan(2_500 * (7 / 8))
  })
})
