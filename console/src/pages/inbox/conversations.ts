import type { components } from '../../../generated/api.d.ts'

/** A message as the API lists it. */
export type Message = components['schemas']['Message']
export type Channel = Message['channel']

/** Channels that come to one telephone. */
export const BY_NUMBER: readonly Channel[] = ['sms', 'voice', 'ussd']

/** Who wrote: a number, whatever it came by, or an address of another channel. */
export interface Person {
  readonly channel: Channel
  readonly address: string
}

/** All that one person wrote lately, as a list shows it. */
export interface Conversation {
  readonly person: Person
  readonly last: Message
  readonly count: number
}

/** The person at the far end of a message. */
export function personOf({ channel, direction, from, to }: Message): Person | null {
  const address = direction === 'inbound' ? from : to
  return address === undefined ? null : { channel: BY_NUMBER.includes(channel) ? 'sms' : channel, address }
}

const nameOf = ({ channel, address }: Person): string => `${channel} ${address}`

/** True if two persons are one. */
export const isSame = (one: Person, other: Person): boolean => nameOf(one) === nameOf(other)

/** Gathers messages by person, who wrote last first. */
export function conversationsOf(messages: readonly Message[]): readonly Conversation[] {
  const found = new Map<string, { person: Person; last: Message; count: number }>()
  for (const message of messages) {
    const person = personOf(message)
    if (!person) continue
    const had = found.get(nameOf(person))
    if (!had) found.set(nameOf(person), { person, last: message, count: 1 })
    else {
      had.count++
      if (message.acceptedAt > had.last.acceptedAt) had.last = message
    }
  }
  return [...found.values()].sort((a, b) => b.last.acceptedAt.localeCompare(a.last.acceptedAt))
}

/** Query of a person's messages: of a number those of all its channels, which the API has under one person. */
export const askedOf = ({ channel, address }: Person): { readonly person: string; readonly channel?: Channel } =>
  BY_NUMBER.includes(channel) ? { person: address } : { person: address, channel }

/** Where an answer goes out: the channel and the sender that the person wrote to. */
export interface Way {
  readonly channel: Channel
  readonly from: string | undefined
  /** Subject of the mail that is answered. */
  readonly subject: string | undefined
}

/** Ways to answer, the one that was used last first, each once. A session and a pressed key are answered by SMS too. */
export function waysOf(newestFirst: readonly Message[]): readonly Way[] {
  const ways = new Map<string, Way>()
  for (const message of newestFirst) {
    const { channel, direction, from, to, content } = message
    const own = direction === 'inbound' ? to : from
    const subject =
      typeof content === 'object' && content !== null && 'subject' in content ? String(content.subject) : undefined
    const name = `${channel} ${own}`
    if (!ways.has(name)) ways.set(name, { channel, from: own, subject })
  }
  const found = [...ways.values()].filter(({ channel }) => channel !== 'push')
  const hasNumber = found.some(({ channel }) => BY_NUMBER.includes(channel))
  const hasSms = found.some(({ channel }) => channel === 'sms')
  return hasNumber && !hasSms ? [...found, { channel: 'sms', from: undefined, subject: undefined }] : found
}

/** Subject of an answer: that of the mail, with one «Re:» before it. */
export const answerSubject = (subject: string | undefined): string =>
  `Re: ${(subject ?? '').replace(/^(\s*re:\s*)+/i, '')}`.trim()

/** Content of an answer in words. */
export function answerContent({ channel, subject }: Way, text: string): Readonly<Record<string, unknown>> {
  if (channel === 'email') return { subject: answerSubject(subject), text }
  return channel === 'voice' ? { say: { text } } : { text }
}
