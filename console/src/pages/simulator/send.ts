import type { components } from '../../../generated/api.d.ts'
import type { Api } from '../../api/auth.ts'
import { unwrap } from '../../api/unwrap.ts'
import { placesOf } from './phones.ts'
import { t } from './words.ts'

/** Channels of the form, in their order. */
export const CHANNELS = ['sms', 'voice', 'ussd', 'chat', 'push', 'email'] as const
export type Channel = (typeof CHANNELS)[number]

type MessageInput = components['schemas']['MessageInput']

/** What is sent to a telephone, as the form has it. */
export interface Draft {
  readonly channel: Channel
  readonly from: string
  /** First line: a mail's subject, a notification's title. */
  readonly heading: string
  readonly text: string
  /** Asks for a key, or has buttons, where the channel can. */
  readonly isAsking: boolean
}

/** What a channel's form begins with. */
export const freshDraft = (channel: Channel): Draft => ({
  channel,
  from: '',
  heading: channel === 'email' ? t.samples.subject : t.samples.heading,
  text: t.samples[channel],
  isAsking: channel !== 'sms',
})

const BUTTONS = [
  ['yes', t.samples.yes],
  ['no', t.samples.no],
] as const

const HOUR_MS = 3_600_000

/** Makes the message of a draft; `to` is the recipient in its channel. */
function messageOf({ channel, from, heading, text, isAsking }: Draft, to: string): MessageInput {
  const base = { to, ...(from ? { from } : {}) }
  switch (channel) {
    case 'voice': {
      const gather = isAsking ? { gather: { digits: 1 } } : {}
      // A call that nobody answers is tried once more, soon: the fates of calls show that.
      const validUntil = new Date(Date.now() + HOUR_MS).toISOString()
      return {
        ...base,
        channel,
        validUntil,
        content: { say: { text, repeat: 1 }, ...gather, retry: { times: 1, delaySeconds: 30 } },
      }
    }
    case 'email':
      return { ...base, channel, content: { subject: heading, text } }
    case 'push': {
      const actions = isAsking ? { actions: BUTTONS.map(([action, title]) => ({ action, title })) } : {}
      return { ...base, channel, content: { title: heading, body: text, ttl: 3600, urgency: 'high', ...actions } }
    }
    case 'chat': {
      const buttons = isAsking ? { buttons: [BUTTONS.map(([reply, label]) => ({ label, reply }))] } : {}
      return { ...base, channel, content: { text, ...buttons } }
    }
    default:
      return { ...base, channel, content: { text } }
  }
}

/** Recipient of a channel that the person of a number is. A device is registered first: a notification goes to one. */
async function recipientOf(api: Api, { channel, from }: Draft, number: string): Promise<string> {
  const address = placesOf(number).find((place) => place.channel === channel)?.address ?? number
  if (channel !== 'push') return address
  const device = await unwrap(
    api.POST('/v1/devices', { body: { network: 'sandbox', token: address, tags: [], ...(from ? { app: from } : {}) } }),
  )
  return device.id
}

/** Sends a draft to the person of a number. */
export async function sendDraft(api: Api, draft: Draft, { number, key }: { number: string; key: string }) {
  const body = messageOf(draft, await recipientOf(api, draft, number))
  return unwrap(api.POST('/v1/messages', { body, params: { header: { 'Idempotency-Key': `"${key}"` } } }))
}
