import type { CountedCode, GuardAnswer, GuardAsk } from '#worker/domain/guard/guard.ts'
import {
  answerAlone,
  type GuardHolding,
  holdLease,
  keepRefusal,
  newGuardHolding,
  putBack,
  putBackUnits,
  type TakenUnits,
  toTell,
} from '#worker/domain/guard/holding.ts'
import { sourcesOf } from '#worker/domain/guard/source.ts'
import { ceilingOf, type GuardedNumber, type Objection } from '#worker/domain/guard/verdict.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { type Policy, writeShard } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Order } from '#worker/domain/verifications/order.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { callObject } from '#worker/flows/core/call-object.ts'
import { near } from '#worker/flows/core/placement.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { encodeBytes } from '#worker/lib/base32.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { setBackBy } from '#worker/lib/steady-clock.ts'
import type { GuardCalls } from '#worker/object-calls.ts'

/** Realms whose leases an isolate keeps. */
const MOST_HELD = 500
/** Digits of a source's hash: 60 bits tell more sources apart than any guard remembers. */
const SOURCE_DIGITS = 12

const holdings = new BoundedMap<Realm, GuardHolding>(MOST_HELD)

/** What this isolate holds of a realm. A clock that was set back ends its leases, whose ends are unknown then. */
function holdingOf(realm: Realm, now: EpochMs): GuardHolding {
  const known = holdings.get(realm)
  if (known && setBackBy(known.since, now) === 0) return known
  const made = newGuardHolding(now)
  holdings.set(realm, made)
  return made
}

/** Keyed hashes of the sources of an order, the narrowest first, each behind the letter of its kind. */
export const hashedSources = (
  { config }: Pick<Platform, 'config'>,
  realm: Realm,
  { clientIp, asn }: Pick<Order, 'clientIp' | 'asn'>,
): Promise<readonly string[]> =>
  Promise.all(
    sourcesOf(clientIp, asn).map(async (source) => {
      const hash = await hmac(config.indexKey, JSON.stringify(['guard', realm, source]))
      return source.charAt(0) + encodeBytes(hash, SOURCE_DIGITS)
    }),
  )

/** Calls the guard of a realm. */
export const callGuard = <Result>(
  { env, log }: Platform,
  { realm, policy }: { readonly realm: Realm; readonly policy: Pick<Policy, 'location'> | null },
  call: (object: DurableObjectStub<GuardCalls>) => Promise<Result>,
): Promise<Result> => callObject(log, 'guard', () => env.GUARD.getByName(realm, near(policy?.location ?? null)), call)

/** Asks the object; a second call leaves out what the first may have told. */
function askObject(platform: Platform, principal: Principal, ask: GuardAsk): Promise<GuardAnswer> {
  const shard = writeShard(principal.policy)
  let isFirst = true
  return callGuard(platform, principal, (object) => {
    const asked = isFirst ? ask : { ...ask, ended: [], counted: [], unsent: [] }
    isFirst = false
    return object.ask(asked, shard)
  })
}

/** Units of a code, or what stands against it; both where the guard only watches. */
export interface AskedUnits {
  readonly objection: Objection | null
  /** Gives the units back: the code did not go out. */
  readonly giveBack: () => void
  /** Gives back the units alone: the code looks as if it went out, and counts as such for its prefixes and sources. */
  readonly giveUnitsBack: () => void
}

/**
 * Takes the units of a code: from a lease of this isolate, or by a call of the tenant's guard, which says what stands against it.
 * Throws a 503 if the guard cannot be reached.
 */
export async function askForUnits(
  platform: Platform,
  principal: Principal,
  { number, order }: { readonly number: GuardedNumber; readonly order: Order },
): Promise<AskedUnits> {
  const { realm, policy } = principal
  const { guard, timeZone } = policy
  const code: CountedCode = { ...number, sources: await hashedSources(platform, realm, order) }
  const calledAt = platform.now()
  const holding = holdingOf(realm, calledAt)
  const enforced = guard.mode === 'enforce'
  const answered = (objection: Objection | null, taken: TakenUnits | null): AskedUnits => ({
    objection,
    giveBack: () => taken && putBack(holding, code, taken),
    giveUnitsBack: () => taken && putBackUnits(holding, code, taken),
  })
  const alone = answerAlone(holding, code, enforced, calledAt)
  if (alone) return answered(alone.objection, alone.taken)
  const terms = { timeZone, ceiling: ceilingOf(guard, code.scope), abroadCeiling: guard.abroadCeiling }
  const ask = { code, terms, enforced, ...toTell(holding, code, calledAt) }
  const { objection, lease, at } = await askObject(platform, principal, ask)
  if (objection && enforced) {
    keepRefusal(holding, code, objection, calledAt)
    return answered(objection, null)
  }
  if (lease) holdLease(holding, code.scope, lease, calledAt)
  return answered(objection, { lease: null, takenAt: at })
}
