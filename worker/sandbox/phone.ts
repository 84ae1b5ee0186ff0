import type { Config } from '#worker/config.ts'
import type { ChannelName } from '#worker/domain/channel-names.ts'
import type { MessageId } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { JobEnv } from '#worker/env.ts'
import { callObject } from '#worker/flows/core/call-object.ts'
import { utf8 } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import type { Log } from '#worker/lib/log.ts'
import type { NewItems, PhoneCalls, PhonePage, PhonePlace } from '#worker/object-calls.ts'
import { sipHash, sipKeyOf } from '#worker/store/keys/sip-hash.ts'

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
  /** Characters of its content as JSON. */
  readonly characters: number
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
/** Items that are sealed in one: so few that a page opens little besides, and characters of them, far below 2 MB of a row. */
const TOGETHER = 25
const MOST_CHARACTERS = 200_000

/** Items as they are sealed, each with the address of its telephone. They are bound to the keys that stand beside them. */
interface Sealed {
  readonly keys: string
  readonly items: readonly (readonly [address: string, item: PhoneItem])[]
}

/**
 * Makes the function that names telephones of a realm as their object knows them: by a keyed hash, because the platform shows
 * what an object stores to whoever has the account.
 */
async function keysOf({ indexKey }: PhonePlatform['config'], realm: Realm): Promise<(phone: Phone) => string> {
  const key = sipKeyOf(await hmac(indexKey, `phones ${realm}`))
  return ({ channel, address }) =>
    sipHash(key, encodeURIComponent(`${BY_NUMBER.includes(channel) ? 'number' : channel} ${address}`))
}

const inObject = <Result>(
  { env, log }: PhonePlatform,
  realm: Realm,
  work: (object: PhoneCalls) => Promise<Result>,
): Promise<Result> => callObject(log, 'phone', () => env.PHONE.getByName(tenantOf(realm)), work)

/** Entries that arrive at one time, as many as are sealed in one. */
function togetherOf(entries: readonly PhoneEntry[]): PhoneEntry[][] {
  const all: PhoneEntry[][] = []
  for (const some of Map.groupBy(entries, ({ afterMs }) => afterMs).values()) {
    let characters = MOST_CHARACTERS
    for (const entry of some) {
      const open = all.at(-1)
      const more = entry.item.text.length + entry.characters
      if (characters + more > MOST_CHARACTERS || !open || open.length >= TOGETHER) {
        all.push([entry])
        characters = 0
      } else open.push(entry)
      characters += more
    }
  }
  return all
}

/** Keeps items of one realm, sealed and bound to their telephones, in one call of the tenant's object; their places as given. */
export async function keepItems(
  platform: PhonePlatform,
  realm: Realm,
  entries: readonly PhoneEntry[],
): Promise<ReadonlyMap<PhoneEntry, PhonePlace>> {
  const { config } = platform
  const keyOf = await keysOf(config, realm)
  const together = togetherOf(entries)
  const rows = await Promise.all(
    together.map(async (some): Promise<NewItems> => {
      const keys = some.map(({ phone }) => keyOf(phone)).join('')
      const items = some.map(({ phone: { address }, item }) => [address, item] as const)
      const sealed = await config.transit.seal(utf8(JSON.stringify({ keys, items } satisfies Sealed)), LABEL)
      return { keys, afterMs: some[0]?.afterMs ?? 0, sealed }
    }),
  )
  const places = await inObject(platform, realm, (object) => object.keep(rows))
  return new Map(
    together.flatMap((some, row) => {
      const { at, n } = places[row] as PhonePlace
      return some.map((entry, i) => [entry, { at, n: n + i }] as const)
    }),
  )
}

/** Reads a page of a telephone, newest first. Items whose key is not there are left out. */
export async function readPhone(
  platform: PhonePlatform,
  phone: Phone,
  page: PhonePage,
): Promise<readonly PlacedItem[]> {
  const { config } = platform
  const key = (await keysOf(config, phone.realm))(phone)
  const rows = await inObject(platform, phone.realm, (object) => object.read(key, page))
  const items = await Promise.all(
    rows.map(async ({ keys, sealed, found }) => {
      const opened = await config.transit.open(new Uint8Array(sealed))
      if (opened.plain === null || opened.label !== LABEL) return []
      const kept = JSON.parse(new TextDecoder().decode(opened.plain)) as Sealed
      if (kept.keys !== keys) return []
      return found.flatMap(({ place, index }): PlacedItem[] => {
        const [address, item] = kept.items[index] ?? []
        return item && address === phone.address ? [{ ...item, place }] : []
      })
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
