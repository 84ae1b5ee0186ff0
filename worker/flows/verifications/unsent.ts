import { type MessageId, recipientOfId, type VerificationId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'

/** Message of a code, or another, as it was to be sent. */
interface Sent {
  readonly id: MessageId
  readonly job: { readonly realm: Realm }
  readonly body: { readonly verification?: VerificationId }
}

async function tell({ env, config, log }: Platform, realm: Realm, id: MessageId, verification: VerificationId) {
  try {
    const recipient = await recipientOfId(config.idKeys, realm, verification)
    if (recipient !== null) await env.VERIFICATION.getByName(recipient).noteUnsent(verification, id)
  } catch (error) {
    log('verification.not-told', { verification, reason: errorLabel(error) })
  }
}

/**
 * Tells the recipients' objects of those messages that are of codes, and did not go out, or maybe not, so that the next channel
 * is offered at once. Does not throw: if an object does not hear of it, that is offered when the time of the next code comes.
 */
export async function tellUnsentCodes(platform: Platform, unsent: readonly Sent[]): Promise<void> {
  const told = unsent.flatMap(({ id, job, body: { verification } }) =>
    verification === undefined ? [] : [tell(platform, job.realm, id, verification)],
  )
  await Promise.all(told)
}
