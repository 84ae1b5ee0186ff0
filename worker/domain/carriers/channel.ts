import type { Address } from '#worker/domain/addresses/address.ts'
import type { Region } from '#worker/domain/addresses/number-plans.ts'
import type { MediaId } from '#worker/domain/ids.ts'
import type { StoredFile } from '#worker/domain/media.ts'
import { type FieldError, Problem } from '#worker/domain/problem.ts'
import type { Seconds } from '#worker/domain/time.ts'
import type { Need } from './features.ts'
import type { Failure, Provider } from './provider.ts'

/** ONE WORD PER CHANNEL. */
export const CHANNELS = ['sms', 'voice', 'push', 'email', 'ussd', 'chat'] as const
export type ChannelName = (typeof CHANNELS)[number]

/** What differs between one channel and another; nothing outside `channels/` names either a channel's rules or a provider. */
export interface Channel<Content = unknown> {
  readonly name: ChannelName
  /** Checks a request's `content`; throws a `Problem` whose pointers are relative to the content (`/text`). */
  parse(body: unknown): Content
  /**
   * What a message to this recipient is sent to, or a `Problem` (pointer ``: the caller knows the field). National forms
   * of numbers are the region's; null: none is read.
   */
  address(input: string, region: Region | null): Address
  /**
   * Who is meant by what `address` gives: the same text for all addresses that are known to be one person's, never for two
   * persons'. Not a form to send to; asked for by `personKey` (flows/core/person.ts) only. Absent: the address itself.
   */
  person?(address: string): string
  /** Carriers tell that two addresses are one person's, where no number plan does: what is learned is asked for. */
  readonly aliases?: true
  /** A sender's canonical form, or a `Problem`. */
  sender(input: string): Address
  /** How the content will travel: what is billed, and how it splits. */
  measure(content: Content): Measure
  /** The content with the footer that a policy asks for, unchanged if it is there already. */
  withFooter(content: Content, footer: string): Content
  /** The words of an inbound message, for keywords; null if it has none. */
  words(content: Content): string | null
  /** Anybody can name any sender in what comes in: a word ends messages all the same, but never begins them again. */
  readonly anySender?: true
  /** Puts the parts of one inbound message together, in order. */
  join(parts: readonly Content[]): Content
  /** What a provider must have to carry this (domain/carriers/features.ts): 422 if no connection of the route has it all. */
  needs(content: Content, to: string): readonly Need[]
  /** Values of the senders that stand for an address, the most specific first (an e-mail address, then its domain). Absent: itself. */
  senderKeys?(address: Address): readonly string[]
  /** May this sender write to that recipient, both canonical? Absent: always. */
  fits?(from: string, to: string): boolean
  /** Recipients are entries of this registry: dispatch looks them up and hands `Attempt.target` over. */
  readonly registry?: 'devices'
  /** The content of what a person's own device sends back (flows/people/person-report.ts). Absent: devices tell nothing on this channel. */
  reply?(text: string): Content
  /** Files of the tenant's that the content names, with their pointers in it: checked at accept, purged with the message. */
  filesOf?(content: Content): readonly NamedFile[]
  /** Takes what is too large for a queue message out of the content, to be kept as files; null: all of it fits. */
  detach?(content: Content): Detached<Content> | null
  /** The content of an inbound message with the files that came with it; `missing` is how many could not be fetched. */
  withFiles?(content: Content, files: readonly StoredFile[], missing: number): Content
  /** Seconds until a message that was taken and not delivered is tried again (busy, no answer); null: it has ended. */
  again?(content: Content, failure: Failure, attempt: number): Seconds | null
  /** JSON Schema of `content` is made from this zod schema. */
  readonly contentSchema: unknown
  readonly providers: Readonly<Record<string, Provider<Content>>>
}

/** A channel without the companies that carry it: all that accepting a message takes. */
export type ChannelRules<Content = unknown> = Omit<Channel<Content>, 'providers'>

export interface NamedFile {
  readonly id: string
  /** JSON Pointer, relative to the content. */
  readonly pointer: string
  /** What its media type must start with (`audio/`); absent: any will do. */
  readonly type?: string
}

export interface DetachedPart {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly name: string | null
}

export interface Detached<Content> {
  /** At least one. */
  readonly parts: readonly DetachedPart[]
  /** The content that names the kept parts in the place of their bytes; `ids` are in the order of `parts`. */
  withIds(ids: readonly MediaId[]): Content
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

/** A channel's problem with what was read, its pointers put under the field's; anything else is passed on as it is. */
export function under(error: unknown, pointer: string): unknown {
  if (!(error instanceof Problem)) return error
  const errors = (error.options.errors ?? [{ pointer: '', detail: error.options.detail ?? error.code }]).map(
    (field): FieldError => ({ pointer: pointer + field.pointer, detail: field.detail }),
  )
  return new Problem(error.code, { ...error.options, errors })
}
