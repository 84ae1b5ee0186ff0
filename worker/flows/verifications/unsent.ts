import { type MessageId, recipientOfId, type VerificationId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'

/** A code whose carrier refused it, or gave no clear answer. */
interface UnsentCode {
  readonly realm: Realm
  readonly verification: VerificationId
  readonly id: MessageId
}

/**
 * Tells the recipient's object that a code did not go out, or maybe not, so that the next channel is offered at once. Does not
 * throw: if the object does not hear of it, the next channel is offered when the time of the next code comes.
 */
export async function tellUnsent(
  { env, config, log }: Platform,
  { realm, verification, id }: UnsentCode,
): Promise<void> {
  try {
    const recipient = await recipientOfId(config.idKeys, realm, verification)
    if (recipient !== null) await env.VERIFICATION.getByName(recipient).noteUnsent(verification, id)
  } catch (error) {
    log('verification.not-told', { verification, reason: errorLabel(error) })
  }
}
