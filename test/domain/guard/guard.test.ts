import { expect, test } from 'vitest'
import {
  askGuard,
  type CountedCode,
  type Guard,
  type GuardAsk,
  hearNews,
  newGuard,
} from '#worker/domain/guard/guard.ts'
import { guardOf, learnedOf, viewOf } from '#worker/domain/guard/kept.ts'
import { sourcesOf } from '#worker/domain/guard/source.ts'
import { guardedNumber, standingObjection } from '#worker/domain/guard/verdict.ts'
import { DEFAULT_SETTINGS } from '#worker/domain/tenants/settings.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import { DAY, HOUR, MINUTE } from '#worker/domain/time.ts'

const NOW = Date.UTC(2026, 10, 2, 8)
const policy = { ...DEFAULT_SETTINGS, region: 'IR' } as Policy
const TERMS = { timeZone: 'UTC', ceiling: 1_000, abroadCeiling: 1_500 }

const codeOf = (to: string, clientIp?: string): CountedCode => {
  const number = guardedNumber(policy, to)
  if (!number) throw new Error('it is looked at')
  return { ...number, sources: sourcesOf(clientIp, undefined) }
}
const asking = (code: CountedCode, more: Partial<GuardAsk> = {}): GuardAsk => ({
  code,
  terms: TERMS,
  enforced: true,
  want: 0,
  ended: [],
  counted: [],
  unsent: [],
  ...more,
})
const ask = (guard: Guard, code: CountedCode, more: Partial<GuardAsk> = {}, now = NOW) =>
  askGuard(guard, asking(code, more), now)
const use = (guard: Guard, { scope, prefixes, sources }: CountedCode, now: number) =>
  hearNews(guard, [{ scope, prefixes, sources, startedAt: now, isUsed: true, wrong: 0 }], now)

test.each([
  ['an IPv4 address', 20, () => '192.0.2.1'],
  ['a /24', 100, (n: number) => `192.0.2.${n}`],
  ['a /64', 20, (n: number) => `2001:db8::${n.toString(16)}`],
  ['a /56', 40, (n: number) => `2001:db8:0:${n.toString(16)}::1`],
  ['a /48', 100, (n: number) => `2001:db8:0:${(n * 256).toString(16)}::1`],
])('%s has %i unused codes, and four more for each that is used', (_, most, ipOf) => {
  const guard = newGuard(NOW)
  const refused = (n: number) => ask(guard, codeOf(`+98912${1_000_000 + n * 10_000}`, ipOf(n))).answer.objection
  for (let n = 0; n < most; n++) expect(refused(n)).toBeNull()
  expect(refused(most)).toEqual({ reason: 'velocity', retryAfter: 30 })
  use(guard, codeOf('+989121000000', ipOf(0)), NOW)
  for (let n = 0; n < 5; n++) expect(refused(n)).toBeNull()
  expect(refused(0)?.reason).toBe('velocity')
})

test('a lease holds back what is not told, gives back what is, and counts as spent what nobody tells of', () => {
  const guard = newGuard(NOW)
  const code = codeOf('+989121234567')
  const { lease } = ask(guard, code, { want: 100 }).answer
  expect(lease).toMatchObject({ units: 100 })
  const used = () => viewOf(guard, policy, NOW).ceilings.find(({ scope }) => scope === 'home')?.used
  expect(used()).toBe(101)
  const ended = [{ id: lease?.id ?? 0, unspent: 40, at: NOW, counts: [] }]
  ask(guard, code, { ended })
  expect(used()).toBe(62)
  ask(guard, code, { ended })
  expect(used()).toBe(63)
  const lost = ask(guard, code, { want: 100 }).answer.lease
  ask(guard, code, {}, NOW + 2 * HOUR)
  ask(guard, code, { ended: [{ id: lost?.id ?? 0, unspent: 100, at: NOW, counts: [] }] }, NOW + 2 * HOUR)
  expect(used()).toBe(166)
})

test('all isolates together hold no more than an eighth of a ceiling', () => {
  const guard = newGuard(NOW)
  let held = 0
  for (let n = 0; n < 40; n++) held += ask(guard, codeOf('+989121234567'), { want: 500 }).answer.lease?.units ?? 0
  expect(held).toBe(125)
})

test('a day’s units are of that day: a lease ends with it, and what was taken before gives nothing back', () => {
  const guard = newGuard(NOW)
  const night = Date.UTC(2026, 10, 2, 23, 59, 57)
  expect(ask(guard, codeOf('+989121234567'), { want: 100 }, night).answer.lease).toBeNull()
  const next = Date.UTC(2026, 10, 3, 0, 0, 1)
  const unsent = [{ ...codeOf('+989121234567'), takenAt: night }]
  ask(guard, codeOf('+989121234567'), { unsent }, next)
  expect(viewOf(guard, policy, next).ceilings).toEqual([{ scope: 'home', used: 1, ceiling: 50_000 }])
})

test('the ceiling is what is handed out: nothing goes beyond it, and each alert is told once a day', () => {
  const guard = newGuard(NOW)
  const terms = { ...TERMS, ceiling: 10 }
  const told: string[] = []
  const answers = Array.from({ length: 12 }, () => {
    const { answer, alerts } = ask(guard, codeOf('+989121234567'), { terms })
    told.push(...alerts.map(({ scope, percent, used }) => `${scope} ${percent} ${used}`))
    return answer.objection?.reason
  })
  expect(answers.filter((reason) => reason === 'ceiling').length).toBe(2)
  expect(told).toEqual(['home 50 5', 'home 80 8'])
  expect(ask(guard, codeOf('+989121234567'), { terms }, NOW + DAY).answer.objection).toBeNull()
})

test('a prefix without conversions is forgiven within days, as what was counted fades', () => {
  const guard = newGuard(NOW)
  const code = codeOf('+447911123456')
  for (let n = 0; n < 40; n++) ask(guard, code)
  expect(ask(guard, code).answer.objection).toBeNull()
  const later = NOW + 10 * MINUTE
  expect(ask(guard, code, {}, later).answer.objection).toEqual({ reason: 'prefix', retryAfter: null })
  expect(ask(guard, code, {}, later + DAY).answer.objection).toBeNull()
})

test('sources without conversions have four fifths of the ceiling while their prefix is throttled', () => {
  const guard = newGuard(NOW)
  const terms = { ...TERMS, ceiling: 100 }
  for (let n = 0; n < 30; n++) ask(guard, codeOf('+989121230000', `10.0.${n}.1`), { terms })
  const known = codeOf('+989121230000', '10.9.9.9')
  ask(guard, known, { terms })
  use(guard, known, NOW)
  const later = NOW + 10 * MINUTE
  const reasons = Array.from({ length: 60 }, (_, n) => {
    const code = codeOf('+989121230000', `10.1.${n}.1`)
    return ask(guard, code, { terms }, later).answer.objection?.reason
  })
  expect(reasons.filter((reason) => reason === undefined).length).toBe(80 - 31)
  expect(ask(guard, known, { terms }, later).answer.objection).toBeNull()
})

test('what is stored of a guard refuses what it refused, and no number or address is in it', () => {
  const guard = newGuard(NOW)
  const code = codeOf('+447911123456')
  for (let n = 0; n < 40; n++) ask(guard, code)
  const kept = JSON.parse(JSON.stringify({ units: guard.units, learned: learnedOf(guard) }))
  const again = guardOf(kept.units, kept.learned, NOW + 10 * MINUTE)
  expect(ask(again, code, {}, NOW + 10 * MINUTE).answer.objection?.reason).toBe('prefix')
  expect(JSON.stringify(kept)).not.toContain('+447911123456')
})

test('of a short number all but four digits are a prefix, and the longest weight counts', () => {
  expect(guardedNumber(policy, '+6834000')?.prefixes).toEqual(['+683'])
  const weighted = { ...policy, guard: { ...policy.guard, weights: { '+44': 2, '+447': 5 } } }
  const units = ['+447911123456', '+441632960000', '+989121234567'].map((to) => guardedNumber(weighted, to)?.units)
  expect(units).toEqual([5, 2, 1])
  expect(guardedNumber(policy, 'ali@example.com')).toEqual({ scope: 'other', prefixes: [], units: 0 })
})

test('an account without a region has no home, and a number of no country none either', () => {
  const scopeOf = (region: Policy['region'], to: string) => guardedNumber({ ...policy, region }, to)?.scope
  expect([scopeOf(null, '+989121234567'), scopeOf('IR', '+989121234567')]).toEqual(['IR', 'home'])
  expect([scopeOf(null, '+881612345678'), scopeOf('IR', '+881612345678')]).toEqual(['other', 'other'])
})

test('the pack’s countries hold where the tenant names none', () => {
  const reasonOf = (pack: string, to: string) => standingObjection({ ...policy, pack }, to, 'live')?.reason
  expect(reasonOf('ir', '+4915112345678')).toBe('country')
  expect(reasonOf('ir', '+989121234567')).toBeUndefined()
  expect(reasonOf('generic', '+4915112345678')).toBeUndefined()
})
