import { expect, test } from 'vitest'
import { cronMatches } from '../../../local/build/crons.ts'

// A Monday.
const at = (time: string): Date => new Date(`2026-11-23T${time}Z`)

test.each([
  ['* * * * *', '10:07:00', true],
  ['17 * * * *', '10:17:00', true],
  ['17 * * * *', '10:18:00', false],
  ['*/15 * * * *', '10:45:00', true],
  ['*/15 * * * *', '10:46:00', false],
  ['5-8,30 * * * *', '10:30:00', true],
  ['5-8,30 * * * *', '10:09:00', false],
  ['10-50/20 * * * *', '10:30:00', true],
  ['10-50/20 * * * *', '10:40:00', false],
  ['0 3 * * *', '03:00:00', true],
  ['0 3 * * *', '04:00:00', false],
  ['0 3 23 11 *', '03:00:00', true],
  ['0 3 * * 2', '03:00:00', true],
  ['0 3 * * 1', '03:00:00', false],
  ['not a cron', '03:00:00', false],
])('%s at %s is due: %s', (cron, time, due) => {
  expect(cronMatches(cron, at(time))).toBe(due)
})
