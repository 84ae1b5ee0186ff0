import type { Address } from '#worker/domain/addresses/address.ts'
import type { Region } from '#worker/domain/addresses/number-plans.ts'
import type { ChannelName } from '#worker/domain/channel-names.ts'
import type { MediaId } from '#worker/domain/ids.ts'
import type { StoredFile } from '#worker/domain/media.ts'
import { type FieldError, Problem } from '#worker/domain/problem.ts'
import type { Seconds } from '#worker/domain/time.ts'
import type { Need } from './features.ts'
import type { Failure, Provider } from './provider.ts'

export { CHANNELS, type ChannelName } from '#worker/domain/channel-names.ts'

/**
 * The contract of a channel: all that differs between one channel and another. Nothing outside `channels/` names a channel's
 * rules or a provider. Members are pure; those that refuse throw a `Problem`.
 */
export interface Channel<Content = unknown> {
  readonly name: ChannelName
  /** Checks a request's `content`; throws a `Problem` whose pointers are relative to the content (`/text`). */
  parse(body: unknown): Content
  /**
   * A recipient's canonical form, which the message is sent to; throws a `Problem` (pointer ``: the caller knows the field).
   * National forms of numbers are read as the region's; null: none is read.
   */
  address(input: string, region: Region | null): Address
  /**
   * The person behind what `address` gives: the same text for all addresses that are known to be one person's, never for two
   * persons'. Not a form to send to; only `personKey` (flows/core/person.ts) calls it. Absent: the address itself.
   */
  person?(address: string): string
  /**
   * Set where carriers tell that two addresses are one person's and no number plan does: look-ups then ask for learned aliases.
   */
  readonly aliases?: true
  /** A sender's canonical form; throws a `Problem`. */
  sender(input: string): Address
  /** Billed units of the content, and how it splits into parts. */
  measure(content: Content): Measure
  /** The content with the footer that a policy asks for, unchanged if it is there already. */
  withFooter(content: Content, footer: string): Content
  /** The content with the channel's own way out, which is no text (bulk-rules.ts says when). Absent: the channel has none. */
  withWayOut?(content: Content): Content
  /** Words of an inbound message in which a keyword may stand; null if it has none. */
  words(content: Content): string | null
  /** Set where anybody can forge the sender of an inbound message: a keyword then opts out all the same, but never in again. */
  readonly anySender?: true
  /** True for a content that may come a second time: a keyword in it opts out, but never in again. Absent: none may. */
  onlyStops?(content: Content): boolean
  /** Joins the parts of one inbound message, given in their order. */
  join(parts: readonly Content[]): Content
  /**
   * Features that a provider must have to carry this (domain/carriers/features.ts): 422 if no connection of the route has all.
   */
  needs(content: Content, to: string): readonly Need[]
  /** Pointer, relative to the content, of the member that needs a feature. Absent: the whole content. */
  askedAt?(content: Content, need: Need): string
  /**
   * Values of the senders that cover an address, the most specific first (an e-mail address, then its domain). Absent: itself.
   */
  senderKeys?(address: Address): readonly string[]
  /** True if this sender may write to that recipient, both canonical. Absent: always. */
  fits?(from: string, to: string): boolean
  /** Registry that recipients are entries of: dispatch looks them up there and hands `Attempt.target` to the provider. */
  readonly registry?: 'devices'
  /** Content of a reply that a person's own device sends (flows/people/person-report.ts). Absent: devices send none. */
  reply?(text: string): Content
  /** Stored files that the content names, with their pointers in it: checked at accept, kept until the message is purged. */
  filesOf?(content: Content): readonly NamedFile[]
  /** Takes what is too large for a queue message out of the content, to be kept as files; null: all of it fits. */
  detach?(content: Content): Detached<Content> | null
  /** Content of an inbound message with the files that came with it; `missing` is the number that could not be fetched. */
  withFiles?(content: Content, files: readonly StoredFile[], missing: number): Content
  /** Seconds until the next attempt of a message that was taken and not delivered (busy, no answer); null: it has ended. */
  again?(content: Content, failure: Failure, attempt: number): Seconds | null
  /** Zod schema from which the JSON Schema of a sent `content` is made. */
  readonly contentSchema: unknown
  /** Zod schema of a received `content`, for the API's description: it validates nothing, as what came in is kept as it came. */
  readonly receivedSchema: unknown
  readonly providers: Readonly<Record<string, Provider<Content>>>
}

/** A channel without the companies that carry it and how to read what they bring: all that accepting a message takes. */
export type ChannelRules<Content = unknown> = Omit<Channel<Content>, 'providers' | 'receivedSchema' | 'words'>

/** A stored file that a content names. */
export interface NamedFile {
  readonly id: string
  /** JSON Pointer, relative to the content. */
  readonly pointer: string
  /** Beginning that its media type must have (`audio/`); absent: any type will do. */
  readonly type?: string
}

/** Bytes that were taken out of a content, to be kept as a file. */
export interface DetachedPart {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly name: string | null
}

export interface Detached<Content> {
  /** Parts that were taken out, at least one. */
  readonly parts: readonly DetachedPart[]
  /** The content that names the kept parts in the place of their bytes; `ids` are in the order of `parts`. */
  withIds(ids: readonly MediaId[]): Content
}

/** Size of a content on its channel. */
export interface Measure {
  /** Billed units, at least 1 (segments of an SMS, started minutes of a call). */
  readonly units: number
  /** Encoding in which the text travels: `gsm-7` or `ucs-2` for SMS. */
  readonly encoding: string
  /** Length of every part in the units of the encoding (septets, UTF-16 code units). */
  readonly parts: readonly number[]
}

export type Channels = { readonly [name in ChannelName]: Channel }

/** The channel that a text from outside names (a path, a row); throws the `Problem` `not-found` where there is none. */
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
