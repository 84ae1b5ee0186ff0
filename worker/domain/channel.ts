import type { Address } from './address.ts'
import { Problem } from './problem.ts'
import type { Provider } from './provider.ts'

/** ONE WORD PER CHANNEL. */
export const CHANNELS = ['sms'] as const
export type ChannelName = (typeof CHANNELS)[number]

/** What differs between one channel and another; nothing outside `channels/` names either a channel's rules or a provider. */
export interface Channel<Content = unknown> {
  readonly name: ChannelName
  /** Checks a request's `content`; throws a `Problem` whose pointers are relative to the content (`/text`). */
  parse(body: unknown): Content
  /** The recipient's canonical form, or a `Problem` (pointer ``: the caller knows the field). */
  address(input: string): Address
  /** A sender's canonical form, or a `Problem`. */
  sender(input: string): Address
  /** How the content will travel: what is billed, and how it splits. */
  measure(content: Content): Measure
  /** The content with the footer that a policy asks for, unchanged if it is there already. */
  withFooter(content: Content, footer: string): Content
  /** The words of an inbound message, for keywords; null if it has none. */
  words(content: Content): string | null
  /** Puts the parts of one inbound message together, in order. */
  join(parts: readonly Content[]): Content
  /** JSON Schema of `content` is made from this zod schema. */
  readonly contentSchema: unknown
  readonly providers: Readonly<Record<string, Provider<Content>>>
}

export interface Measure {
  /** Billed units (SMS segments), at least 1. */
  readonly units: number
  /** `gsm-7`, `ucs-2` for SMS. */
  readonly encoding: string
  /** Length of every part in the encoding's own units. */
  readonly parts: readonly number[]
}

export type Channels = { readonly [name in ChannelName]: Channel }

/** The channel that a text from outside names (a path, a row); the one error for a name that there is not. */
export function channelNamed(channels: Channels, name: string): Channel {
  const channel = (channels as Readonly<Partial<Record<string, Channel>>>)[name]
  if (!channel) throw new Problem('not-found', { detail: 'There is no such channel.' })
  return channel
}
