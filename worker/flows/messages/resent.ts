import { isMessageId, type MessageId } from '#worker/domain/ids.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { lookUpMessage } from './look-up.ts'

const FIELD = '/resendOf'

/**
 * Throws unless a message can be sent again: an outbound one of the caller's realm that is still kept, also one that waits in a
 * queue. It reads a row, so sends that name no message are spared it.
 */
export async function requireResent(platform: Platform, principal: Principal, id: string): Promise<void> {
  if (!(await isMessageId(platform.config.idKeys, principal.realm, id)))
    throw invalidField(FIELD, 'is no message of this account in this mode')
  const found = await lookUpMessage(platform, principal, id as MessageId).catch((error: unknown) => {
    if (error instanceof Problem && (error.code === 'gone' || error.code === 'not-found'))
      throw invalidField(FIELD, 'is no message that is still kept')
    throw error
  })
  if ('realm' in found && found.direction === 'inbound') throw invalidField(FIELD, 'is a message that came in')
}
