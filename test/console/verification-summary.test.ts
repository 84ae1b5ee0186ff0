import { expect, test } from 'vitest'
import { blocksOf, type Counts, prefixesOf, sumOf } from '../../console/src/pages/verifications/summary.ts'

/** Counts of nothing but what is said. */
const some = (about: Partial<Counts>): Counts => ({
  ...{
    started: 0,
    sent: 0,
    delivered: 0,
    undelivered: 0,
    approved: 0,
    failed: 0,
    blocked: 0,
    canceled: 0,
    expired: 0,
    pending: 0,
  },
  ...about,
})

const BY_REASON = [
  some({ reason: null, started: 9, sent: 9, approved: 5, expired: 4 }),
  some({ reason: 'prefix', started: 3, blocked: 1, sent: 2, approved: 2 }),
  some({ reason: 'range', started: 2, blocked: 2 }),
]

test('the funnel is the sum of all reasons, and of none', () => {
  expect(sumOf(BY_REASON)).toEqual(some({ started: 14, sent: 11, approved: 7, expired: 4, blocked: 3 }))
})

test('conversion has most codes first, and leaves out what never went', () => {
  const shown = prefixesOf([
    some({ prefix: '+989121', started: 2, sent: 1 }),
    some({ prefix: '+447700', started: 5 }),
    some({ prefix: null, started: 3, sent: 3 }),
  ])
  expect(shown.map(({ prefix }) => prefix)).toEqual([null, '+989121'])
})

test('what was held back counts by reason, apart from what a guard that only watches let go', () => {
  expect(blocksOf(BY_REASON, 'held')).toEqual([
    ['range', 2],
    ['prefix', 1],
  ])
  expect(blocksOf(BY_REASON, 'watched')).toEqual([['prefix', 2]])
})
