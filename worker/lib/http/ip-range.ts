import { BoundedMap } from '#worker/lib/bounded-map.ts'

/** An address as a number, with the width of its family in bits. IPv4-mapped IPv6 addresses count as IPv4. */
interface Ip {
  readonly bits: 32 | 128
  readonly value: bigint
}
interface IpRange extends Ip {
  readonly prefix: number
}

const V4_MAPPED = 0xffffn << 32n

function parseV4(text: string): bigint | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  let value = 0n
  for (const part of parts) {
    // Refuses a leading zero, which is octal to some readers: nobody shall read the address otherwise than we do.
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null
    value = (value << 8n) | BigInt(part)
  }
  return value
}

function parseGroups(text: string): readonly bigint[] | null {
  if (text === '') return []
  const groups: bigint[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (part.includes('.')) {
      const tail = index === parts.length - 1 ? parseV4(part) : null
      if (tail === null) return null
      groups.push(tail >> 16n, tail & 0xffffn)
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`))
    else return null
  }
  return groups
}

function parseV6(text: string): bigint | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head, tail] = halves.map(parseGroups)
  if (!head || tail === null) return null
  const gap = 8 - head.length - (tail?.length ?? 0)
  // `::` stands for at least one group. RFC 5952 4.2.2 forbids writing it for a single one, but readers take it.
  if (halves.length === 2 ? gap < 1 : gap !== 0) return null
  const groups = [...head, ...new Array<bigint>(gap).fill(0n), ...(tail ?? [])]
  return groups.reduce((value, group) => (value << 16n) | group, 0n)
}

function parseIp(text: string): Ip | null {
  if (!text.includes(':')) {
    const value = parseV4(text)
    return value === null ? null : { bits: 32, value }
  }
  const value = parseV6(text)
  if (value === null) return null
  return value >> 32n === V4_MAPPED >> 32n ? { bits: 32, value: value & 0xffff_ffffn } : { bits: 128, value }
}

function parseRange(text: string): IpRange | null {
  const slash = text.indexOf('/')
  const ip = parseIp(slash < 0 ? text : text.slice(0, slash))
  if (!ip) return null
  if (slash < 0) return { ...ip, prefix: ip.bits }
  const digits = text.slice(slash + 1)
  const mapped = ip.bits === 32 && text.includes(':')
  const prefix = /^(?:0|[1-9]\d{0,2})$/.test(digits) ? Number(digits) - (mapped ? 96 : 0) : -1
  if (prefix < 0 || prefix > ip.bits) return null
  // Refuses host bits that are set: such a block says one address and means another.
  return (ip.value & ((1n << BigInt(ip.bits - prefix)) - 1n)) === 0n ? { ...ip, prefix } : null
}

/** Digits that sort as addresses do: `4` and 8 hex digits, or `6` and 32. */
const keyOf = ({ bits, value }: Ip): string => `${bits === 32 ? '4' : '6'}${value.toString(16).padStart(bits / 4, '0')}`

/** Sort key of an address; null for a text that is none. The keys of a CIDR block are a range (`ipKeyRange`). */
export function ipKey(text: string): string | null {
  const ip = parseIp(text)
  return ip && keyOf(ip)
}

/** First and last sort key of an address or a CIDR block; null for a text that is neither. */
export function ipKeyRange(text: string): { readonly first: string; readonly last: string } | null {
  const range = parseRange(text)
  if (!range) return null
  const hosts = (1n << BigInt(range.bits - range.prefix)) - 1n
  return { first: keyOf(range), last: keyOf({ bits: range.bits, value: range.value | hosts }) }
}

/** True for one IPv4 or IPv6 address. */
export const isIp = (text: string): boolean => parseIp(text) !== null

/** True for an address or a CIDR block (IPv4 or IPv6) whose host bits are zero. */
export const isIpRange = (text: string): boolean => parseRange(text) !== null

const HOST_BITS = 64n

/**
 * Network of an address as one subscriber has it: an IPv4 address itself, of IPv6 the /64, of which anybody has all addresses.
 * What is no address stands for itself.
 */
export function subscriberNetwork(text: string): string {
  const ip = text.includes(':') ? parseIp(text) : null
  if (!ip) return text
  if (ip.bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (ip.value >> shift) & 0xffn).join('.')
  const groups = [48n, 32n, 16n, 0n].map((shift) => (((ip.value >> HOST_BITS) >> shift) & 0xffffn).toString(16))
  return `${groups.join(':')}::/64`
}

/** Network of an address as several subscribers share it: of IPv4 the /24, of IPv6 the /64. */
export function sharedNetwork(text: string): string {
  const own = subscriberNetwork(text)
  return own.includes(':') ? own : `${own.split('.').slice(0, 3).join('.')}.0/24`
}

const known = new BoundedMap<string, IpRange | null>(2_000)

function rangeOf(text: string): IpRange | null {
  const kept = known.get(text)
  if (kept !== undefined) return kept
  const range = parseRange(text)
  known.set(text, range)
  return range
}

/** True if `ip` lies in one of the ranges. An address or a range that cannot be read matches nothing. */
export function ipInRanges(ip: string, ranges: readonly string[]): boolean {
  const address = parseIp(ip)
  if (!address) return false
  return ranges.some((text) => {
    const range = rangeOf(text)
    if (!range || range.bits !== address.bits) return false
    const shift = BigInt(range.bits - range.prefix)
    return address.value >> shift === range.value >> shift
  })
}
