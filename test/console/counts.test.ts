import { expect, test } from 'vitest'
import { type Statistic, standingOf, successOf } from '../../console/src/app/traffic/counts.ts'

const counted = (about: Partial<Statistic>): Statistic => ({
  messages: 0,
  units: 0,
  succeeded: 0,
  unsuccessful: 0,
  open: 0,
  statuses: {},
  timeToDeliver: null,
  direction: 'outbound',
  ...about,
})

test('messages stand only in hours that were looked at anew since they ended', () => {
  const answer = { mode: 'live', from: '', to: '', countedUntil: null } as const
  const data = [
    counted({ at: '2026-11-29T08:30:00.000Z', statuses: { accepted: 3, delivered: 9 } }),
    counted({ at: '2026-11-29T09:30:00.000Z', statuses: { accepted: 5 } }),
    counted({ at: '2026-11-29T08:30:00.000Z', direction: 'inbound', statuses: { accepted: 7 } }),
  ]
  expect(standingOf({ ...answer, data, firmUntil: '2026-11-29T10:10:00.000Z' })).toBe(3)
  expect(standingOf({ ...answer, data, firmUntil: '2026-11-29T10:30:00.000Z' })).toBe(8)
  expect(standingOf({ ...answer, data, firmUntil: null })).toBe(0)
})

test('success is a share of what ended, and nothing where nothing has', () => {
  expect(successOf(counted({ succeeded: 9, unsuccessful: 1, open: 90 }))).toBe(0.9)
  expect(successOf(counted({ open: 90 }))).toBeNull()
  expect(successOf(undefined)).toBeNull()
})
