import { type EpochMs, SECOND } from '#worker/domain/time.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import type { CountedCode, GuardAsk, GuardLease, LeaseEnd } from './guard.ts'
import type { Objection } from './verdict.ts'

/** Units that an isolate holds for one scope. */
interface HeldLease {
  readonly id: number
  readonly at: EpochMs
  readonly until: EpochMs
  left: number
  /** Prefixes and sources that are asked about; a source that has had its share joins them. */
  readonly except: Set<string>
  /** Codes of each prefix and source that the object does not know of. */
  readonly counts: Map<string, number>
}

/** Source of a code's units, which `putBack` gives them back to; null: the object gave them to this code alone. */
export interface TakenUnits {
  readonly lease: HeldLease | null
  readonly takenAt: EpochMs
}

/** What an isolate knows of the guard of one tenant and mode. Mutable. */
export interface GuardHolding {
  readonly leases: Map<string, HeldLease>
  ended: LeaseEnd[]
  unsent: GuardAsk['unsent'][number][]
  /** Codes since a moment: the pace by which leases are asked for. */
  since: EpochMs
  codes: number
  /** Refusals that the object gave, by what they are about, which the isolate repeats for some seconds. */
  readonly refused: BoundedMap<string, { readonly objection: Objection; readonly until: EpochMs }>
}

/** Codes of one source on one lease: a source that wants more is asked about. */
const MOST_OF_A_SOURCE = 3
/** Time for which a refusal is repeated, and a pace measured. */
const REPEATED_FOR = 5 * SECOND
/** Fewest codes of those seconds for which a lease is worth it; below, each is asked about. */
const FEWEST_LEASED = 10
const MOST_REFUSALS = 4_096
/** Most that is told with one question: an isolate that could not ask for long tells no more. */
const MOST_TOLD = 500

export const newGuardHolding = (now: EpochMs): GuardHolding => ({
  leases: new Map(),
  ended: [],
  unsent: [],
  since: now,
  codes: 0,
  refused: new BoundedMap(MOST_REFUSALS),
})

/** What a refusal is about: the same source, or numbers that begin alike from there. */
const refusedKeys = ({ scope, prefixes, sources }: CountedCode): readonly string[] => {
  const [own = ''] = sources
  return [`${scope} ${prefixes.at(-1) ?? ''} ${own}`]
}

/** The refusal that the object gave to the like of a code a moment ago; null: none. */
function refusedBefore({ refused }: GuardHolding, code: CountedCode, now: EpochMs): Objection | null {
  for (const key of refusedKeys(code)) {
    const found = refused.get(key)
    if (found && now < found.until) return found.objection
  }
  return null
}

/** Keeps a refusal, to repeat it. */
export function keepRefusal({ refused }: GuardHolding, code: CountedCode, objection: Objection, now: EpochMs): void {
  const ms = Math.min(REPEATED_FOR, (objection.retryAfter ?? Number.POSITIVE_INFINITY) * SECOND)
  for (const key of refusedKeys(code)) refused.set(key, { objection, until: now + ms })
}

function end(holding: GuardHolding, scope: string): void {
  const lease = holding.leases.get(scope)
  if (!lease) return
  holding.leases.delete(scope)
  if (holding.ended.length < MOST_TOLD)
    holding.ended.push({ id: lease.id, unspent: lease.left, at: lease.at, counts: [...lease.counts] })
}

/** Spends units of a lease on a code; null: it has none for it. */
function spendUnits(holding: GuardHolding, code: CountedCode, now: EpochMs): TakenUnits | null {
  holding.codes++
  const lease = holding.leases.get(code.scope)
  if (!lease) return null
  if (now >= lease.until || lease.left < code.units) {
    end(holding, code.scope)
    return null
  }
  const { prefixes, sources, units } = code
  for (const key of sources) if ((lease.counts.get(key) ?? 0) >= MOST_OF_A_SOURCE) lease.except.add(key)
  const keys = [...prefixes, ...sources]
  if (keys.some((key) => lease.except.has(key))) return null
  for (const key of keys) lease.counts.set(key, (lease.counts.get(key) ?? 0) + 1)
  lease.left -= units
  return { lease, takenAt: now }
}

/** What is said of a code without a call of the object. */
type OwnAnswer =
  | { readonly objection: Objection; readonly taken: null }
  | { readonly objection: null; readonly taken: TakenUnits }

/**
 * Answers for a code from what the isolate knows; null: the object has to be asked. A refused ceiling keeps nobody from units
 * that the isolate has: they are counted as used. What is left of a lease that has ended may be anybody's, once the object hears
 * of it.
 */
export function answerAlone(
  holding: GuardHolding,
  code: CountedCode,
  enforced: boolean,
  now: EpochMs,
): OwnAnswer | null {
  const objection = enforced ? refusedBefore(holding, code, now) : null
  if (objection && objection.reason !== 'ceiling') return { objection, taken: null }
  const taken = spendUnits(holding, code, now)
  if (taken) return { objection: null, taken }
  const hasUnspent = holding.ended.some(({ unspent }) => unspent > 0)
  return objection && !hasUnspent ? { objection, taken: null } : null
}

/** Gives back the units of a code that did not go out. */
export function putBack(holding: GuardHolding, code: CountedCode, { lease, takenAt }: TakenUnits): void {
  if (lease && holding.leases.get(code.scope) === lease) {
    lease.left += code.units
    for (const key of [...code.prefixes, ...code.sources])
      lease.counts.set(key, Math.max(0, (lease.counts.get(key) ?? 0) - 1))
  } else if (holding.unsent.length < MOST_TOLD) holding.unsent.push({ ...code, takenAt })
}

/** Gives back the units of a code in whose place nothing goes out; it stays counted, so that its source sees no difference. */
export const putBackUnits = (holding: GuardHolding, code: CountedCode, taken: TakenUnits): void =>
  putBack(holding, { ...code, prefixes: [], sources: [] }, taken)

/** Takes out of a lease that is held what it knows of these sources. */
function countedOf(lease: HeldLease | undefined, sources: readonly string[]): GuardAsk['counted'] {
  if (!lease) return []
  return sources.flatMap((key) => {
    const n = lease.counts.get(key) ?? 0
    lease.counts.delete(key)
    lease.except.add(key)
    return n > 0 ? [[key, n] as const] : []
  })
}

/** What a question tells beside its code: at most once, whatever comes of the call. */
export function toTell(
  holding: GuardHolding,
  { scope, sources, units }: CountedCode,
  now: EpochMs,
): Pick<GuardAsk, 'want' | 'ended' | 'counted' | 'unsent'> {
  for (const [held, lease] of holding.leases) if (now >= lease.until) end(holding, held)
  const span = now - holding.since
  const codes = span <= 0 ? 0 : Math.floor((holding.codes * REPEATED_FOR) / Math.max(SECOND, span))
  if (span > REPEATED_FOR) {
    holding.since = now
    holding.codes = 0
  }
  const { ended, unsent } = holding
  holding.ended = []
  holding.unsent = []
  // One lease a scope is held: who asks beside it does not want another.
  const isWanted = codes >= FEWEST_LEASED && !holding.leases.has(scope)
  const counted = countedOf(holding.leases.get(scope), sources)
  return { want: isWanted ? codes * Math.max(1, units) : 0, ended, counted, unsent }
}

/** Takes over a lease that was asked for at `calledAt`. */
export function holdLease(holding: GuardHolding, scope: string, lease: GuardLease, calledAt: EpochMs): void {
  end(holding, scope)
  const { id, units, ttlMs, except } = lease
  const until = calledAt + ttlMs
  holding.leases.set(scope, { id, at: calledAt, until, left: units, except: new Set(except), counts: new Map() })
}
