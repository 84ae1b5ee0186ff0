import { type EpochMs, MINUTE } from '#worker/domain/time.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { fromBase64, toBase64, utf8 } from '#worker/lib/bytes.ts'
import { hmac, importHmacKey } from '#worker/lib/hmac.ts'
import { BrokenSeal, openBytes, sealBytes, unseal } from '#worker/lib/seal.ts'
import type { AlteredRecord, TellAltered } from './altered.ts'
import { keptPairs } from './kept-pairs.ts'
import { monthOf, STANDING } from './month.ts'
import { deleteKeyRow, type KeyOwner, type KeyRow, keepKeyRow, keyRow, keyRowsSince } from './rows.ts'
import { type SipKey, sipKeyOf } from './sip-hash.ts'

/** Key-encryption key out of the secret SEAL_KEYS. */
export interface Kek {
  readonly kid: string
  readonly key: CryptoKey
}

/** Pair of keys of an owner and a month (or of all times: STANDING). Rows name it by its number. */
export interface Keys {
  readonly owner: KeyOwner
  readonly number: number
  /** AES-256-GCM. It bears 2^32 random nonces. */
  readonly data: CryptoKey
  /** HMAC-SHA-256 of what rows are found by. */
  readonly index: CryptoKey
  /** SipHash of people, and in the pair of a month of their entries in the index. It derives from the index key. */
  readonly sip: SipKey
}

/**
 * THE ONE WAY to keys of rows. Each pair is made at its first use, lies wrapped in CONTROL, and is read once an hour and isolate.
 * Every method throws if the database is away, or if SEAL_KEYS lacks the key that wrapped a pair.
 */
export interface Keyring {
  /** Keys that seal a row of that time. Redelivered, the row's own time finds the same pair. */
  sealer(owner: KeyOwner, at: EpochMs): Promise<Keys>
  /** Keys of rows that outlive months. */
  standing(owner: KeyOwner): Promise<Keys>
  /** Keys that a row names; null: they were forgotten, and so was what they sealed. */
  opener(owner: KeyOwner, number: number): Promise<Keys | null>
  /**
   * Keys of the months since a time that an owner has, oldest first: what was sealed in any of them is found by one of their
   * indexes. A pair that another isolate made is known at once if it is of this month, else within a minute.
   */
  indexes(owner: KeyOwner, since: EpochMs): Promise<readonly Keys[]>
  /** Forgets a pair for ever. Isolates that have it imported lose it within the time that one keeps a pair. */
  forget(owner: KeyOwner, number: number): Promise<void>
  /**
   * Opens a text of a record that lies under a key of SEAL_KEYS itself. Throws as `unseal` does (lib/seal.ts); the operator is
   * told of one that was altered.
   */
  openSecret(sealed: string, context: string, record: AlteredRecord): Promise<string>
  readonly altered: TellAltered
}

const KEY_BYTES = 32
/** Owners whose months an isolate remembers. */
const OWNERS = 5_000
/** Time for which an isolate takes it that past months without a pair have none: only a claim that was long delayed makes one. */
const ASKED_ANEW = MINUTE
/** What the key of SipHash derives from the index key by. */
const SIP = 'people'

/** Months of an owner that have pairs: those from the number `since` on, as they were at a time, and what was made here after. */
interface Months {
  readonly since: number
  readonly askedAt: EpochMs
  readonly numbers: Set<number>
}

/** Binds a wrapped pair to its owner and number: what is authenticated beside it. */
export const wrapContext = ({ owner, number }: Pick<KeyRow, 'owner' | 'number'>): Uint8Array<ArrayBuffer> =>
  utf8(JSON.stringify(['keys', owner, number]))

/** Makes a new pair, wrapped by the first key-encryption key. */
async function newRow(keks: readonly Kek[], owner: KeyOwner, number: number): Promise<KeyRow> {
  const [kek] = keks
  if (!kek) throw new Error('SEAL_KEYS holds no key')
  const pair = crypto.getRandomValues(new Uint8Array(2 * KEY_BYTES))
  const wrapped = toBase64(await sealBytes(kek.key, pair, wrapContext({ owner, number })))
  return { owner, number, wrapped, kek: kek.kid, createdAt: Date.now() }
}

/** Opens a wrapped pair; throws in words that an operator can act on. */
export async function openPair(
  keks: readonly Kek[],
  row: Pick<KeyRow, 'owner' | 'number' | 'wrapped' | 'kek'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { kek: kid } = row
  const kek = keks.find((one) => one.kid === kid)
  if (!kek) throw new Error(`SEAL_KEYS lacks the key ${kid}, which wrapped keys in CONTROL (docs/deploy.md)`)
  return openBytes(kek.key, fromBase64(row.wrapped) ?? new Uint8Array(0), wrapContext(row)).catch(() => {
    throw new Error(`the key ${kid} of SEAL_KEYS is not the one that wrapped keys in CONTROL (docs/deploy.md)`)
  })
}

async function unwrapped(keks: readonly Kek[], row: KeyRow): Promise<Keys> {
  const { owner, number } = row
  const pair = await openPair(keks, row)
  const [data, index] = await Promise.all([
    crypto.subtle.importKey('raw', pair.slice(0, KEY_BYTES), 'AES-GCM', false, ['encrypt', 'decrypt']),
    importHmacKey(pair.slice(KEY_BYTES)),
  ])
  pair.fill(0)
  return { owner, number, data, index, sip: sipKeyOf(await hmac(index, SIP)) }
}

const secretOpener =
  (keks: readonly Kek[], altered: TellAltered): Keyring['openSecret'] =>
  async (sealed, context, record) => {
    try {
      return await unseal(keks, sealed, context)
    } catch (error) {
      if (error instanceof BrokenSeal) await altered([record])
      throw error
    }
  }

/** Makes the keyring of a control database. The first of `keks` wraps, all unwrap. */
export function keyringOf(
  control: D1Database,
  keks: readonly Kek[],
  altered: TellAltered = async () => undefined,
): Keyring {
  const pairs = keptPairs<Keys>()
  const months = new BoundedMap<KeyOwner, Months>(OWNERS)

  function keep(row: KeyRow): Promise<Keys> {
    if (row.number !== STANDING) months.get(row.owner)?.numbers.add(row.number)
    return pairs.keep(row, (one) => unwrapped(keks, one))
  }
  async function readAnew(owner: KeyOwner, number: number): Promise<Keys | null> {
    const name = { owner, number }
    const row = await keyRow(control, owner, number).catch((error: unknown) => {
      const last = pairs.last(name)
      if (last) return last
      throw error
    })
    if (row === null) pairs.drop(name)
    return row && ('wrapped' in row ? keep(row) : row)
  }
  const opener = async (owner: KeyOwner, number: number): Promise<Keys | null> =>
    pairs.usable({ owner, number }) ?? readAnew(owner, number)
  const firstUse = async (owner: KeyOwner, number: number): Promise<Keys> =>
    (await opener(owner, number)) ?? keep(await keepKeyRow(control, await newRow(keks, owner, number)))

  /** Pairs of months that this isolate has; null if it has to ask. */
  function keptSince(owner: KeyOwner, first: number): readonly Keys[] | null {
    const own = months.get(owner)
    const now = Date.now()
    if (!own || own.since > first || Math.abs(now - own.askedAt) > ASKED_ANEW || !own.numbers.has(monthOf(now)))
      return null
    const numbers = [...own.numbers].filter((number) => number >= first).sort((a, b) => a - b)
    const kept = numbers.flatMap((number) => pairs.usable({ owner, number }) ?? [])
    return kept.length === numbers.length ? kept : null
  }
  async function indexes(owner: KeyOwner, since: EpochMs): Promise<readonly Keys[]> {
    const first = monthOf(since)
    const kept = keptSince(owner, first)
    if (kept) return kept
    const askedAt = Date.now()
    const rows = await keyRowsSince(control, owner, first)
    const there = new Set(rows.map(({ number }) => number))
    for (const number of months.get(owner)?.numbers ?? [])
      if (number >= first && !there.has(number)) pairs.drop({ owner, number })
    months.set(owner, { since: first, askedAt, numbers: there })
    return Promise.all(rows.map(keep))
  }

  return {
    sealer: (owner, at) => firstUse(owner, monthOf(at)),
    standing: (owner) => firstUse(owner, STANDING),
    opener,
    indexes,
    async forget(owner, number) {
      await deleteKeyRow(control, owner, number)
      pairs.drop({ owner, number })
      months.get(owner)?.numbers.delete(number)
    },
    openSecret: secretOpener(keks, altered),
    altered,
  }
}
