import type { RowOf } from '../../api/answers.ts'

export type Verification = RowOf<'/v1/verifications'>

/** How many of some verifications came how far. `sent`: at least one code went out. */
export interface Funnel {
  readonly started: number
  readonly sent: number
  readonly statuses: Readonly<Record<string, number>>
}

/** A beginning of numbers, and what came of its codes. */
export interface PrefixRow {
  readonly prefix: string
  readonly sent: number
  readonly approved: number
}

/** Characters of a number that name its country and network: `+98912`. */
const PREFIX = 6

const isSent = ({ messageIds }: Verification): boolean => messageIds.length > 0
const isApproved = ({ status, feedback }: Verification): boolean => status === 'approved' || feedback === 'approved'

/** Why a verification was held back; `too-many-checks`: its recipient had too many wrong ones. Null: it was not. */
export function blockOf({ status, guard }: Verification): string | null {
  if (status !== 'blocked') return null
  return guard?.enforced ? guard.reason : 'too-many-checks'
}

/** Counts verifications by what came of them. */
export function funnelOf(rows: readonly Verification[]): Funnel {
  const statuses: Record<string, number> = {}
  for (const { status } of rows) statuses[status] = (statuses[status] ?? 0) + 1
  return { started: rows.length, sent: rows.filter(isSent).length, statuses }
}

/** Counts by the beginning of the number, most codes first; mail addresses by their domain. */
export function prefixesOf(rows: readonly Verification[]): PrefixRow[] {
  const groups = Map.groupBy(rows.filter(isSent), ({ to }) =>
    to.startsWith('+') ? to.slice(0, PREFIX) : to.slice(to.lastIndexOf('@') + 1),
  )
  return [...groups]
    .map(([prefix, found]) => ({ prefix, sent: found.length, approved: found.filter(isApproved).length }))
    .toSorted((a, b) => b.sent - a.sent)
}

/** Counts the reasons of those that were held back, the most frequent first. */
export function blocksOf(rows: readonly Verification[]): (readonly [reason: string, count: number])[] {
  const groups = Map.groupBy(rows, blockOf)
  groups.delete(null)
  return [...groups].map(([reason, found]) => [reason ?? '', found.length] as const).toSorted(([, a], [, b]) => b - a)
}
