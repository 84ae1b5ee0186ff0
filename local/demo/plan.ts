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

/** Where a channel has another story: a call is tried again, and a device that is gone leaves the registry. */
const OTHERWISE: Readonly<Partial<Record<ChannelName, Readonly<Record<string, Fate>>>>> = {
  voice: { '9920': fate('delivered') },
  push: { '9919': fate('rejected', 'device.removed') },
}

/** What the demo expects on a channel, by the digits of the recipient. */
export const fatesOf = (channel: ChannelName): Readonly<Record<string, Fate>> => ({ ...FATES, ...OTHERWISE[channel] })

/** Who opted out in the first round gets nothing in the second. */
export const OPTED_OUT = '9913'

const TEXT = 'سفارش شما ارسال شد.'

/** What is said on each channel. */
export function contentOf(channel: ChannelName, digits: string): unknown {
  if (channel === 'push') return { title: TEXT }
  if (channel === 'email') return { subject: 'سفارش شما', text: TEXT }
  if (channel !== 'voice') return { text: TEXT }
  return { say: { text: TEXT }, ...(digits === '9920' ? { retry: { times: 1, delaySeconds: 30 } } : {}) }
}

/** The same with an uploaded recording; null where a channel has no files. */
export function contentWithFile(channel: ChannelName, media: string): unknown {
  if (channel === 'voice') return { play: { media } }
  if (channel === 'email') return { subject: 'سفارش شما', text: TEXT, attachments: [{ media }] }
  return channel === 'chat' ? { text: TEXT, media: { id: media, kind: 'audio' } } : null
}

/** A recipient of the sandbox carrier; `run` is five digits that no earlier run had. Devices are registered, not made up. */
export function recipientOf(channel: Exclude<ChannelName, 'push'>, run: string, digits: string): string {
  if (channel === 'email') return `demo-${run}-${digits}@example.com`
  if (channel === 'chat') return `sandbox:${run}${digits}`
  return `+989${run}${digits}`
}
