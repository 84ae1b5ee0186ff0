import type { Config } from '#worker/config.ts'
import type { ChannelName } from '#worker/domain/channel-names.ts'
import type { MessageId } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { JobEnv } from '#worker/env.ts'
import { callObject } from '#worker/flows/core/call-object.ts'
import { toBase64Url, utf8 } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import type { Log } from '#worker/lib/log.ts'
import type { PhoneCalls, PhonePage, PhonePlace } from '#worker/object-calls.ts'

/** A test telephone of a tenant, or what is like one: a mailbox, a device, an account of a messenger. */
export interface Phone {
  readonly realm: Realm
  readonly channel: ChannelName
  /** Canonical number or address; of a device its token. */
  readonly address: string
}

/**
 * How an item stands. What arrived: `delivered`, `read`, or a call that was `missed`. A screen of a session waits for input
 * (`open`) or is its last (`closed`). What the person said was `sent`.
 */
export const PHONE_STATES = ['delivered', 'read', 'missed', 'open', 'closed', 'sent'] as const
export type PhoneState = (typeof PHONE_STATES)[number]

/** Way by which the person answers an item: the callback that the carrier posts. */
interface Way {
  readonly callbackUrl: string
  /** Ref of the attempt, where callbacks name it. */
  readonly ref?: string
  /** Session that the screen is of, and the number of its turn. */
  readonly session?: { readonly id: string; readonly turn: number }
}

/** What stands on a telephone: something that arrived, or that the person said. */
export interface PhoneItem {
  /** Seen from the tenant: `inbound` is what the person said. */
  readonly direction: 'outbound' | 'inbound'
  readonly channel: ChannelName
  /** Message that arrived, or that the person answers; null: none, as in a session. */
  readonly messageId: MessageId | null
  readonly from: string
  readonly to: string
  readonly text: string
  /** Content of the message; null: it is too long, or the person's words are all. */
  readonly content: unknown
  readonly state: PhoneState
  /** Null: there is nothing to answer. */
  readonly way: Way | null
}

/** An item on its way to a telephone, which it reaches `afterMs` later. */
export interface PhoneEntry {
  readonly phone: Phone
  readonly afterMs: number
  readonly item: PhoneItem
}

/** An item with its place among all of the telephone. */
export interface PlacedItem extends PhoneItem {
  readonly place: PhonePlace
}

/** What telephones need of a deployment. */
interface PhonePlatform {
  readonly env: Pick<JobEnv, 'PHONE'>
  readonly config: Pick<Config, 'indexKey' | 'transit'>
  readonly log: Log
}

const LABEL = 'phone'
/** Channels that come to one telephone. */
const BY_NUMBER: readonly ChannelName[] = ['sms', 'voice', 'ussd']
/** Bytes of one call of the object, far below what a call may carry (32 MiB). */
const MOST_BYTES = 8_000_000

/** Name by which a telephone is found: a hash, because the platform shows what an object stores to whoever has the account. */
async function keyOf({ indexKey }: PhonePlatform['config'], { realm, channel, address }: Phone): Promise<string> {
  const kind = BY_NUMBER.includes(channel) ? 'number' : channel
  return toBase64Url(await hmac(indexKey, JSON.stringify(['phone', realm, kind, address])))
}

const inObject = <Result>(
  { env, log }: PhonePlatform,
  realm: Realm,
  work: (object: PhoneCalls) => Promise<Result>,
): Promise<Result> => callObject(log, 'phone', () => env.PHONE.getByName(tenantOf(realm)), work)

/** Keeps items of one tenant, sealed and bound to their telephones, in one call of its object; their places in the same order. */
export async function keepItems(
  platform: PhonePlatform,
  realm: Realm,
  entries: readonly PhoneEntry[],
): Promise<readonly PhonePlace[]> {
  const { config } = platform
  const sealed = await Promise.all(
    entries.map(async ({ phone, afterMs, item }) => {
      const key = await keyOf(config, phone)
      return { key, afterMs, sealed: await config.transit.seal(utf8(JSON.stringify({ key, item })), LABEL) }
    }),
  )
  const places: PhonePlace[] = []
  for (let from = 0; from < sealed.length; ) {
    let to = from
    for (let bytes = 0; to < sealed.length && bytes < MOST_BYTES; to++) bytes += sealed[to]?.sealed.length ?? 0
    const some = sealed.slice(from, to)
    places.push(...(await inObject(platform, realm, (object) => object.keep(some))))
    from = to
  }
  return places
}

/** Reads a page of a telephone, newest first. An item whose key is not there is left out. */
export async function readPhone(
  platform: PhonePlatform,
  phone: Phone,
  page: PhonePage,
): Promise<readonly PlacedItem[]> {
  const { config } = platform
  const key = await keyOf(config, phone)
  const rows = await inObject(platform, phone.realm, (object) => object.read(key, page))
  const items = await Promise.all(
    rows.map(async ({ at, n, sealed }) => {
      const opened = await config.transit.open(new Uint8Array(sealed))
      if (opened.plain === null || opened.label !== LABEL) return []
      const kept = JSON.parse(new TextDecoder().decode(opened.plain)) as { key: string; item: PhoneItem }
      return kept.key === key ? [{ ...kept.item, place: { at, n } }] : []
    }),
  )
  return items.flat()
}

/** Time of an item, and its name in the API. */
export const placeName = ({ at, n }: PhonePlace): string => `${at}-${n}`
export function placeNamed(name: string): PhonePlace {
  const [at = 0, n = 0] = name.split('-').map(Number)
  return { at: at as EpochMs, n }
}
