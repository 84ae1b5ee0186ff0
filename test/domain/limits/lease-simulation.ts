import {
  closeLeases,
  demandOf,
  type Holding,
  isFresh,
  newHolding,
  putBack,
  spend,
  takeGrant,
  takePolicy,
} from '#worker/domain/limits/holding.ts'
import { type BucketState, fullBucket, grantLease } from '#worker/domain/limits/lease.ts'
import type { Mode } from '#worker/domain/realm.ts'
import type { Limits } from '#worker/domain/tenants/settings.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'

export interface Arrival {
  readonly at: number
  readonly holder: number
  readonly n: number
  readonly mode?: Mode
}
export interface Admission {
  readonly at: number
  readonly n: number
  readonly mode?: Mode
}
export interface Outcome {
  readonly admitted: readonly Admission[]
  readonly refused: number
  readonly calls: number
}

export interface SimulationOptions {
  readonly limits: Limits
  readonly levelDaily?: number
  readonly holders: number
  readonly chance: () => number
  /** Part of the admitted requests that give their tokens back a moment later. */
  readonly refunds?: number
  /** Part of the object's answers that are lost on the way. */
  readonly lost?: number
}

type Step = { readonly at: number; readonly run: () => void }

/** Isolates and one tenant object over a network that takes 1 to 300 ms each way, all on the production rules. */
export function simulate(arrivals: readonly Arrival[], options: SimulationOptions): Outcome {
  const { limits, chance, levelDaily = null } = options
  const policy = { limits, levelDaily, timeZone: 'UTC', status: 'active' } as Policy
  const start = arrivals[0]?.at ?? 0
  let bucket: BucketState = fullBucket(limits, start)
  const holdings = new Map<number, Holding>()
  const admitted: Admission[] = []
  const steps: Step[] = []
  let refused = 0
  let calls = 0
  const plan = (at: number, run: () => void) => {
    let low = 0
    let high = steps.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((steps[middle] as Step).at <= at) low = middle + 1
      else high = middle
    }
    steps.splice(low, 0, { at, run })
  }
  const travel = () => Math.ceil(300 * chance() ** 3)

  const call = ({ at, holder, n, mode = 'live' }: Arrival) => {
    calls++
    const holding = holdings.get(holder)
    const purse = holding?.messages[mode]
    const want = demandOf(purse, n, at)
    const ended = purse ? closeLeases(purse) : []
    plan(at + travel(), () => {
      const now = clock
      const result = grantLease(
        bucket,
        { limits, levelDaily, timeZone: 'UTC' },
        { holder: String(holder), need: n, want, ended, mode },
        now,
      )
      bucket = result.state
      const { grant } = result
      if (!grant.ok) {
        refused++
        return
      }
      if (n > 0) admitted.push({ at: now, n, mode })
      if (chance() < (options.lost ?? 0)) return
      plan(now + travel(), () => {
        const known = holdings.get(holder) ?? newHolding(policy, at)
        holdings.set(holder, known)
        takePolicy(known, policy, at)
        takeGrant(known.messages[mode], grant, n, at)
      })
    })
  }
  const arrive = (arrival: Arrival) => {
    const { at, holder, n, mode = 'live' } = arrival
    const holding = holdings.get(holder)
    const lease = holding && isFresh(holding, at) ? spend(holding.messages[mode], n, at) : null
    if (!holding || !lease) return call(arrival)
    if (chance() >= (options.refunds ?? 0)) {
      admitted.push({ at, n, mode })
      return
    }
    plan(at + Math.floor(200 * chance()), () => putBack(holding.messages[mode], lease, n))
  }

  for (const arrival of arrivals) steps.push({ at: arrival.at, run: () => arrive(arrival) })
  let clock = start
  for (let step = steps.shift(); step; step = steps.shift()) {
    clock = step.at
    step.run()
  }
  return { admitted: admitted.sort((a, b) => a.at - b.at), refused, calls }
}

/** The most by which any stretch of time exceeds burst + rate × its length; at most 0 keeps the promise. */
export function overshoot({ burst, rate }: Limits, admitted: readonly Admission[]): number {
  let level = burst
  let last = admitted[0]?.at ?? 0
  let worst = Number.NEGATIVE_INFINITY
  for (const { at, n } of admitted) {
    level = Math.min(burst, level + ((at - last) * rate) / 1000) - n
    last = at
    worst = Math.max(worst, -level)
  }
  return worst
}
