import { asksSuppression } from '#worker/domain/carriers/provider.ts'
import { attemptRefOf } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type BlockedRecipient, blockRecipients } from '#worker/flows/people/block-recipients.ts'
import type { HeardReceipt, ReportJob } from '#worker/jobs.ts'
import { errorLabel } from '#worker/lib/log.ts'
import type { Answered, AnsweredSlice } from './submit.ts'

/** A recipient whom the carrier refuses for good, and the same as a report, by which the queue blocks them later. */
interface Refused {
  readonly blocked: BlockedRecipient
  readonly receipt: HeardReceipt
}

function refusedOf({ unit: { job, id, item, body }, result }: Answered, at: EpochMs): Refused | null {
  if (result.outcome !== 'rejected') return null
  const { failure, suppress = true } = result
  if (!asksSuppression({ failure, suppress: result.suppress })) return null
  return {
    blocked: { realm: job.realm, id, channel: job.channel, party: item.to, line: body.from, at, suppress },
    receipt: {
      attemptRef: attemptRefOf(job.realm, id, job.attempt),
      status: 'rejected',
      at,
      failure,
      suppress,
    },
  }
}

/**
 * Blocks the recipients whom a carrier refuses for good in its answers, as its reports of the same codes do: else each next
 * message would ask it once more. Where a block ends without a word to us nobody is blocked. Never throws: what the ledger does
 * not take now goes to the queue as a report.
 */
export async function blockRefused(platform: Platform, slice: AnsweredSlice): Promise<void> {
  const { config, provider } = slice.place.bound
  if (provider.unblocksSilently) return
  const { answeredAt } = slice
  const refused = slice.answered.flatMap((one) => refusedOf(one, answeredAt) ?? [])
  if (refused.length === 0) return
  const [connectionId, messages] = [config.id, refused.length]
  const note = (fact: string) => (error: unknown) =>
    platform.log(fact, { connection: connectionId, messages, reason: errorLabel(error) })
  try {
    await blockRecipients(
      platform,
      connectionId,
      refused.map(({ blocked }) => blocked),
    )
  } catch (error) {
    note('suppression.late')(error)
    const receipts = refused.map(({ receipt }) => receipt)
    const id = `blocks-${crypto.randomUUID()}`
    const job: ReportJob = { kind: 'report', id, connectionId, receivedAt: answeredAt, receipts, proof: 'signature' }
    await platform.env.REPORT.send(job).catch(note('suppression.left'))
  }
}
