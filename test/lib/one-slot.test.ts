import { expect, test } from 'vitest'
import { oneSlot } from '#worker/lib/one-slot.ts'

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
  const slots = oneSlot({ ...SETTINGS, waitMs: 5_000 })
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
