import { type MessageId, recipientOfId, type VerificationId } from '#worker/domain/ids.ts'
import { type MessageStatus, STATUS_CODES } from '#worker/domain/messages/status.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { type ClosedRow, changedRows } from '#worker/store/messages/rows.ts'
import { recipientDigits } from './order.ts'

/** Message of a code, or another, as it was to be sent. */
interface Sent {
  readonly id: MessageId
  readonly job: { readonly realm: Realm }
  readonly body: { readonly verification?: VerificationId }
}

/**
 * Tells the object of a recipient what became of a message. Does not throw: unheard, the next channel waits for the time of the
 * next code, and a code does not count as delivered.
 */
async function tell(
  { env, log }: Platform,
  { id, note }: { readonly id: MessageId; readonly note: 'noteUnsent' | 'noteDelivered' },
  recipientOf: () => Promise<string | null>,
): Promise<void> {
  try {
    const recipient = await recipientOf()
    if (recipient !== null) await env.VERIFICATION.getByName(recipient)[note](id)
  } catch (error) {
    log('verification.not-told', { message: id, reason: errorLabel(error) })
  }
}

/**
 * Tells the recipients' objects of those messages that are of codes, and did not go out, or maybe not, so that the next channel
 * is offered at once. Does not throw.
 */
export async function tellUnsentCodes(platform: Platform, unsent: readonly Sent[]): Promise<void> {
  const told = unsent.flatMap(({ id, job: { realm }, body: { verification } }) =>
    verification === undefined
      ? []
      : [tell(platform, { id, note: 'noteUnsent' }, () => recipientOfId(platform.config.idKeys, realm, verification))],
  )
  await Promise.all(told)
}

/** States in which a carrier says that a message did not arrive. */
const FAILED: ReadonlySet<number> = new Set(
  (['failed', 'expired', 'undelivered', 'rejected'] as const satisfies readonly MessageStatus[]).map(
    (status) => STATUS_CODES[status],
  ),
)

/** What to note of a message by its status; null: nothing. */
function noteOf(status: number): 'noteUnsent' | 'noteDelivered' | null {
  if (FAILED.has(status)) return 'noteUnsent'
  return status >= STATUS_CODES.delivered ? 'noteDelivered' : null
}

/**
 * Tells the recipients' objects of messages of codes that a carrier reported as failed or delivered. Other messages cost nothing,
 * one-time codes of a tenant's own making too. Does not throw.
 */
export async function tellReportedCodes(platform: Platform, changed: readonly ClosedRow[]): Promise<void> {
  const ended = changed.filter(({ isCode, status }) => isCode && noteOf(status) !== null)
  if (ended.length === 0) return
  const rows = await changedRows(platform.keys, ended)
  const told = rows.map(async ({ id, realm, channel, party, status }) => {
    const note = noteOf(status)
    if (party === '' || note === null) return
    await tell(platform, { id, note }, () => recipientDigits(platform, realm, platform.channels[channel], party))
  })
  await Promise.all(told)
}
