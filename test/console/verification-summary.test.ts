import { expect, test } from 'vitest'
import { blocksOf, funnelOf, prefixesOf, type Verification } from '../../console/src/pages/verifications/summary.ts'

/** A verification of which one code went out; `about` says what is otherwise. */
const one = (to: string, about: Partial<Verification> = {}) =>
  ({ to, status: 'pending', messageIds: ['msg_1'], ...about }) as Verification

const held = (reason: 'range' | 'prefix') =>
  one('+447700900000', { status: 'blocked', messageIds: [], guard: { reason, enforced: true } })

const ROWS = [
  one('+989121234567', { status: 'approved' }),
  one('+989121234568', { status: 'expired', feedback: 'approved' }),
  one('+989121234569', { status: 'pending', guard: { reason: 'velocity', enforced: false } }),
  one('+989351234567', { status: 'failed' }),
  one('ali@shop.example', { status: 'approved' }),
  one('+989351234568', { status: 'blocked' }),
  held('prefix'),
  held('range'),
  held('range'),
]

test('the funnel counts what was started, went out, and came to what', () => {
  expect(funnelOf(ROWS)).toEqual({
    started: 9,
    sent: 6,
    statuses: { approved: 2, expired: 1, pending: 1, failed: 1, blocked: 4 },
  })
})

test('conversion counts by country and network, with what feedback says, and leaves out what never went', () => {
  expect(prefixesOf(ROWS)).toEqual([
    { prefix: '+98912', sent: 3, approved: 2 },
    { prefix: '+98935', sent: 2, approved: 0 },
    { prefix: 'shop.example', sent: 1, approved: 1 },
  ])
})

test('what was held back counts by reason; a guard that only watches held nothing back', () => {
  expect(blocksOf(ROWS)).toEqual([
    ['range', 2],
    ['too-many-checks', 1],
    ['prefix', 1],
  ])
})
