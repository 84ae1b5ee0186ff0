import type { EventType } from '../../../../generated/events.ts'
import { eventWords } from '../../../words/events.ts'

/** Digits of a message's id; a verification has more. */
const MESSAGE_DIGITS = 35

/** Ends of ids that say a type by another word than its own. */
const BY_END: Readonly<Record<string, EventType>> = {
  test: 'webhook.test',
  disabled: 'webhook.disabled',
  ceiling: 'verification.ceiling',
  started: 'session.started',
  ended: 'session.ended',
  turn: 'session.turn',
  stop: 'suppression.added',
  unsubscribed: 'suppression.added',
  start: 'suppression.removed',
}

const isType = (type: string): type is EventType => Object.hasOwn(eventWords, type)

/** Type of an event by its id, of whose making the log of attempts keeps no more; null: the id does not say it. */
export function typeOfEvent(id: string): EventType | null {
  const [, digits = '', end = ''] = /^evt_([0-9a-z]+)_([a-z]+)/.exec(id) ?? []
  if (Object.hasOwn(BY_END, end)) return BY_END[end] ?? null
  // Behind it stands when the device was last changed, in letters and digits.
  if (end.startsWith('removed')) return 'device.removed'
  const isOfMessage = digits.length === MESSAGE_DIGITS
  // A carrier that has blocked somebody tells it of the message that found it out.
  if (isOfMessage && end === 'blocked') return 'suppression.added'
  const type = `${isOfMessage ? 'message' : 'verification'}.${end}`
  return isType(type) ? type : null
}

/** What an event says, in words; its id where that does not say its type. */
export function eventText(id: string): string | null {
  const type = typeOfEvent(id)
  return type === null ? null : eventWords[type]
}
