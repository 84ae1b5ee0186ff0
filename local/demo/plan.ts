import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { EventType } from '#worker/domain/messages/events.ts'
import type { MessageStatus } from '#worker/domain/messages/status.ts'

/** What must become of a message whose recipient ends in these digits, and what else must be told. */
export interface Fate {
  readonly ends: MessageStatus
  readonly also: readonly EventType[]
}

const fate = (ends: MessageStatus, ...also: EventType[]): Fate => ({ ends, also })

/**
 * docs/sandbox.md as the demo expects it, `0001` being any other recipient. Two fates are left out: 9907, which resets the
 * connection of all that go with it, and 9917, whose last attempt is hours away.
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
}

/** Who opted out in the first round gets nothing in the second. */
export const OPTED_OUT = '9913'

const TEXT = 'سفارش شما ارسال شد.'

interface Sender {
  readonly address: string
  readonly lineClass: string
}

/** What the demo does on a channel. */
interface ChannelPlan {
  /** The demo tenant's; the first is the default. */
  readonly senders: readonly [Sender, ...Sender[]]
  /** What is said to the recipient whose digits these are. */
  readonly content: (digits: string) => unknown
  /** The same with an uploaded recording; null where a channel has no files. */
  readonly contentWithFile: (media: string) => unknown
  /** A recipient of the sandbox carrier; `run` is five digits that no earlier run had. Devices are registered, not made up. */
  readonly recipient: (run: string, digits: string) => string
  /** Where the channel has another story. */
  readonly fates: Readonly<Record<string, Fate>>
}

const sender = (address: string, lineClass = 'service'): Sender => ({ address, lineClass })

/** A channel of texts to telephone numbers. */
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
    // A busy line is called again.
    fates: { '9920': fate('delivered') },
  },
  push: {
    senders: [sender('demo')],
    content: () => ({ title: TEXT }),
    // A device that is gone leaves the registry.
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

/** What the demo expects on a channel, by the digits of the recipient. */
export const fatesOf = (channel: ChannelName): Readonly<Record<string, Fate>> => ({
  ...FATES,
  ...planOf(channel).fates,
})
