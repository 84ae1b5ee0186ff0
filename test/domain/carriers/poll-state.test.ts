import { describe, expect, test } from 'vitest'
import { beginRound, endRound, keepPage, type PollState } from '#worker/domain/carriers/poll-state.ts'

const NOW = 1_800_000_000_000
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const FAULT = { code: 'provider-timeout', detail: 'The carrier did not answer in time.' }

const begin = (state: PollState | null, now = NOW, token = 'a', settings = 's') =>
  beginRound(state, { token, settings, now })
function begun(state: PollState | null, now = NOW, token = 'a'): PollState {
  const answer = begin(state, now, token)
  if (!answer) throw new Error('no round')
  return answer.state
}
const END = { token: 'a', cursor: null, now: NOW, isOpen: false, fault: null, isFruitless: false } as const
const ended = (state: PollState, end: Partial<Parameters<typeof endRound>[1]> = {}) => {
  const answer = endRound(state, { ...END, ...end })
  if (!answer) throw new Error('not its round')
  return answer
}

describe('a round', () => {
  test('is one poller’s until it ends or lapses', () => {
    const state = begun(null)
    expect(begin(state, NOW, 'b')).toBeNull()
    expect(begin(state, NOW + 89 * SECOND, 'b')).toBeNull()
    expect(begin(state, NOW + 91 * SECOND, 'b')?.round).toEqual({ cursor: null, isRepeat: true })
    expect(begin(ended(state).state, NOW, 'b')?.round).toEqual({ cursor: null, isRepeat: false })
  })

  test('that is begun twice by one token is one, with the same answer', () => {
    const lapsed = begin(begun(null), NOW + 2 * MINUTE, 'b')
    expect(lapsed?.round.isRepeat).toBe(true)
    expect(begin(lapsed?.state ?? null, NOW + 2 * MINUTE, 'b')?.round).toEqual(lapsed?.round)
  })

  test('that passed on can neither store nor end', () => {
    const taken = begun(begun(null), NOW + 2 * MINUTE, 'b')
    expect(keepPage(taken, { token: 'a', cursor: '9', now: NOW })).toBeNull()
    expect(endRound(taken, END)).toBeNull()
    expect(keepPage(null, { token: 'a', cursor: '9', now: NOW })).toBeNull()
  })

  test('is renewed by each page', () => {
    const kept = keepPage(begun(null), { token: 'a', cursor: '1', now: NOW + MINUTE })
    expect(begin(kept, NOW + 2 * MINUTE, 'b')).toBeNull()
    expect(begin(kept, NOW + 3 * MINUTE, 'b')?.round).toEqual({ cursor: '1', isRepeat: true })
  })

  test('of a clock that was set back meanwhile has lapsed', () => {
    expect(begin(begun(null), NOW - HOUR, 'b')).not.toBeNull()
  })
})

describe('a place in the inbox', () => {
  test('is where the last durable page ended, and a page that is not durable is a repeat', () => {
    const kept = keepPage(begun(null), { token: 'a', cursor: '1', now: NOW })
    const open = ended(kept ?? begun(null), { cursor: '1', isOpen: true, fault: FAULT, isFruitless: true }).state
    expect(begin(open, NOW + MINUTE)?.round).toEqual({ cursor: '1', isRepeat: true })
  })

  test('means nothing under other settings, which are due at once', () => {
    const waiting = ended(begun(null), { cursor: '7', fault: FAULT, isFruitless: true, retryAfter: 3_600 }).state
    expect(begin(waiting, NOW + MINUTE)).toBeNull()
    expect(begin(waiting, NOW + MINUTE, 'a', 'other')?.round).toEqual({ cursor: null, isRepeat: false })
  })
})

describe('the next round', () => {
  test('is due at once after a page, and later and later without one', () => {
    let state = ended(begun(null)).state
    expect(state.dueAt).toBe(NOW)
    const waits: number[] = []
    for (let n = 0; n < 7; n++) {
      const now = state.dueAt
      state = ended(begun(state, now), { now, fault: FAULT, isFruitless: true }).state
      waits.push((state.dueAt - now) / SECOND)
    }
    expect(waits).toEqual([30, 60, 120, 240, 300, 300, 300])
    const now = state.dueAt
    expect(ended(begun(state, now), { now, fault: FAULT }).state.dueAt).toBe(now)
  })

  test.each([
    [5, 30],
    [600, 600],
    [86_400, 3_600],
  ])('waits as the carrier asks: %d s become %d', (retryAfter, seconds) => {
    const { state } = ended(begun(null), { fault: FAULT, isFruitless: true, retryAfter })
    expect(state.dueAt - NOW).toBe(seconds * SECOND)
  })
})

describe('the operator', () => {
  test('is told once that an inbox stands still, and once that it is read again', () => {
    let state: PollState | null = null
    const told: (string | null)[] = []
    for (const [minutes, fault] of [
      [0, FAULT],
      [14, FAULT],
      [15, FAULT],
      [40, FAULT],
      [50, null],
      [60, null],
      [61, FAULT],
    ] as const) {
      const now = NOW + minutes * MINUTE
      const answer = ended(begun(state, now), { now, fault, isFruitless: fault !== null })
      state = answer.state
      told.push(answer.notice)
    }
    expect(told).toEqual([null, null, 'stalled', null, 'recovered', null, null])
    expect(state).toMatchObject({ lastAt: NOW + 60 * MINUTE, failingSince: NOW + 61 * MINUTE, fault: FAULT })
  })
})
