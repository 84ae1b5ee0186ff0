import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { toHex } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { ipKey, ipKeyRange } from '#worker/lib/http/ip-range.ts'
import type { Keys } from './keyring.ts'

/** Prefixes of an address that have a piece each, in hex digits: /8 … /32 of IPv4, /32, /48, /56, /64 and /128 of IPv6. */
const PREFIXES: Readonly<Record<string, readonly number[]>> = { '4': [2, 4, 6, 8], '6': [8, 12, 14, 16, 32] }
/** Hex digits of a piece. Two networks that share one by chance cost reads, and no wrong answer: what is read is opened. */
const PIECE = 6
/** Addresses that an isolate remembers a pair of keys, as plain values. */
const CACHED = 5_000

const known = new WeakMap<CryptoKey, BoundedMap<string, string>>()

function cacheOf({ index }: Keys): BoundedMap<string, string> {
  const kept = known.get(index) ?? new BoundedMap<string, string>(CACHED)
  known.set(index, kept)
  return kept
}

/** Pieces of the first digits of a sort key (lib/http/ip-range.ts), behind the digit of its family. */
async function pieces({ index }: Keys, sortKey: string, digits: number): Promise<string> {
  const family = sortKey.slice(0, 1)
  const whole = (PREFIXES[family] ?? []).filter((length) => length <= digits)
  const hashes = await Promise.all(whole.map((length) => hmac(index, `requests/ip/${sortKey.slice(0, 1 + length)}`)))
  return `${family}${hashes.map((hash) => toHex(hash).slice(0, PIECE)).join('')}`
}

/**
 * Keyed key of an address, of which each piece stands for one prefix, so that the addresses of a block are a range of it and
 * nobody without the index key reads one. Null: the text is no address.
 */
export async function ipIndex(keys: Keys, ip: string): Promise<string | null> {
  const cache = cacheOf(keys)
  const kept = cache.get(ip)
  if (kept !== undefined) return kept
  const sortKey = ipKey(ip)
  if (sortKey === null) return null
  const made = await pieces(keys, sortKey, sortKey.length - 1)
  cache.set(ip, made)
  return made
}

/** First and last keyed key that an address of a block may have. Between them are others too: those of the next wider prefix. */
export async function ipIndexRange(
  keys: Keys,
  block: string,
): Promise<{ readonly first: string; readonly last: string } | null> {
  const range = ipKeyRange(block)
  if (!range) return null
  const { first, last } = range
  let common = 0
  while (common < first.length - 1 && first[common + 1] === last[common + 1]) common++
  const prefix = await pieces(keys, first, common)
  return { first: prefix, last: first === last ? prefix : `${prefix}~` }
}
