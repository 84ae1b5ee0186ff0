import type { EventId, MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { MessageStatus } from './status.ts'

/** All events that a webhook can get. `docs/events.md` and the OpenAPI `webhooks` are made from this table. */
export const EVENTS = {
  'message.submitted':
    'A carrier took the message; its delivery report is awaited. Where the provider has no `receipts` (`GET /v1/channels`) this is the last that is heard.',
  'message.delivered': 'The carrier reports that the recipient’s device has the message.',
  'message.read': 'The recipient opened the message (channels that report it).',
  'message.undelivered': 'The carrier gave up delivering it.',
  'message.rejected': 'A carrier refused the message; `failure` says why.',
  'message.failed': 'The message could not be submitted.',
  'message.expired': 'Its validity ended before a carrier delivered it.',
  'message.unknown': 'Whether a carrier took or delivered it could not be found out; it is never sent again.',
  'message.canceled': 'The tenant canceled it before any carrier was called.',
  'message.suppressed': 'The recipient has opted out; no carrier was called.',
  'message.received': 'A person sent a message to one of the account’s senders.',
  'session.turn':
    'A question, not news: a person in a USSD session waits for a screen. Only the first endpoint that lists this type is asked, and its answer is the screen.',
  'session.started': 'A person opened a session (USSD).',
  'session.ended': 'A session ended; the data has its turns.',
  'verification.approved': 'A right code was checked: the recipient is who they say.',
  'verification.failed': 'All checks of a verification were wrong.',
  'verification.blocked':
    'Too many wrong codes were checked for its recipient within 24 hours, or the guard let no code go out; `reason` says which.',
  'verification.ceiling':
    'Codes have used 50 or 80 percent of a ceiling of the guard for the day: beyond the ceiling none goes out.',
  'device.removed':
    'A device or subscription was taken out of the registry, because the push service knows it no more.',
  'suppression.added': 'A recipient opted out by keyword, or was added.',
  'suppression.removed': 'A recipient opted in again.',
  'webhook.disabled': 'An endpoint was switched off after failing for too long, or after it answered 410.',
  'webhook.test': 'A test event, asked for by the tenant.',
} as const

export type EventType = keyof typeof EVENTS
export const EVENT_TYPES = Object.keys(EVENTS) as readonly EventType[]

/** An event as it is sent. `data` is the resource as it was at that transition, never the current row. */
export interface TenantEvent {
  readonly id: EventId
  readonly type: EventType
  readonly at: EpochMs
  readonly data: Readonly<Record<string, unknown>>
}

/** Type of the event that a transition to `status` makes; null for states that tenants are not told of. */
export function eventTypeOf(status: MessageStatus): EventType | null {
  const type = `message.${status}`
  return type in EVENTS ? (type as EventType) : null
}

/** A message's change of status. With its timeline the event can be rebuilt from it. */
export interface Transition {
  readonly realm: Realm
  readonly id: MessageId
  readonly status: MessageStatus
}
