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
const sameness = (content: unknown): string => JSON.stringify(content).replace(UNSEEN, '')

/**
 * Finds the texts of a batch that so many of its messages have without a named purpose that the tenant's pack takes them for bulk
 * (requirements R-3), whether the batch or each item brings them.
 */
export function impliedPurpose(policy: Policy, batch: BatchInput): ImpliedPurpose {
  const pack = policyPack(policy.pack)
  const from = pack.informationalFrom
  if (from === null || batch.purpose !== undefined || batch.messages.length < from) return AS_BY_DEFAULT
  const shared = sameness(batch.content ?? null)
  const items = batch.messages as readonly Partial<BatchItem | null>[]
  const texts = items.map((item) => (item?.content === undefined ? shared : sameness(item.content)))
  const counts = new Map<string, number>()
  for (const [n, text] of texts.entries())
    if (items[n]?.purpose === undefined) counts.set(text, (counts.get(text) ?? 0) + 1)
  return (n) => {
    const text = n === 'shared' ? shared : texts[n]
    return purposeOfBulk(pack, policy.defaultPurpose, counts.get(text ?? '') ?? 0)
  }
}
