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

/** Tells the object of a recipient. Does not throw: unheard, the next channel waits for the time of the next code. */
async function tell({ env, log }: Platform, id: MessageId, recipientOf: () => Promise<string | null>): Promise<void> {
  try {
    const recipient = await recipientOf()
    if (recipient !== null) await env.VERIFICATION.getByName(recipient).noteUnsent(id)
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
      : [tell(platform, id, () => recipientOfId(platform.config.idKeys, realm, verification))],
  )
  await Promise.all(told)
}

/** States in which a carrier says that a message did not arrive. */
const FAILED: ReadonlySet<number> = new Set(
  (['failed', 'expired', 'undelivered', 'rejected'] as const satisfies readonly MessageStatus[]).map(
    (status) => STATUS_CODES[status],
  ),
)

/**
 * Tells the recipients' objects of messages that a carrier reported as failed and that may be of codes: their purpose says so,
 * and the object knows which are its own. Does not throw.
 */
export async function tellFailedCodes(platform: Platform, changed: readonly ClosedRow[]): Promise<void> {
  const failed = changed.filter(({ purpose, status }) => purpose === 'otp' && FAILED.has(status))
  if (failed.length === 0) return
  const rows = await changedRows(platform.keys, failed)
  const told = rows
    .filter(({ party, direction }) => party !== '' && direction === 'outbound')
    .map(({ id, realm, channel, party }) =>
      tell(platform, id, () => recipientDigits(platform, realm, platform.channels[channel], party)),
    )
  await Promise.all(told)
}
