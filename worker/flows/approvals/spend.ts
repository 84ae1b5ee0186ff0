import { type ApprovalId, newPeopleId, type PersonId, type RequestId } from '#worker/domain/ids.ts'
import { approvalStatus } from '#worker/domain/people/approval.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { OperatorCaller } from '#worker/flows/auth/operator-caller.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type Approval, approvalById, insertApproval, spendApproval } from '#worker/store/people/approvals.ts'
import { type DangerousCall, digestOf } from './act.ts'
import { eligibleFor } from './eligible.ts'
import { UNDECIDED } from './propose.ts'

/** Dangerous call that is being made. */
interface MadeCall extends DangerousCall {
  readonly request: RequestId
  /** Header `Approval`; null: there is none. */
  readonly approval: string | null
  /** True of what not even a broken glass permits. */
  readonly twoPeopleAlways: boolean
}

const refused = (detail: string): Problem => new Problem('approval-required', { detail })

/** Writes down a call of a program that breaks the glass, where the licensee's owner sees it, before the call does anything. */
async function breakGlass(
  { env, keys, config, now, log }: Platform,
  { name }: OperatorCaller,
  reason: string,
  call: MadeCall,
): Promise<ApprovalId> {
  const { request, operation, scope, method, path, body } = call
  const id = newPeopleId('apr', request)
  const at = now()
  await insertApproval(env.CONTROL, keys, {
    id,
    kind: 'break-glass',
    operation,
    scope,
    digest: await digestOf(config, call),
    act: { method, path, body, reason, program: name },
    proposedBy: null,
    proposedWith: null,
    proposedAt: at,
    opensAt: null,
    expiresAt: at,
    ...UNDECIDED,
    usedAt: at,
  })
  log('approval.break-glass', { id, operation })
  return id
}

/** Refuses an approval that is not for this caller, or that rests on somebody who may not do such a thing any more. */
async function demandStanding(platform: Platform, approval: Approval, person: PersonId): Promise<void> {
  const { proposedBy, decidedBy, scope, kind } = approval
  if (person !== proposedBy && person !== decidedBy)
    throw refused('The approval is for those who proposed it and approved it.')
  if (kind === 'alone' && proposedBy === decidedBy) return
  const { others } = await eligibleFor(platform.env.CONTROL, scope, person)
  const other = person === proposedBy ? decidedBy : proposedBy
  if (!others.some(({ id }) => id === other))
    throw refused('The other person of this approval may not decide on such a call any more.')
}

async function spend(platform: Platform, person: PersonId, id: string, call: MadeCall): Promise<ApprovalId> {
  const { env, keys, config, now } = platform
  const approval = await approvalById(env.CONTROL, keys, id)
  const digest = await digestOf(config, call)
  // What is not for this very call is not told apart from what is not there.
  if (approval?.digest !== digest) throw refused('There is no such approval of this very call, with its path and body.')
  const status = approvalStatus(approval, now())
  if (status !== 'approved') throw refused(`The approval is ${status}.`)
  await demandStanding(platform, approval, person)
  if (!(await spendApproval(env.CONTROL, { id, digest, by: person, now: now() })))
    throw refused('The approval is used.')
  return approval.id
}

/**
 * Lets a dangerous call through that two people want, or that a program makes which breaks the glass, and answers its approval.
 * That is spent before the call does anything: one that fails afterwards is proposed anew.
 */
export async function demandApproval(platform: Platform, caller: OperatorCaller, call: MadeCall): Promise<ApprovalId> {
  const { person, breakGlass: reason } = caller
  if (person !== null) {
    if (call.approval === null) throw refused('Propose it first: `POST /admin/v1/approvals`.')
    return spend(platform, person, call.approval, call)
  }
  if (reason === null) throw refused('A program may not do this, unless its token breaks the glass.')
  if (call.twoPeopleAlways) throw refused('Two people do this, whatever the token says.')
  return breakGlass(platform, caller, reason, call)
}
