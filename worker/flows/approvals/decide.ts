import { approvalStatus } from '#worker/domain/people/approval.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { OperatorCaller } from '#worker/flows/auth/operator-caller.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type Approval, approvalById, decideApproval } from '#worker/store/people/approvals.ts'
import { provenWith } from '#worker/store/people/colleagues.ts'
import { eligibleFor } from './eligible.ts'

const forbidden = (detail: string): Problem => new Problem('forbidden', { detail })

/** Lets somebody approve what he proposed himself, where nobody else can, after the wait, by another passkey. */
async function demandAlone(platform: Platform, caller: OperatorCaller, approval: Approval): Promise<void> {
  const { opensAt, proposedWith, scope, proposedBy } = approval
  const { env, now } = platform
  if (opensAt === null || proposedBy === null) throw forbidden('Another person approves what you proposed.')
  if (now() < opensAt)
    throw forbidden('Nobody else may decide on this, so that it waits for 72 hours before you approve it yourself.')
  const { others } = await eligibleFor(env.CONTROL, scope, proposedBy)
  if (others.length > 0) throw forbidden('There is somebody else by now who may decide on this.')
  const by = caller.signIn && (await provenWith(env.CONTROL, caller.signIn))
  if (!by || !proposedWith || by === proposedWith)
    throw forbidden('Prove yourself by another passkey than the one that you proposed this with.')
}

async function demandOther(platform: Platform, caller: OperatorCaller, approval: Approval): Promise<void> {
  const { person } = caller
  const { proposedBy, scope } = approval
  if (proposedBy === null) throw new Problem('conflict', { detail: 'A program did this already.' })
  if (person === proposedBy) return demandAlone(platform, caller, approval)
  const { others } = await eligibleFor(platform.env.CONTROL, scope, proposedBy)
  if (!others.some(({ id }) => id === person)) throw forbidden('Another person approves than the one who proposed.')
}

/** Decides on what somebody proposed. Who refuses his own proposal withdraws it. */
export async function decide(
  platform: Platform,
  caller: OperatorCaller,
  { id, approves, answer }: { readonly id: string; readonly approves: boolean; readonly answer: string | null },
): Promise<Approval> {
  const { env, keys, now, log } = platform
  const { person, scopes } = caller
  const approval = await approvalById(env.CONTROL, keys, id)
  if (!approval) throw new Problem('not-found')
  if (person === null) throw forbidden('A person decides; a program may not.')
  if (!(scopes as readonly string[]).includes(approval.scope))
    throw forbidden(`You lack the scope ${approval.scope}, which that call asks for.`)
  const status = approvalStatus(approval, now())
  if (status !== 'pending') throw new Problem('conflict', { detail: `It is ${status}.` })
  if (!approval.act)
    throw new Problem('conflict', { detail: 'It was altered in the database: nobody can read what it is for.' })
  if (approves) await demandOther(platform, caller, approval)
  const decision = approves ? 'approved' : person === approval.proposedBy ? 'withdrawn' : 'refused'
  const decided = await decideApproval(env.CONTROL, keys, { id: approval.id, decision, by: person, answer, now: now() })
  if (!decided) throw new Problem('conflict', { detail: 'Somebody else decided at the same time.' })
  log('approval.decided', { id: decided.id, decision, operation: decided.operation })
  return decided
}
