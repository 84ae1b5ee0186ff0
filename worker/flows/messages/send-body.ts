import { type Channel, under } from '#worker/domain/carriers/channel.ts'
import type { Purpose } from '#worker/domain/messages/message.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Mode } from '#worker/domain/realm.ts'
import { footerFor, needsWayOut, purposeAllowed } from '#worker/domain/tenants/bulk-rules.ts'
import { policyPack } from '#worker/domain/tenants/policy-packs/all.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import type { SendBody } from '#worker/jobs.ts'
import { resolveSender } from './senders.ts'

/** Fields of a message or batch that decide how it is sent and billed, as the tenant gave them. */
interface BodyInput {
  readonly from?: string | undefined
  readonly content?: unknown
  readonly purpose?: Purpose | undefined
}

/** Account, channel and mode that a body is for, and to how many it goes. */
interface BodyTerms {
  readonly policy: Policy
  readonly channel: Channel
  readonly mode: Mode
  readonly recipients: number
}

interface ResolvedBody {
  readonly body: Pick<SendBody, 'from' | 'fromKind' | 'content' | 'units' | 'encoding' | 'purpose'>
  /** Length of each part, in the encoding's own units. */
  readonly parts: readonly number[]
}

/**
 * Resolves sender and purpose, checks them by the bulk rules of the tenant's pack, adds the footer and the way out that these ask
 * for, and then measures: the footer is billed. Throws a `Problem` that points to the field.
 */
export function resolveBody({ policy, channel, mode, recipients }: BodyTerms, input: BodyInput): ResolvedBody {
  const { sender, address } = resolveSender(policy, channel, { mode, from: input.from })
  const purpose = input.purpose ?? policy.defaultPurpose
  const pack = policyPack(policy.pack)
  if (!purposeAllowed(pack, purpose, sender.lineClass, recipients)) {
    const detail = `${purpose} messages are not allowed on a line of the class ${sender.lineClass}`
    throw new Problem('purpose-not-allowed', { errors: [{ pointer: '/purpose', detail }] })
  }
  const footer = footerFor(pack, purpose, sender.lineClass, recipients)
  let content: unknown
  try {
    content = channel.parse(input.content)
    if (footer !== null) content = channel.withFooter(content, footer)
    if (channel.withWayOut && needsWayOut(purpose, recipients)) content = channel.withWayOut(content)
  } catch (error) {
    throw under(error, '/content')
  }
  const { units, encoding, parts } = channel.measure(content)
  return { body: { from: address.value, fromKind: address.kind, content, units, encoding, purpose }, parts }
}
