import { beforeEach, describe, expect, test } from 'vitest'
import { type BucketState, fullBucket, grantLease, type LeaseRequest } from '#worker/domain/limits/lease.ts'
import type { Limits } from '#worker/domain/tenants/settings.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import { SECOND } from '#worker/domain/time.ts'
import { createAdmission } from '#worker/flows/core/admission.ts'

type Admission = ReturnType<typeof createAdmission>
type AdmissionPlatform = Parameters<Admission['admit']>[0]
type Admitted = Awaited<ReturnType<Admission['admit']>>

const TENANT = 'ten_one'
const START = Date.UTC(2026, 10, 10, 12)

/** The tenant object's rules in this process, with a clock and faults of the test's. */
function world(limits: Partial<Limits> = {}, levelDaily: number | null = null) {
  const all: Limits = { rate: 10, burst: 100, daily: null, monthly: null, ...limits }
  const policy = {
    tenantId: TENANT,
    version: 1,
    status: 'active',
    timeZone: 'UTC',
    limits: all,
    levelDaily,
  } as unknown as Policy
  const state = { now: START, policy, calls: [] as LeaseRequest[], policyCalls: 0, fails: false, duringCall: () => {} }
  let bucket: BucketState = fullBucket(all, START)
  const stub = {
    lease: async (request: LeaseRequest) => {
      state.calls.push(request)
      if (state.fails) throw new Error('gone')
      const { limits: own, levelDaily: ofLevel } = state.policy
      const result = grantLease(bucket, { limits: own, levelDaily: ofLevel, timeZone: 'UTC' }, request, state.now)
      bucket = result.state
      state.duringCall()
      return { grant: result.grant, policy: state.policy }
    },
    policy: async () => {
      state.policyCalls++
      if (state.fails) throw new Error('gone')
      return state.policy
    },
  }
  const platform = { now: () => state.now, log: () => {}, env: { TENANT: { getByName: () => stub } } }
  return { state, platform: platform as unknown as AdmissionPlatform, bucket: () => bucket }
}

let admission: Admission
beforeEach(() => {
  admission = createAdmission()
})

const ok = (admitted: Admitted): Extract<Admitted, { ok: true }> => {
  if (!admitted.ok) throw new Error(admitted.problem.code)
  return admitted
}

describe('the hot path', () => {
  test('answers without a promise while tokens are in hand', async () => {
    const { state, platform } = world()
    ok(await admission.admit(platform, TENANT, 'live', 1))
    const second = admission.admit(platform, TENANT, 'live', 1)
    expect(second).not.toBeInstanceOf(Promise)
    expect(state.calls).toHaveLength(1)
  })

  test('tells limits that count the tokens in hand', async () => {
    const { platform } = world()
    expect(ok(await admission.admit(platform, TENANT, 'live', 1)).limits[0]?.remaining).toBe(99)
    expect(ok(await admission.admit(platform, TENANT, 'live', 1)).limits[0]?.remaining).toBe(98)
  })

  test('gives back what was not spent when a larger need comes', async () => {
    const { state, platform } = world()
    await admission.admit(platform, TENANT, 'live', 1)
    ok(await admission.admit(platform, TENANT, 'live', 99))
    const ended = state.calls[1]?.ended?.[0]
    expect(ended?.unspent).toBe(ended?.prefetched)
  })
})

describe('time', () => {
  test('a lease is spent for five seconds from before the call, however long the call took', async () => {
    const { state, platform } = world()
    state.duringCall = () => {
      state.now += 3_000
    }
    await admission.admit(platform, TENANT, 'live', 1)
    state.duringCall = () => {}
    state.now = START + 4_999
    expect(admission.admit(platform, TENANT, 'live', 1)).not.toBeInstanceOf(Promise)
    state.now = START + 5_000
    expect(admission.admit(platform, TENANT, 'live', 1)).toBeInstanceOf(Promise)
  })

  test('a lease cut short by midnight is not spent after it', async () => {
    const { state, platform } = world({ daily: 1_000 })
    state.now = Date.UTC(2026, 10, 10, 23, 59, 58)
    await admission.admit(platform, TENANT, 'live', 1)
    expect(admission.admit(platform, TENANT, 'live', 1)).not.toBeInstanceOf(Promise)
    state.now += 2_000
    expect(admission.admit(platform, TENANT, 'live', 1)).toBeInstanceOf(Promise)
  })

  test('a clock that is set back ends every lease', async () => {
    const { state, platform } = world()
    await admission.admit(platform, TENANT, 'live', 1)
    state.now -= 10_000
    expect(admission.admit(platform, TENANT, 'live', 1)).toBeInstanceOf(Promise)
  })

  test('a clock that is set back during the call brings no lease', async () => {
    const { state, platform } = world()
    state.duringCall = () => {
      state.now -= 3_600_000
    }
    ok(await admission.admit(platform, TENANT, 'live', 1))
    expect(admission.admit(platform, TENANT, 'live', 1)).toBeInstanceOf(Promise)
  })

  test('jitter of the clock does not lengthen a lease', async () => {
    const { state, platform } = world()
    await admission.admit(platform, TENANT, 'live', 1)
    state.now = START + 5_001
    await admission.policyOf(platform, 'ten_other')
    state.now = START + 4_999
    expect(admission.admit(platform, TENANT, 'live', 1)).toBeInstanceOf(Promise)
  })

  test('one call renews policy and tokens where the isolate sends, and only the policy where it reads', async () => {
    const { state, platform } = world()
    await admission.policyOf(platform, TENANT)
    state.now += 5_000
    await admission.policyOf(platform, TENANT)
    expect([state.policyCalls, state.calls.length]).toEqual([2, 0])
    await admission.admit(platform, TENANT, 'live', 1)
    state.now += 5_000
    await admission.policyOf(platform, TENANT)
    expect(admission.admit(platform, TENANT, 'live', 1)).not.toBeInstanceOf(Promise)
    expect([state.policyCalls, state.calls.length]).toEqual([2, 2])
  })
})

describe('giving back', () => {
  test('returns tokens to the lease they came from', async () => {
    const { platform } = world()
    await admission.admit(platform, TENANT, 'live', 1)
    const { taken } = ok(await admission.admit(platform, TENANT, 'live', 1))
    const before = taken.lease?.left ?? 0
    await admission.refund(platform, TENANT, 1, taken)
    expect(taken.lease?.left).toBe(before + 1)
  })

  test('of a need, or to a lease that ended, corrects the caps and never the burst', async () => {
    const { state, platform, bucket } = world({ daily: 1_000 })
    const first = ok(await admission.admit(platform, TENANT, 'live', 40))
    expect(first.taken.lease).toBeNull()
    state.now += 6_000
    await admission.refund(platform, TENANT, 40, first.taken)
    const second = ok(await admission.admit(platform, TENANT, 'live', 50))
    expect(bucket().tokens).toBeLessThanOrEqual(50)
    state.now += 20_000
    await admission.refund(platform, TENANT, 50, second.taken)
    expect(bucket().daily?.used).toBeLessThanOrEqual(50)
  })

  test('just after midnight takes nothing off the new day', async () => {
    const { state, platform, bucket } = world({ daily: 1_000 })
    state.now = Date.UTC(2026, 10, 10, 23, 59, 59)
    const { taken } = ok(await admission.admit(platform, TENANT, 'live', 40))
    state.now += 1_500
    await admission.admit(platform, TENANT, 'live', 30)
    await admission.refund(platform, TENANT, 40, taken)
    state.now += 5_000
    await admission.admit(platform, TENANT, 'live', 10)
    expect(bucket().daily?.used).toBeGreaterThanOrEqual(40)
  })
})

describe('a refund of what the object granted to the request', () => {
  test('is told at once, because this isolate may never ask again', async () => {
    const { platform, bucket } = world({ daily: 100 })
    const { taken } = ok(await admission.admit(platform, TENANT, 'live', 40))
    await admission.refund(platform, TENANT, 40, taken)
    expect(bucket().daily?.used).toBe(bucket().daily?.outstanding)
  })

  test('counts in a day that has just begun, if it was granted in it', async () => {
    const { state, platform, bucket } = world({ daily: 100 })
    state.now = Date.UTC(2026, 10, 11) + 1
    const { taken } = ok(await admission.admit(platform, TENANT, 'live', 60))
    await admission.refund(platform, TENANT, 60, taken)
    expect(bucket().daily?.used).toBeLessThan(60)
  })

  test('is told once, and whatever comes of the call no error comes of it', async () => {
    const { state, platform } = world({ daily: 100 })
    const { taken } = ok(await admission.admit(platform, TENANT, 'live', 40))
    state.fails = true
    await admission.refund(platform, TENANT, 40, taken)
    state.fails = false
    expect(state.calls).toHaveLength(2)
    await admission.admit(platform, TENANT, 'live', 40)
    expect(state.calls[2]?.ended?.every(({ refunded }) => refunded === 0) ?? true).toBe(true)
  })
})

describe('when the object fails', () => {
  test('what is in hand is still spent, and then it is a 503: nothing is granted unasked', async () => {
    const { state, platform } = world()
    await admission.admit(platform, TENANT, 'live', 1)
    state.fails = true
    expect((await admission.admit(platform, TENANT, 'live', 1)).ok).toBe(true)
    const refused = await admission.admit(platform, TENANT, 'live', 50)
    expect(!refused.ok && refused.problem.code).toBe('unavailable')
    state.now += 5_000
    await expect(admission.policyOf(platform, TENANT)).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('what was told in a call that failed is not told again', async () => {
    const { state, platform } = world()
    await admission.admit(platform, TENANT, 'live', 1)
    state.fails = true
    await admission.admit(platform, TENANT, 'live', 50)
    state.fails = false
    await admission.admit(platform, TENANT, 'live', 50)
    expect(state.calls.map(({ ended }) => ended?.length ?? 0)).toEqual([0, 1, 0])
  })
})

test.each([
  [{ burst: 100, daily: 40 }, 41, 'daily limit of this account is 40'],
  [{ burst: 100 }, 101, 'burst of this account is 100'],
])('a request that no wait can admit is a 422 that names what is in the way', async (limits, n, detail) => {
  const { state, platform } = world(limits)
  await admission.policyOf(platform, TENANT)
  const refused = await admission.admit(platform, TENANT, 'live', n)
  expect(!refused.ok && refused.problem.status).toBe(422)
  expect(!refused.ok && refused.problem.options.detail).toContain(detail)
  expect(state.calls).toHaveLength(1)
})

test.each([
  ['burst', world({ rate: 1_000 }), { limits: { rate: 1_000, burst: 200, daily: null, monthly: null } }],
  ['cap of the level', world({ burst: 200 }, 100), { levelDaily: null }],
])(
  'a %s that was raised a moment ago admits what the one before never would',
  async (_what, { state, platform }, raised) => {
    ok(await admission.admit(platform, TENANT, 'live', 1))
    state.policy = { ...state.policy, ...raised }
    state.now += SECOND
    ok(await admission.admit(platform, TENANT, 'live', 101))
  },
)

describe('where the identity level bounds the day', () => {
  const send = (platform: AdmissionPlatform, mode: 'live' | 'test', n: number) =>
    admission.admit(platform, TENANT, mode, n)

  test('a test message is neither bounded by it nor counted, and what was fetched for one pays no live message', async () => {
    const { platform, bucket } = world({ rate: 1_000, burst: 10_000 }, 5)
    for (let sent = 0; sent < 20; sent++) ok(await send(platform, 'test', 1))
    expect(bucket().liveDaily?.used ?? 0).toBe(0)
    for (let sent = 0; sent < 5; sent++) ok(await send(platform, 'live', 1))
    const refused = await send(platform, 'live', 1)
    expect(!refused.ok && refused.problem.code).toBe('quota-exceeded')
    ok(await send(platform, 'test', 100))
    const tooMany = await send(platform, 'live', 6)
    expect(!tooMany.ok && tooMany.problem.options.detail).toMatch('the daily limit of this account is 5')
  })

  test('the limits that are told are those of the mode', async () => {
    const { platform } = world({}, 1_000)
    const told = async (mode: 'live' | 'test') => ok(await send(platform, mode, 1)).limits.map(({ name }) => name)
    for (const _ of ['asked', 'in hand']) {
      expect(await told('test')).toEqual(['burst'])
      expect(await told('live')).toEqual(['burst', 'daily'])
    }
  })

  test('a test message that is given back is taken off what bounds both modes alone', async () => {
    const { platform, bucket } = world({ daily: 90, monthly: 1_000 }, 50)
    ok(await send(platform, 'live', 10))
    const asked = ok(await send(platform, 'test', 40))
    await admission.refund(platform, TENANT, 40, asked.taken)
    const { daily, liveDaily, monthly } = bucket()
    for (const use of [daily, liveDaily, monthly]) expect((use?.used ?? 0) - (use?.outstanding ?? 0)).toBe(10)
  })

  test('a live message that is given back is taken off both caps of the day', async () => {
    const { platform, bucket } = world({ daily: 90 }, 50)
    const asked = ok(await send(platform, 'live', 40))
    await admission.refund(platform, TENANT, 40, asked.taken)
    const { daily, liveDaily } = bucket()
    for (const use of [daily, liveDaily]) expect((use?.used ?? 0) - (use?.outstanding ?? 0)).toBe(0)
  })
})

test('what one mode’s lease has left when it is over is told with the next call for the other mode', async () => {
  const { state, platform, bucket } = world({ daily: 1_000, monthly: 10_000 })
  ok(await admission.admit(platform, TENANT, 'test', 1))
  expect(bucket().monthly?.outstanding).toBeGreaterThan(0)
  state.now += 5_000
  ok(await admission.admit(platform, TENANT, 'live', 80))
  expect(bucket()).toMatchObject({ daily: { used: 81, outstanding: 0 }, monthly: { used: 81, outstanding: 0 } })
})

test('the tokens of who sends in test alone come with the renewal of his policy', async () => {
  const { state, platform } = world()
  ok(await admission.admit(platform, TENANT, 'test', 1))
  state.now += 5_000
  await admission.policyOf(platform, TENANT)
  expect(admission.admit(platform, TENANT, 'test', 1)).not.toBeInstanceOf(Promise)
})
