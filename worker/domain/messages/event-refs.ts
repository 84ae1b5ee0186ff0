import { type EventId, type IdKeys, isMessageId, type MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { Transition } from './events.ts'
import { MESSAGE_STATUSES, type MessageStatus } from './status.ts'

const NAMES: ReadonlySet<string> = new Set(MESSAGE_STATUSES)

/** The transition that an event id names (undoes `eventIdOf`); null if it is about no message of this realm. Checks the MAC. */
export async function transitionOf(keys: IdKeys, realm: Realm, eventId: EventId): Promise<Transition | null> {
  const end = eventId.lastIndexOf('_')
  const status = eventId.slice(end + 1)
  const id: MessageId = `msg_${eventId.slice('evt_'.length, end)}`
  if (!NAMES.has(status) || !(await isMessageId(keys, realm, id))) return null
  return { realm, id, status: status as MessageStatus }
}
