import { describe, expect, test } from 'vitest'
import {
  admitSlice,
  idleThrottle,
  settleSlice,
  type ThrottleGrant,
  type ThrottleRequest,
  type ThrottleSettlement,
  type ThrottleState,
  viewThrottle,
} from '#worker/domain/limits/breaker.ts'
import { seeded } from '../../worlds/random.ts'

const NOW = 1_800_000_000_000
/** How long the breaker first stays open, and how long a permit that nobody settles is kept. */
const FIRST_OPEN_MS = 10_000
const PERMIT_MS = 120_000
type Granted = Extract<ThrottleGrant, { ok: true }>

/** A throttle with a clock of its own. */
function throttle() {
  let state: ThrottleState = idleThrottle(NOW)
  const clock = { now: NOW }
  const admit = (request: Partial<ThrottleRequest> = {}): ThrottleGrant => {
    const result = admitSlice(state, { want: 100, rate: null, concurrency: 2, ...request }, clock.now)
    state = result.state
    return result.grant
  }
  const granted = (request: Partial<ThrottleRequest> = {}): Granted => {
    const grant = admit(request)
    if (!grant.ok) throw new Error(`refused: ${grant.reason}`)
    return grant
  }
  const settle = (settlement: Partial<ThrottleSettlement> & { permit: string }): void => {
    state = settleSlice(state, { unknownStreak: 0, certain: false, ...settlement }, clock.now)
  }
  const fail = (unknownStreak: number) => settle({ permit: granted().permit, unknownStreak })
  return { clock, admit, granted, settle, fail, view: () => viewThrottle(state, clock.now) }
}

describe('the breaker', () => {
  test('opens at two unclear outcomes in a row, whether of one slice or of two', () => {
    const one = throttle()
    one.fail(2)
    expect(one.admit()).toEqual({ ok: false, reason: 'open', retryAfter: 10 })
    const two = throttle()
    two.fail(1)
    expect(two.view().breaker).toBe('closed')
    two.fail(1)
    expect(two.view()).toEqual({ breaker: 'open', openedAt: NOW, inFlight: 0 })
  })

  test('a certain outcome between them begins the row anew', () => {
    const { granted, settle, fail, view } = throttle()
    fail(1)
    settle({ permit: granted().permit, certain: true, unknownStreak: 1 })
    expect(view().breaker).toBe('closed')
    fail(1)
    expect(view().breaker).toBe('open')
  })

  test('a certain outcome does not forgive what was reported while its slice ran: it may be the older one', () => {
    const { granted, settle, view } = throttle()
    const early = granted({ want: 1 })
    settle({ permit: granted({ want: 1 }).permit, unknownStreak: 1 })
    settle({ permit: early.permit, certain: true, unknownStreak: 1 })
    expect(view().breaker).toBe('open')
  })

  test('a slice in which nothing happened changes nothing', () => {
    const { fail, view } = throttle()
    fail(1)
    fail(0)
    fail(0)
    expect(view().breaker).toBe('closed')
    fail(1)
    expect(view().breaker).toBe('open')
  })

  test('half opens after ten seconds for one probe with one message', () => {
    const { clock, admit, fail, view } = throttle()
    fail(2)
    clock.now += FIRST_OPEN_MS - 1
    expect(admit()).toMatchObject({ ok: false, reason: 'open', retryAfter: 1 })
    clock.now += 1
    expect(view().breaker).toBe('half-open')
    expect(admit()).toMatchObject({ ok: true, probe: true, messages: 1, inFlight: 1 })
    expect(admit()).toMatchObject({ ok: false, reason: 'open' })
  })

  test('a certain probe closes it and the next failure waits ten seconds again', () => {
    const { clock, granted, settle, fail, view, admit } = throttle()
    fail(2)
    clock.now += FIRST_OPEN_MS
    settle({ permit: granted().permit, certain: true })
    expect(view().breaker).toBe('closed')
    fail(2)
    expect(admit()).toMatchObject({ reason: 'open', retryAfter: 10 })
  })

  test('probes that fail double the wait up to five minutes', () => {
    const { clock, granted, admit, settle, fail } = throttle()
    fail(2)
    const waits: number[] = []
    for (let i = 0; i < 8; i++) {
      const grant = admit()
      if (grant.ok) throw new Error('open breaker granted')
      waits.push(grant.retryAfter)
      clock.now += grant.retryAfter * 1_000
      settle({ permit: granted().permit, unknownStreak: i % 2 })
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300, 300])
  })

  test('a probe that never comes back makes room for another after its permit', () => {
    const { clock, granted, fail } = throttle()
    fail(2)
    clock.now += FIRST_OPEN_MS
    expect(granted().probe).toBe(true)
    clock.now += PERMIT_MS
    expect(granted().probe).toBe(true)
  })

  test('a slice from before the opening neither closes nor lengthens it', () => {
    const { granted, settle, view, clock } = throttle()
    const early = granted({ concurrency: null })
    settle({ permit: granted({ concurrency: null }).permit, unknownStreak: 2 })
    settle({ permit: early.permit, certain: true })
    expect(view().breaker).toBe('open')
    clock.now += FIRST_OPEN_MS
    expect(view().breaker).toBe('half-open')
  })

  test('a settlement that is told twice counts once', () => {
    const { granted, settle, view } = throttle()
    const { permit } = granted()
    settle({ permit, unknownStreak: 1 })
    settle({ permit, unknownStreak: 1 })
    expect(view().breaker).toBe('closed')
  })

  test('also opens where the provider drops repeats and nothing is gambled', () => {
    const { granted, settle, view } = throttle()
    const grant = granted({ concurrency: null })
    expect(grant.inFlight).toBeNull()
    settle({ permit: grant.permit, unknownStreak: 40 })
    expect(view().breaker).toBe('open')
  })
})

describe('permits', () => {
  test('never exceed the concurrency together', () => {
    const { granted, admit, settle, view } = throttle()
    const first = granted({ concurrency: 3, want: 2 })
    const second = granted({ concurrency: 3 })
    expect([first.inFlight, second.inFlight]).toEqual([2, 1])
    expect(admit({ concurrency: 3 })).toEqual({ ok: false, reason: 'busy', retryAfter: 1 })
    expect(view().inFlight).toBe(3)
    settle({ permit: first.permit, certain: true })
    expect(granted({ concurrency: 3 }).inFlight).toBe(2)
  })

  test('come back by themselves when their holder was killed', () => {
    const { clock, granted, admit } = throttle()
    granted()
    clock.now += PERMIT_MS - 1
    expect(admit()).toMatchObject({ reason: 'busy' })
    clock.now += 1
    expect(granted().inFlight).toBe(2)
  })

  test('after an unclear outcome a slice is no larger than what may still be gambled', () => {
    const { fail, granted } = throttle()
    fail(1)
    expect(granted()).toMatchObject({ messages: 1, inFlight: 1 })
  })
})

describe('the rate', () => {
  test('a second’s worth at once, then as time brings it', () => {
    const { clock, granted, admit } = throttle()
    const request = { rate: 50, concurrency: null }
    expect(granted(request).messages).toBe(50)
    expect(admit(request)).toEqual({ ok: false, reason: 'rate', retryAfter: 1 })
    clock.now += 100
    expect(granted(request).messages).toBe(5)
  })

  test('less than one a second says how long', () => {
    const { clock, granted, admit } = throttle()
    const request = { rate: 0.1, concurrency: null }
    expect(granted(request).messages).toBe(1)
    expect(admit(request)).toMatchObject({ retryAfter: 10 })
    clock.now += 10_000
    expect(granted(request).messages).toBe(1)
  })

  test('refusals and settlements lose no part of it', () => {
    const { clock, granted, admit, settle } = throttle()
    const request = { rate: 1, concurrency: null }
    const { permit } = granted(request)
    for (let i = 0; i < 9; i++) {
      clock.now += 100
      expect(admit(request).ok).toBe(false)
      settle({ permit, certain: true })
    }
    clock.now += 101
    expect(granted(request).messages).toBe(1)
  })

  test('a provider that says wait is left alone for so long', () => {
    const { clock, granted, admit, settle } = throttle()
    settle({ permit: granted().permit, certain: true, retryAfter: 30 })
    expect(admit()).toEqual({ ok: false, reason: 'rate', retryAfter: 30 })
    clock.now += 30_000
    expect(admit().ok).toBe(true)
  })
})

describe('a clock that is set back', () => {
  test('keeps neither breaker nor permit nor pause longer than they are', () => {
    const { clock, admit, fail, settle, granted } = throttle()
    settle({ permit: granted().permit, certain: true, retryAfter: 5 })
    clock.now += 5_000
    fail(2)
    clock.now -= 3_600_000
    expect(admit()).toMatchObject({ reason: 'open', retryAfter: 10 })
    clock.now += FIRST_OPEN_MS
    expect(admit()).toMatchObject({ ok: true, probe: true })
  })

  test('lets permits end after their time', () => {
    const { clock, admit, granted } = throttle()
    granted()
    clock.now -= 3_600_000
    expect(admit()).toMatchObject({ reason: 'busy' })
    clock.now += PERMIT_MS
    expect(admit().ok).toBe(true)
  })

  test('brings no rate twice', () => {
    const { clock, admit } = throttle()
    const request = { rate: 10, concurrency: null }
    admit(request)
    clock.now -= 3_600_000
    expect(admit(request)).toMatchObject({ reason: 'rate' })
  })
})

/**
 * Consumers that keep the contract of `inFlight` against a provider that dies at a moment of chance: every submit that
 * ends after it is unclear. Unclear submits until the breaker opens, counted over all consumers.
 */
function campaign(
  seed: number,
  concurrency: number,
  consumers: number,
): { unclear: number; most: number; opened: boolean } {
  const chance = seeded(seed)
  let state = idleThrottle(NOW)
  let now = NOW
  const diesAt = NOW + 2_000 + 5_000 * chance()
  interface Slice {
    readonly grant: Granted
    readonly ends: number[]
    left: number
    streak: number
    certain: boolean
  }
  const slices = new Map<number, Slice>()
  let unclear = 0
  let most = 0
  for (; now < NOW + 20_000; now += 10) {
    for (let consumer = 0; consumer < consumers; consumer++) {
      const slice = slices.get(consumer)
      if (!slice) {
        if (chance() < 0.7) continue
        const result = admitSlice(state, { want: 1 + Math.floor(20 * chance()), rate: null, concurrency }, now)
        state = result.state
        if (result.grant.ok)
          slices.set(consumer, {
            grant: result.grant,
            ends: [],
            left: result.grant.messages,
            streak: 0,
            certain: false,
          })
        continue
      }
      for (const end of slice.ends.filter((time) => time <= now).sort((a, b) => a - b)) {
        slice.ends.splice(slice.ends.indexOf(end), 1)
        if (end < diesAt) {
          slice.streak = 0
          slice.certain = true
        } else {
          slice.streak++
          unclear++
        }
      }
      const budget = slice.grant.inFlight ?? 0
      while (slice.left > 0 && slice.ends.length + slice.streak < budget) {
        slice.left--
        slice.ends.push(now + 20 + 300 * chance())
      }
      if (slice.ends.length > 0) continue
      const { streak: unknownStreak, certain, grant } = slice
      state = settleSlice(state, { permit: grant.permit, unknownStreak, certain }, now)
      slices.delete(consumer)
      if (state.open) return { unclear, most, opened: true }
    }
    const underWay = [...slices.values()].reduce((sum, { ends }) => sum + ends.length, 0)
    most = Math.max(most, underWay)
  }
  return { unclear, most, opened: false }
}

test.each([1, 2, 3, 6])(
  'a provider that dies costs at most max(2, %i) unclear messages before the breaker opens',
  (concurrency) => {
    let reached = 0
    for (let seed = 1; seed <= 1_000; seed++) {
      const { unclear, most, opened } = campaign(seed, concurrency, 1 + (seed % 8))
      expect(opened, `seed ${seed}`).toBe(true)
      expect(unclear, `seed ${seed}`).toBeLessThanOrEqual(Math.max(2, concurrency))
      expect(most, `seed ${seed}`).toBeLessThanOrEqual(concurrency)
      reached = Math.max(reached, most)
    }
    expect(reached).toBe(concurrency)
  },
)
