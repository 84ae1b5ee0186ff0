import { DurableObject } from 'cloudflare:workers'
import { loadConfig } from '#worker/config.ts'
import {
  askGuard,
  type CodeNews,
  type Guard,
  type GuardAnswer,
  type GuardAsk,
  hearNews,
} from '#worker/domain/guard/guard.ts'
import { type GuardView, guardOf, type Learned, learnedOf, type ViewTerms, viewOf } from '#worker/domain/guard/kept.ts'
import type { CeilingAlert, Units } from '#worker/domain/guard/units.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { DAY, type EpochMs, SECOND } from '#worker/domain/time.ts'
import type { Env } from '#worker/env.ts'
import { sealedQueues } from '#worker/flows/core/sealed-queues.ts'
import { consoleLog, errorLabel } from '#worker/lib/log.ts'
import type { GuardCalls } from '#worker/object-calls.ts'

/** Time after which what was learned is stored: an object that is thrown out of memory forgets no more. */
const STORE_AFTER = 10 * SECOND
/** Time without a code after which nothing that is known means anything. */
const FORGET_AFTER = 7 * DAY

/** Alert that the tenant was not told of yet, with the time and the ledger shard of its event. */
type Untold = CeilingAlert & { readonly at: EpochMs; readonly shard: number }
/** Stored with each code, so that an evicted object hands out no unit twice. */
interface KeptUnits {
  readonly units: Units
  readonly untold: readonly Untold[]
}

/**
 * Guard of a tenant in one mode, named by the realm: it hands out the day's units, and knows how codes to prefixes and of sources
 * are used. It holds no number and no address: prefixes, and keyed hashes of networks.
 */
export class GuardObject extends DurableObject<Env> implements GuardCalls {
  #guard: Guard
  #untold: readonly Untold[]
  #usedAt: EpochMs
  #isTelling = false
  #isChanged = false
  #alarmAt: EpochMs | null = null

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const now = Date.now()
    const kept = ctx.storage.kv.get<KeptUnits>('units')
    this.#guard = guardOf(kept?.units ?? null, ctx.storage.kv.get<Learned>('learned') ?? null, now)
    this.#untold = kept?.untold ?? []
    this.#usedAt = now
  }

  async ask(ask: GuardAsk, shard: number): Promise<GuardAnswer> {
    const now = Date.now()
    const { answer, alerts } = askGuard(this.#guard, ask, now)
    const untold = [...this.#untold, ...alerts.map((alert) => ({ ...alert, at: now, shard }))]
    // Stored before the answer leaves (the output gate waits for the write), so that an evicted object forgets no unit.
    this.ctx.storage.kv.put('units', { units: this.#guard.units, untold } satisfies KeptUnits)
    this.#untold = untold
    if (untold.length > 0 && !this.#isTelling) this.ctx.waitUntil(this.#tell(untold))
    await this.#changed(now)
    return answer
  }

  async hear(news: readonly CodeNews[]): Promise<void> {
    const now = Date.now()
    hearNews(this.#guard, news, now)
    await this.#changed(now)
  }

  async view(terms: ViewTerms): Promise<GuardView> {
    return viewOf(this.#guard, terms, Date.now())
  }

  /** Stores what was learned, and deletes all once nothing was asked for a week. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null
    const now = Date.now()
    if (this.#isChanged) {
      this.ctx.storage.kv.put('learned', learnedOf(this.#guard))
      this.#isChanged = false
    }
    if (this.#usedAt + FORGET_AFTER > now) return this.#wake(this.#usedAt + FORGET_AFTER)
    this.#guard = guardOf(null, null, now)
    this.#untold = []
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
  }

  async #changed(now: EpochMs): Promise<void> {
    this.#usedAt = now
    if (this.#isChanged) return
    this.#isChanged = true
    await this.#wake(now + STORE_AFTER)
  }

  async #wake(at: EpochMs): Promise<void> {
    if (this.#alarmAt !== null && this.#alarmAt <= at) return
    this.#alarmAt = at
    await this.ctx.storage.setAlarm(at)
  }

  /** Queues alerts of ceilings; what the queue refuses is tried with the next code. */
  async #tell(untold: readonly Untold[]): Promise<void> {
    const { name } = this.ctx.id
    if (!name) throw new Error('a guard is named by its realm')
    this.#isTelling = true
    try {
      const { transit } = await loadConfig(this.env)
      const queue = sealedQueues(this.env, transit).REPORT
      for (const { shard, ...alert } of untold)
        await queue.send({ kind: 'ceiling', realm: name as Realm, shard, alert })
      this.#untold = this.#untold.filter((one) => !untold.includes(one))
      this.ctx.storage.kv.put('units', { units: this.#guard.units, untold: this.#untold } satisfies KeptUnits)
    } catch (error) {
      consoleLog('guard.queue-refused', { realm: name, reason: errorLabel(error) })
    } finally {
      this.#isTelling = false
    }
  }
}
