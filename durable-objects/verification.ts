import { DurableObject } from 'cloudflare:workers'
import { loadConfig } from '#worker/config.ts'
import type { MessageId, VerificationId } from '#worker/domain/ids.ts'
import { type EpochMs, SECOND } from '#worker/domain/time.ts'
import type { HashedCode } from '#worker/domain/verifications/kept-code.ts'
import {
  type Checked,
  cancel,
  check,
  type Decision,
  factsOf,
  feedBack,
  noteDelivered,
  noteUnsent,
  type Opening,
  type Recipient,
  type Resent,
  read,
  resend,
  type Started,
  start,
  type Told,
  type Tried,
  type Verification,
  withdraw,
  withTold,
} from '#worker/domain/verifications/recipient.ts'
import { BOUNDS, type Feedback } from '#worker/domain/verifications/verification.ts'
import type { Env } from '#worker/env.ts'
import { sealedQueues } from '#worker/flows/core/sealed-queues.ts'
import { consoleLog, errorLabel } from '#worker/lib/log.ts'
import type { VerificationCalls } from '#worker/object-calls.ts'

/** Time until the next alarm when the queue refused what the ledger has to hear. */
const AGAIN_MS = 5 * SECOND

/**
 * Decides about the codes of one recipient of a realm; named by a keyed hash of both. It holds hashes and sealed bytes and can
 * read neither. Each decision is made and stored in one turn, so that of fifty checks at once one is the first.
 */
export class VerificationObject extends DurableObject<Env> implements VerificationCalls {
  #kept: Recipient | null
  #alarmAt: EpochMs | null = null

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#kept = ctx.storage.kv.get<Recipient>('recipient') ?? null
  }

  async start(opening: Opening): Promise<Started> {
    return this.#take(start(this.#kept, opening, Date.now()))
  }

  async resend(id: VerificationId, code: HashedCode): Promise<Resent | null> {
    return this.#take(resend(this.#kept, id, code, Date.now()))
  }

  async withdraw(id: VerificationId, hash: string): Promise<void> {
    await this.#take(withdraw(this.#kept, id, hash, Date.now()))
  }

  async noteUnsent(messageId: MessageId): Promise<void> {
    await this.#take(noteUnsent(this.#kept, messageId, Date.now()))
  }

  async noteDelivered(messageId: MessageId): Promise<void> {
    await this.#take(noteDelivered(this.#kept, messageId))
  }

  async check(id: VerificationId, tried: Tried): Promise<Checked | null> {
    return this.#take(check(this.#kept, id, tried, Date.now()))
  }

  async cancel(id: VerificationId): Promise<Told | null> {
    return this.#take(cancel(this.#kept, id, Date.now()))
  }

  async feedBack(id: VerificationId, feedback: Feedback): Promise<Told | null> {
    return this.#take(feedBack(this.#kept, id, feedback, Date.now()))
  }

  async read(id: VerificationId): Promise<Told | null> {
    return read(this.#kept, id, Date.now())
  }

  /** Tells the ledger what it may not have heard, and deletes everything 24 hours after the last use. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null
    const untold = this.#kept?.verifications.filter(({ told, version }) => told < version) ?? []
    const told = await Promise.all(untold.map((one) => this.#tell(one)))
    if (told.includes(false)) return
    const endsAt = (this.#kept?.usedAt ?? 0) + BOUNDS.window
    if (endsAt > Date.now()) return this.#wake(endsAt)
    this.#kept = null
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
  }

  /** Stores what was decided, before anything else can be, and tells the ledger. The answer leaves when it is stored. */
  async #take<Answer>(decision: Decision<Answer>): Promise<Answer>
  async #take<Answer>(decision: Decision<Answer> | null): Promise<Answer | null>
  async #take<Answer>(decision: Decision<Answer> | null): Promise<Answer | null> {
    if (!decision) return null
    const { answer, next, changed } = decision
    if (next) {
      // Stored first: if that throws, memory is not ahead of it.
      this.ctx.storage.kv.put('recipient', next)
      this.#kept = next
      if (this.#alarmAt === null) await this.#wakeFirst(next.usedAt + BOUNDS.window)
    }
    if (changed) await this.#tell(changed)
    return answer
  }

  /** Sends the ledger a verification; false: the queue refused it, and an alarm sends it once more. */
  async #tell(one: Verification): Promise<boolean> {
    const realm = this.#kept?.realm
    if (realm === undefined) return true
    try {
      const { transit } = await loadConfig(this.env)
      const { shard, order } = one
      const job = { kind: 'verification', realm, shard, verification: factsOf(one), order } as const
      await sealedQueues(this.env, transit).REPORT.send(job)
    } catch (error) {
      consoleLog('verification.queue-refused', { verification: one.id, reason: errorLabel(error) })
      await this.#wake(Date.now() + AGAIN_MS)
      return false
    }
    // Stored with the next change. If there is none, the last alarm tells it once more, which changes nothing.
    if (this.#kept) this.#kept = withTold(this.#kept, one.id, one.version)
    return true
  }

  /** Sets the alarm of an object that knows of none, unless one is stored. */
  async #wakeFirst(at: EpochMs): Promise<void> {
    const stored = await this.ctx.storage.getAlarm()
    this.#alarmAt ??= stored
    if (this.#alarmAt === null) await this.#wake(at)
  }

  /** Sets the alarm, unless an earlier one is set: that of a change told in vain while the alarm's own work went on. */
  async #wake(at: EpochMs): Promise<void> {
    if (this.#alarmAt !== null && this.#alarmAt <= at) return
    this.#alarmAt = at
    await this.ctx.storage.setAlarm(at)
  }
}
