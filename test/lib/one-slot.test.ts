import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { oneSlot } from '#worker/lib/one-slot.ts'
import { PATIENCE } from '../patience.ts'

const SETTINGS = { holdMs: 1_000, waitMs: 60, lookMs: 1, mostWaiting: 3 }

test('one has the slot; another gets it when it is given back', async () => {
  const slots = oneSlot(SETTINGS)
  const first = await slots.take()
  if (!first) throw new Error('the slot was not free')
  const second = slots.take()
  expect(await Promise.race([second, Promise.resolve('waits')])).toBe('waits')
  slots.free(first)
  expect(await second).not.toBeNull()
})

test('those that wait get it in the order in which they came', async () => {
  const slots = oneSlot({ ...SETTINGS, waitMs: PATIENCE })
  const order: number[] = []
  const first = await slots.take()
  const others = [1, 2, 3].map(async (n) => {
    const slot = await slots.take()
    order.push(n)
    if (slot) slots.free(slot)
  })
  if (first) slots.free(first)
  await Promise.all(others)
  expect(order).toEqual([1, 2, 3])
})

test('whoever waits too long, or comes when enough wait, gets none', async () => {
  const slots = oneSlot(SETTINGS)
  await slots.take()
  const waiting = [slots.take(), slots.take(), slots.take()]
  expect(await slots.take()).toBeNull()
  expect(await Promise.all(waiting)).toEqual([null, null, null])
  // Nobody waits any longer, so that the next may.
  expect(await slots.take()).toBeNull()
})

test('a slot that nobody gives back lapses, and giving it back late takes nothing from the next', async () => {
  let now = 0
  const slots = oneSlot(SETTINGS, () => now)
  const lost = await slots.take()
  now = 1_001
  const next = await slots.take()
  expect(next).not.toBeNull()
  if (lost) slots.free(lost)
  now += 100
  const third = slots.take()
  now += 100
  expect(await third).toBeNull()
})

describe('while the isolate is held up', () => {
  const held = { holdMs: 100_000, waitMs: 10_000, lookMs: 25, mostWaiting: 3 }
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('nobody loses its place to one that comes just then, nor may more wait', async () => {
    const slots = oneSlot(held)
    const holder = await slots.take()
    const order: string[] = []
    const ask = async (name: string) => {
      const slot = await slots.take()
      order.push(slot ? name : `${name} is refused`)
      if (slot) slots.free(slot)
    }
    const asked = ['a', 'b'].map(ask)
    await vi.advanceTimersByTimeAsync(110)
    // The clock goes on, and no timer has fired yet.
    vi.setSystemTime(Date.now() + 3_000)
    asked.push(ask('c'), ask('d'))
    await vi.advanceTimersByTimeAsync(140)
    expect(order).toEqual(['d is refused'])
    // The next look is that of c.
    await vi.advanceTimersByTimeAsync(5)
    if (holder) slots.free(holder)
    await vi.advanceTimersByTimeAsync(200)
    await Promise.all(asked)
    expect(order).toEqual(['d is refused', 'a', 'b', 'c'])
  })

  test('those whom the runtime ended keep nobody out', async () => {
    const slots = oneSlot(held)
    const holder = await slots.take()
    const waiting = [slots.take(), slots.take(), slots.take()]
    await vi.advanceTimersByTimeAsync(100)
    // Their timers are gone with their requests.
    vi.clearAllTimers()
    if (holder) slots.free(holder)
    const next = slots.take()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await next).not.toBeNull()
    void waiting
  })

  test('a holder whom the runtime ended loses the slot soon, to the first that waits', async () => {
    const slots = oneSlot(held)
    await slots.take()
    await vi.advanceTimersByTimeAsync(1_000)
    // Its timers are gone with its request.
    vi.clearAllTimers()
    const [first, second] = [slots.take(), slots.take()]
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await Promise.race([first, 'waits'])).toMatchObject({ until: expect.any(Number) })
    expect(await Promise.race([second, 'waits'])).toBe('waits')
  })

  test('a holder that is at work keeps the slot, also where nobody could hear of it for long', async () => {
    const slots = oneSlot(held)
    const holder = await slots.take()
    await vi.advanceTimersByTimeAsync(60_000)
    const waiting = slots.take()
    await vi.advanceTimersByTimeAsync(2_000)
    // The clock goes on, and no timer has fired yet.
    vi.setSystemTime(Date.now() + 7_000)
    await vi.advanceTimersByTimeAsync(900)
    expect(await Promise.race([waiting, 'waits'])).toBe('waits')
    if (holder) slots.free(holder)
    await vi.advanceTimersByTimeAsync(25)
    expect(await waiting).not.toBeNull()
    expect(vi.getTimerCount()).toBe(1)
  })
})
