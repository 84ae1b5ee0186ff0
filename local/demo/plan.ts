import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { EventType } from '#worker/domain/messages/events.ts'
import type { MessageStatus } from '#worker/domain/messages/status.ts'

/** Expectation for a recipient's digits: how the message ends, and which other events are told. */
export interface Fate {
  readonly ends: MessageStatus
  readonly also: readonly EventType[]
}

const fate = (ends: MessageStatus, ...also: EventType[]): Fate => ({ ends, also })

/**
 * Fates of docs/sandbox.md by the recipient's last digits; `0001` stands for any other recipient. Left out are 9907, which resets
 * the connection for the whole submit, and what ends too late: 9917, 9927 and 9928.
 */
const FATES: Readonly<Record<string, Fate>> = {
  '0001': fate('delivered'),
  '9901': fate('undelivered'),
  '9902': fate('rejected'),
  '9903': fate('rejected', 'suppression.added'),
  '9904': fate('delivered'),
  '9905': fate('unknown'),
  '9906': fate('delivered'),
  '9908': fate('delivered'),
  '9909': fate('delivered'),
  '9910': fate('delivered'),
  '9911': fate('delivered'),
  '9912': fate('delivered', 'message.received'),
  '9913': fate('delivered', 'message.received', 'suppression.added'),
  '9914': fate('delivered', 'message.received', 'suppression.added'),
  '9915': fate('expired'),
  '9916': fate('failed'),
  '9918': fate('read'),
  '9919': fate('rejected'),
  '9920': fate('undelivered'),
  '9921': fate('undelivered'),
  '9922': fate('delivered', 'message.received'),
  '9923': fate('delivered', 'message.received'),
  '9924': fate('delivered', 'message.received'),
  '9925': fate('undelivered', 'suppression.added'),
  '9926': fate('delivered', 'suppression.added'),
  '9929': fate('undelivered'),
}

/** Digits of the recipients who opt out in the first round and so get nothing in the second. */
export const OPTED_OUT = '9913'

const TEXT = 'سفارش شما ارسال شد.'

interface Sender {
  readonly address: string
  readonly lineClass: string
}

/** Senders, contents and recipients of the demo on one channel. */
interface ChannelPlan {
  /** Senders of the demo tenant; the first is its default. */
  readonly senders: readonly [Sender, ...Sender[]]
  /** Content of the message to the recipient with these digits. */
  readonly content: (digits: string) => unknown
  /** Content with an uploaded recording; null where a channel has no files. */
  readonly contentWithFile: (media: string) => unknown
  /** Recipient of the sandbox carrier; `run` is five digits that no earlier run had. On push devices are registered instead. */
  readonly recipient: (run: string, digits: string) => string
  /** Fates that differ from `FATES` on this channel. */
  readonly fates: Readonly<Record<string, Fate>>
}

const sender = (address: string, lineClass = 'service'): Sender => ({ address, lineClass })

/** Plan of a channel of texts to telephone numbers, from which others differ. */
const ORDINARY: ChannelPlan = {
  senders: [sender('+982191001234')],
  content: () => ({ text: TEXT }),
  contentWithFile: () => null,
  recipient: (run, digits) => `+989${run}${digits}`,
  fates: {},
}

const OTHERWISE: Readonly<Partial<Record<ChannelName, Partial<ChannelPlan>>>> = {
  sms: { senders: [sender('10004346'), sender('+982191001234'), sender('Chapar', 'international')] },
  voice: {
    content: (digits) => ({
      say: { text: TEXT },
      ...(digits === '9920' ? { retry: { times: 1, delaySeconds: 30 } } : {}),
    }),
    contentWithFile: (media) => ({ play: { media } }),
    // The next attempt finds the line free; a landline takes calls.
    fates: { '9920': fate('delivered'), '9929': fate('delivered') },
  },
  push: {
    senders: [sender('demo')],
    content: () => ({ title: TEXT }),
    // The network says that the device is gone, so the registry removes it.
    fates: { '9919': fate('rejected', 'device.removed') },
  },
  email: {
    senders: [sender('hello@demo.example')],
    content: () => ({ subject: 'سفارش شما', text: TEXT }),
    contentWithFile: (media) => ({ subject: 'سفارش شما', text: TEXT, attachments: [{ media }] }),
    recipient: (run, digits) => `demo-${run}-${digits}@example.com`,
  },
  ussd: { senders: [sender('*384*1#')] },
  chat: {
    senders: [sender('sandbox:1000')],
    contentWithFile: (media) => ({ text: TEXT, media: { id: media, kind: 'audio' } }),
    recipient: (run, digits) => `sandbox:${run}${digits}`,
  },
}

export const planOf = (channel: ChannelName): ChannelPlan => ({ ...ORDINARY, ...OTHERWISE[channel] })

/** Fates of a channel by the recipient's digits. */
export const fatesOf = (channel: ChannelName): Readonly<Record<string, Fate>> => ({
  ...FATES,
  ...planOf(channel).fates,
})
