import { newPeopleId, type RequestId } from '#worker/domain/ids.ts'
import { proposalTimes } from '#worker/domain/people/approval.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { OperatorCaller } from '#worker/flows/auth/operator-caller.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type Approval, insertApproval } from '#worker/store/people/approvals.ts'
import { provenWith } from '#worker/store/people/colleagues.ts'
import { type DangerousCall, digestOf } from './act.ts'
import { eligibleFor } from './eligible.ts'

/** What nobody has decided yet. */
export const UNDECIDED = { decision: null, decidedBy: null, decidedAt: null, answer: null, usedAt: null, usedBy: null }

/** Call that somebody proposes, and why. */
interface Proposal extends DangerousCall {
  readonly reason: string
}

/**
 * Writes down a dangerous call that a person proposes, for another of the licensee's people to decide. Where nobody else may, all
 * of them see for 72 hours that it waits, and the proposer may approve it then by another passkey.
 */
export async function propose(
  platform: Platform,
  caller: OperatorCaller,
  request: RequestId,
  { operation, scope, method, path, body, reason }: Proposal,
): Promise<Approval> {
  const { env, keys, config, now, log } = platform
  const { person, signIn } = caller
  if (person === null) throw new Problem('forbidden', { detail: 'A person proposes; a program may not.' })
  const { self, others } = await eligibleFor(env.CONTROL, scope, person)
  if (!self) throw new Problem('forbidden', { detail: `You lack the scope ${scope}, which that call asks for.` })
  const kind = others.length > 0 ? 'four-eyes' : 'alone'
  const at = now()
  const approval = {
    id: newPeopleId('apr', request),
    kind,
    operation,
    scope,
    digest: await digestOf(config, { operation, scope, method, path, body }),
    act: { method, path, body, reason, program: null },
    proposedBy: person,
    proposedWith: signIn && (await provenWith(env.CONTROL, signIn)),
    proposedAt: at,
    ...proposalTimes(kind, at),
    ...UNDECIDED,
  } as const
  await insertApproval(env.CONTROL, keys, approval)
  log('approval.proposed', { id: approval.id, kind, operation })
  return approval
}
