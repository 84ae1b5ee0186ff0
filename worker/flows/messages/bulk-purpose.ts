import type { Purpose } from '#worker/domain/messages/message.ts'
import { purposeOfBulk } from '#worker/domain/tenants/bulk-rules.ts'
import { policyPack } from '#worker/domain/tenants/policy-packs/all.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import type { BatchInput, BatchItem } from './input.ts'

/** Answers the purpose of item `n`, or of the batch's own content, if none is named; undefined: the tenant's default. */
export type ImpliedPurpose = (n: number | 'shared') => Purpose | undefined

const AS_BY_DEFAULT: ImpliedPurpose = () => undefined

/** Blanks, written as JSON does or as they are, and what is invisible. */
const UNSEEN = /\\[nrt]|[\s\p{Cf}]/gu

/** Text by which two contents are the same to their readers. No full folding: it would cost 20 µs a message. */
const sameness = (json: string): string => json.replace(UNSEEN, '')

const BACKSLASH = 0x5c

/**
 * Hashes the Arabic and Latin letters and the digits of a content, none of which `UNSEEN` finds: contents that are the same to
 * their readers have one hash. A hundredth of the cost of `sameness`, which so is asked only where hashes are equal.
 */
function roughly(json: string): number {
  let hash = 0
  for (let i = 0; i < json.length; i++) {
    const unit = json.charCodeAt(i)
    if (unit === BACKSLASH) i++
    else if ((unit > 0x20 && unit < 0x7f) || (unit >= 0x620 && unit < 0x6d5)) hash = (Math.imul(hash, 31) + unit) | 0
  }
  return hash
}

/** Gives each content a key that those have in common which are the same to their readers. */
function keysOf(contents: readonly string[]): readonly (string | number)[] {
  const hashes = contents.map(roughly)
  const first = new Map<number, string>()
  const shared = new Set<number>()
  for (const [n, hash] of hashes.entries()) {
    if (first.has(hash)) shared.add(hash)
    else first.set(hash, contents[n] ?? '')
  }
  const known = new Map<string, string>()
  return hashes.map((hash, n) => {
    const json = contents[n] ?? ''
    if (!shared.has(hash)) return hash
    const key = known.get(json) ?? sameness(json)
    known.set(json, key)
    return key
  })
}

/**
 * Finds the texts of a batch that so many of its messages have without a named purpose that the tenant's pack takes them for bulk
 * (requirements R-3), whether the batch or each item brings them.
 */
export function impliedPurpose(policy: Policy, batch: BatchInput): ImpliedPurpose {
  const pack = policyPack(policy.pack)
  const from = pack.informationalFrom
  if (from === null || batch.purpose !== undefined || batch.messages.length < from) return AS_BY_DEFAULT
  const items = batch.messages as readonly Partial<BatchItem | null>[]
  const shared = JSON.stringify(batch.content ?? null)
  const contents = items.map((item) => (item?.content === undefined ? shared : JSON.stringify(item.content)))
  const keys = keysOf([shared, ...contents])
  const counts = new Map<string | number, number>()
  for (const [n, item] of items.entries()) {
    const key = keys[n + 1] ?? ''
    if (item?.purpose === undefined) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return (n) => purposeOfBulk(pack, policy.defaultPurpose, counts.get(keys[n === 'shared' ? 0 : n + 1] ?? '') ?? 0)
}
