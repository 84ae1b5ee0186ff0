/*
 * The guard stands before a code is sent: it keeps what a tenant spends within bounds that were chosen before, whoever asks.
 * 1. What a country or a range forbids is seen in the policy (domain/guard/verdict.ts).
 * 2. All else the tenant's guard knows (durable-objects/guard.ts): isolates hold leases of the day's units, and ask it when they
 *    have none, or about sources and prefixes that are near a bound (guard-units.ts).
 * 3. It hears by the ledger's queue what became of codes (record.ts), and tells of its ceilings by the same (ceilings.ts).
 * 4. What a start that is refused leaves behind is written down like any other verification (record.ts).
 */

import type { GuardView } from '#worker/domain/guard/kept.ts'
import {
  type GuardedNumber,
  type GuardNote,
  type GuardReason,
  guardedNumber,
  type Objection,
  standingObjection,
} from '#worker/domain/guard/verdict.ts'
import type { VerificationId } from '#worker/domain/ids.ts'
import { Problem } from '#worker/domain/problem.ts'
import { modeOf } from '#worker/domain/realm.ts'
import type { GuardMode } from '#worker/domain/tenants/guard-settings.ts'
import { writeShard } from '#worker/domain/tenants/tenant.ts'
import type { Order } from '#worker/domain/verifications/order.ts'
import { checksFor } from '#worker/domain/verifications/verification.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { type AskedUnits, askForUnits, callGuard } from './guard-units.ts'
import { sealOrder } from './order.ts'

const WHY: Readonly<Record<GuardReason, string>> = {
  country: 'Codes of this account do not go to that country.',
  range: 'Numbers of this range only cost: no code goes there.',
  prefix: 'Codes to numbers that begin like this one are rarely used.',
  velocity: 'Too many codes that were asked for from there are not used.',
  checks: 'Too many wrong codes are checked.',
  ceiling: 'The units that the account may spend on codes there today are used up.',
}

/** Makes the refusal of a code; `id`: the record that the refused start leaves. */
function guardProblem({ reason, retryAfter }: Objection, id: VerificationId | null): Problem {
  const extra = { reason, ...(id === null ? {} : { verificationId: id }) }
  if (retryAfter === null) return new Problem('guard-refused', { detail: WHY[reason], extra })
  const detail = `${WHY[reason]} One may be asked for in ${retryAfter} s.`
  return new Problem('guard-limited', { detail, extra, headers: { 'Retry-After': String(retryAfter) } })
}

/** Writes a start that the guard refused into the ledger, by the queue. Does not throw: the refusal stands without it. */
async function recordRefused(
  platform: Platform,
  { realm, policy }: Principal,
  { id, order }: GuardedCode,
  guard: GuardNote,
): Promise<void> {
  const now = platform.now()
  // Below every version that a recipient's object makes: a repeat of the start that passes goes on under the same id.
  const facts = { id, status: 'blocked', version: 0, startedAt: now, updatedAt: now, checks: 0, codes: [] } as const
  const terms = { channels: order.channels, mostChecks: checksFor(order.digits), feedback: null, guard }
  try {
    const job = {
      kind: 'verification',
      realm,
      shard: writeShard(policy),
      verification: { ...facts, ...terms },
    } as const
    await platform.env.REPORT.send({ ...job, order: await sealOrder(platform, id, order) })
  } catch (error) {
    platform.log('verification.not-recorded', { verification: id, reason: errorLabel(error) })
  }
}

/** A code that is about to be sent. */
interface GuardedCode {
  readonly id: VerificationId
  readonly order: Order
  /** True of a verification's first code: a refusal of it leaves a record. */
  readonly isStart: boolean
}

/** Leave to send a code, and ways to give its units back. */
export interface GuardPass extends Omit<AskedUnits, 'objection'> {
  /** What the record says; null: the guard had nothing against it. */
  readonly note: GuardNote | null
}

const NOTHING_TAKEN = { giveBack: (): void => undefined, giveUnitsBack: (): void => undefined }

/** Asks for units; a guard that only watches, and cannot be reached, lets go out. */
async function unitsOf(
  platform: Platform,
  principal: Principal,
  asked: { readonly number: GuardedNumber; readonly order: Order },
): Promise<AskedUnits> {
  try {
    return await askForUnits(platform, principal, asked)
  } catch (error) {
    if (principal.policy.guard.mode === 'enforce') throw error
    return { objection: null, ...NOTHING_TAKEN }
  }
}

/** Asks the guard for leave to send a code; throws its refusal, and a 503 if it cannot be asked. */
export async function passGuard(platform: Platform, principal: Principal, code: GuardedCode): Promise<GuardPass> {
  const { policy, realm } = principal
  const { id, order, isStart } = code
  const { mode } = policy.guard
  const number = mode === 'off' ? null : guardedNumber(policy, order.to)
  if (number === null) return { note: null, ...NOTHING_TAKEN }
  const standing = standingObjection(policy, order.to, modeOf(realm))
  const isRefused = standing !== null && mode === 'enforce'
  const { objection: asked, ...backs } = isRefused
    ? { objection: null, ...NOTHING_TAKEN }
    : await unitsOf(platform, principal, { number, order })
  const objection = standing ?? asked
  if (objection === null) return { note: null, ...backs }
  const note: GuardNote = { reason: objection.reason, enforced: mode === 'enforce' }
  platform.log('verification.guarded', { realm, verification: id, ...note })
  if (!note.enforced) return { note, ...backs }
  if (isStart) await recordRefused(platform, principal, code, note)
  throw guardProblem(objection, isStart ? id : null)
}

/** Answers how the guard of a tenant stands in one mode. */
export async function lookAtGuard(
  platform: Platform,
  { realm, policy }: Pick<Principal, 'realm' | 'policy'>,
): Promise<GuardView & { readonly mode: GuardMode }> {
  const { guard, region, timeZone } = policy
  const view = await callGuard(platform, { realm, policy }, (object) => object.view({ guard, region, timeZone }))
  return { mode: guard.mode, ...view }
}
