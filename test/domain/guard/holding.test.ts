import { expect, test } from 'vitest'
import type { CountedCode } from '#worker/domain/guard/guard.ts'
import {
  answerAlone,
  type GuardHolding,
  holdLease,
  keepRefusal,
  newGuardHolding,
  toTell,
} from '#worker/domain/guard/holding.ts'
import type { Objection } from '#worker/domain/guard/verdict.ts'

const NOW = Date.UTC(2026, 10, 2, 8)
const CODE: CountedCode = { scope: 'home', prefixes: ['+989121', '+98912123'], sources: ['a1'], units: 1 }
const CEILING: Objection = { reason: 'ceiling', retryAfter: 3_600 }

/** An isolate that has units on a lease, and was refused the like of the code by the object. */
function refused(units: number, objection: Objection = CEILING): GuardHolding {
  const holding = newGuardHolding(NOW)
  holdLease(holding, 'home', { id: 1, units, ttlMs: 2_000, except: [] }, NOW)
  keepRefusal(holding, CODE, objection, NOW)
  return holding
}
const alone = (holding: GuardHolding, code = CODE, now = NOW, enforced = true) =>
  answerAlone(holding, code, enforced, now)

test('units of a lease are spent although the ceiling was refused, and then that is repeated without a call', () => {
  const holding = refused(2)
  for (let n = 0; n < 2; n++) expect(alone(holding)).toMatchObject({ objection: null, taken: { takenAt: NOW } })
  for (let n = 0; n < 3; n++) expect(alone(holding)).toEqual({ objection: CEILING, taken: null })
  expect(alone(holding, CODE, NOW + 5_000)).toBeNull()
})

test('what an ended lease has left is asked about once, because the object gives it to somebody', () => {
  for (const [code, now] of [
    [CODE, NOW + 2_000],
    [{ ...CODE, units: 3 }, NOW],
  ] as const) {
    const holding = refused(2)
    expect(alone(holding, code, now)).toBeNull()
    expect(toTell(holding, code, now).ended).toMatchObject([{ id: 1, unspent: 2 }])
    expect(alone(holding, code, now)).toEqual({ objection: CEILING, taken: null })
  }
})

test('any other refusal is repeated whatever units there are, and the ceiling to a source that is asked about', () => {
  const velocity: Objection = { reason: 'velocity', retryAfter: 30 }
  expect(alone(refused(2, velocity))).toEqual({ objection: velocity, taken: null })
  const holding = refused(2)
  toTell(holding, CODE, NOW)
  expect(alone(holding)).toEqual({ objection: CEILING, taken: null })
})

test('nothing is repeated where the guard only watches', () => {
  expect(alone(refused(0), CODE, NOW, false)).toBeNull()
})
