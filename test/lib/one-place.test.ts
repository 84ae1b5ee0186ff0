import { expect, test } from 'vitest'
import { onePlace } from '#worker/lib/one-place.ts'

const SETTINGS = { holdMs: 1_000, waitMs: 60, lookMs: 1, mostWaiting: 3 }

test('one has the place; another gets it when it is given back', async () => {
  const places = onePlace(SETTINGS)
  const first = await places.take()
  if (!first) throw new Error('the place was not free')
  const second = places.take()
  expect(await Promise.race([second, Promise.resolve('waits')])).toBe('waits')
  places.free(first)
  expect(await second).not.toBeNull()
})

test('those that wait get it in the order in which they came', async () => {
  const places = onePlace({ ...SETTINGS, waitMs: 5_000 })
  const order: number[] = []
  const first = await places.take()
  const others = [1, 2, 3].map(async (n) => {
    const place = await places.take()
    order.push(n)
    if (place) places.free(place)
  })
  if (first) places.free(first)
  await Promise.all(others)
  expect(order).toEqual([1, 2, 3])
})

test('whoever waits too long, or comes when enough wait, gets none', async () => {
  const places = onePlace(SETTINGS)
  await places.take()
  const waiting = [places.take(), places.take(), places.take()]
  expect(await places.take()).toBeNull()
  expect(await Promise.all(waiting)).toEqual([null, null, null])
  // Nobody waits any longer, so that the next may.
  expect(await places.take()).toBeNull()
})

test('a place that nobody gives back lapses, and giving it back late takes nothing from the next', async () => {
  let now = 0
  const places = onePlace(SETTINGS, () => now)
  const lost = await places.take()
  now = 1_001
  const next = await places.take()
  expect(next).not.toBeNull()
  if (lost) places.free(lost)
  now += 100
  const third = places.take()
  now += 100
  expect(await third).toBeNull()
})
