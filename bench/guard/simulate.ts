import { askGuard, type CodeNews, type CountedCode, hearNews, newGuard } from '#worker/domain/guard/guard.ts'
import {
  answerAlone,
  type GuardHolding,
  holdLease,
  keepRefusal,
  newGuardHolding,
  toTell,
} from '#worker/domain/guard/holding.ts'
import { sourcesOf } from '#worker/domain/guard/source.ts'
import { ceilingOf, type GuardReason, guardedNumber } from '#worker/domain/guard/verdict.ts'
import { DEFAULT_SETTINGS } from '#worker/domain/tenants/settings.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, SECOND } from '#worker/domain/time.ts'

/** Somebody who asks for a code. */
export interface Asking {
  readonly at: EpochMs
  readonly to: string
  readonly clientIp: string
  readonly group: string
  /** Time after which the code is used; null: it never is. */
  readonly usedAfterMs: number | null
}

/** What came of those of a group who asked. */
export interface Fate {
  asked: number
  sent: number
  readonly refused: Partial<Record<GuardReason, number>>
  /** Asked and sent so far, at some moments. */
  readonly curve: { readonly at: EpochMs; readonly asked: number; readonly sent: number }[]
}

export type Fates = ReadonlyMap<string, Fate>

/** What came of a simulation, and how often the isolates asked the guard's object. */
export interface Played {
  readonly fates: Fates
  readonly asks: number
}

/** A generator of numbers from 0 to 1 that a seed decides (Mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const ISOLATES = 4
/** Time until the guard hears of a use, by the ledger's queue. */
const HEARD_AFTER = 3 * SECOND
const STEPS = 120

/** A policy of a tenant in Iran who sends codes everywhere. */
export const policyOf = (guard: Partial<Policy['guard']> = {}): Policy =>
  ({ ...DEFAULT_SETTINGS, region: 'IR', guard: { ...DEFAULT_SETTINGS.guard, ...guard } }) as Policy

/** Answers whether an isolate sends a code, as flows/verifications/guard-units.ts does it, with the object beside it. */
function asker(policy: Policy, began: EpochMs) {
  const guard = newGuard(began)
  const isolates: GuardHolding[] = Array.from({ length: ISOLATES }, () => newGuardHolding(began))
  const codeOf = ({ to, clientIp }: Asking): CountedCode => {
    const number = guardedNumber(policy, to)
    if (!number) throw new Error('an allow list has it')
    return { ...number, sources: sourcesOf(clientIp, undefined) }
  }
  const made = { asks: 0 }
  const ask = (asking: Asking, isolate: number): GuardReason | null => {
    const { at } = asking
    const holding = isolates[isolate % ISOLATES] as GuardHolding
    const code = codeOf(asking)
    const alone = answerAlone(holding, code, true, at)
    if (alone) return alone.objection?.reason ?? null
    made.asks++
    const { timeZone } = policy
    const terms = { timeZone, ceiling: ceilingOf(policy.guard, code.scope), abroadCeiling: policy.guard.abroadCeiling }
    const { answer } = askGuard(guard, { code, terms, enforced: true, ...toTell(holding, code, at) }, at)
    if (answer.objection) keepRefusal(holding, code, answer.objection, at)
    else if (answer.lease) holdLease(holding, code.scope, answer.lease, at)
    return answer.objection?.reason ?? null
  }
  const hear = (asking: Asking, at: EpochMs): void => {
    const { scope, prefixes, sources } = codeOf(asking)
    const news: CodeNews = { scope, prefixes, sources, startedAt: asking.at, isUsed: true, wrong: 0 }
    hearNews(guard, [news], at)
  }
  return { ask, hear, made }
}

/** A use that the guard will hear of. */
interface Use {
  readonly at: EpochMs
  readonly asking: Asking
}

/** Adds a use to those that are sorted by time. */
function insert(uses: Use[], use: Use): void {
  let place = uses.length
  while (place > 0 && (uses[place - 1]?.at ?? 0) > use.at) place--
  uses.splice(place, 0, use)
}

/** Plays what people and attackers ask, in the order of time. The same askings under the same policy come to the same. */
export function simulate(policy: Policy, askings: readonly Asking[]): Played {
  const sorted = askings.toSorted((a, b) => a.at - b.at)
  const [began = 0, ended = 0] = [sorted[0]?.at, sorted.at(-1)?.at]
  const { ask, hear, made } = asker(policy, began)
  const fates = new Map<string, Fate>()
  const used: Use[] = []
  const step = Math.max(1, (ended - began) / STEPS)
  let shownAt = began
  sorted.forEach((asking, n) => {
    const { at, group, usedAfterMs } = asking
    for (; shownAt <= at; shownAt += step)
      for (const { curve, asked, sent } of fates.values()) curve.push({ at: shownAt, asked, sent })
    while ((used[0]?.at ?? Number.POSITIVE_INFINITY) <= at) {
      const due = used.shift()
      if (due) hear(due.asking, due.at)
    }
    const fate = fates.get(group) ?? { asked: 0, sent: 0, refused: {}, curve: [] }
    fates.set(group, fate)
    fate.asked++
    const reason = ask(asking, n)
    if (reason !== null) fate.refused[reason] = (fate.refused[reason] ?? 0) + 1
    else {
      fate.sent++
      if (usedAfterMs !== null) insert(used, { at: at + usedAfterMs + HEARD_AFTER, asking })
    }
  })
  for (const { curve, asked, sent } of fates.values()) curve.push({ at: ended, asked, sent })
  return { fates, asks: made.asks }
}
