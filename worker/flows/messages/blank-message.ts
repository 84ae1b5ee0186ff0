import { batchOfId, channelOfId, type MessageId, timeOfId } from '#worker/domain/ids.ts'
import type { TimelineEntry } from '#worker/domain/messages/message.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import type { NewMessage } from '#worker/store/messages/rows.ts'

/** Row of a message that ended before dispatch saw it. A later claim adds recipient and content but does not revive it. */
export function blankMessage(principal: Principal, id: MessageId, end: TimelineEntry): NewMessage {
  return {
    realm: principal.realm,
    id,
    direction: 'outbound',
    channel: channelOfId(id),
    status: end.status,
    attempt: 0,
    connectionId: null,
    party: '',
    line: '',
    content: 'null',
    units: 0,
    encoding: '',
    purpose: principal.policy.defaultPurpose,
    clientRef: null,
    metadata: null,
    batched: batchOfId(id) !== null,
    refersTo: null,
    validUntil: null,
    acceptedAt: timeOfId(id),
    timeline: [end],
  }
}
