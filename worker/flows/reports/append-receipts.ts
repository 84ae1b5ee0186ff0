import { priced } from '#worker/domain/carriers/money.ts'
import { STATUS_CODES } from '#worker/domain/messages/status.ts'
import { failing, saidBy } from '#worker/domain/messages/timeline.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { ReportOnShard, Resolved } from '#worker/flows/dispatch/next-attempt-after-report.ts'
import type { HeardReceipt } from '#worker/jobs.ts'
import { type Append, appendStatement } from '#worker/store/messages/attempts.ts'
import { type StateRow, statesOf } from '#worker/store/messages/reads.ts'
import { sealEntries } from '#worker/store/messages/sealed.ts'
import { entryBytes } from '#worker/store/messages/timeline.ts'
import type { StatusChange } from '#worker/store/messages/writes.ts'

/** Change that a receipt asks for, with its entry of the timeline. */
export function changeOf({ realm, id, receipt }: Resolved, { connection, by }: ReportOnShard): StatusChange {
  const entry = {
    at: receipt.at,
    status: receipt.status,
    carrierAt: receipt.carrierAt,
    connection,
    ...failing(receipt.failure),
    ...priced(receipt.price),
    by,
  }
  return { realm, id, status: receipt.status, entry }
}

/**
 * True for a `submitted` report of an attempt that is not recorded yet: recording tells it, and must not tell it a
 * second time.
 */
const isAhead = (
  { outcome, status, connectionId }: StateRow,
  { status: reported }: HeardReceipt,
  report: ReportOnShard,
): boolean =>
  reported === 'submitted' && outcome === null && status < STATUS_CODES.submitted && connectionId === report.connection

/** Bytes of a timeline from which on reports that change nothing are not appended to it. */
const TIMELINE_LIMIT = 4_000

/** Entries of one message that its timeline does not hold yet, each for the timeline as the ones before leave it. */
function newEntries(row: StateRow, receipts: readonly Resolved[], report: ReportOnShard): readonly Append[] {
  if (row.connectionId !== report.connection) return []
  const said = new Set(row.timeline.map(saidBy))
  const entries: Append[] = []
  let bytes = row.timelineBytes
  for (const { realm, id, entry } of receipts.map((one) => changeOf(one, report))) {
    if (said.has(saidBy(entry)) || bytes >= TIMELINE_LIMIT) continue
    said.add(saidBy(entry))
    entries.push({ realm, id, entry, bytes })
    bytes += entryBytes(id, entry)
  }
  return entries
}

/** Times that timelines are read anew because something was written to them in between. */
const TRIES = 5

/**
 * Writes receipts that advance nothing into the timelines, each once. Answers those of unknown messages and of unrecorded
 * attempts. Throws where timelines change again and again.
 */
export async function appendRest(
  { keys }: Pick<Platform, 'keys'>,
  report: ReportOnShard,
  rest: readonly Resolved[],
  now: EpochMs,
): Promise<readonly HeardReceipt[]> {
  const { db } = report
  const byMessage = Map.groupBy(rest, ({ id }) => id)
  const asked = [...byMessage.values()].flatMap(([first]) => (first ? [[first.realm, first.id] as const] : []))
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const known = new Map((await statesOf(db, keys, asked)).map((row) => [row.id, row]))
    const early: HeardReceipt[] = []
    const rounds: Append[][] = []
    for (const [id, receipts] of byMessage) {
      const row = known.get(id)
      const isEarly = ({ receipt }: Resolved): boolean => row === undefined || isAhead(row, receipt, report)
      early.push(...receipts.filter(isEarly).map(({ receipt }) => receipt))
      if (!row) continue
      const present = receipts.filter((one) => !isEarly(one))
      for (const [n, entry] of newEntries(row, present, report).entries()) rounds[n] = [...(rounds[n] ?? []), entry]
    }
    if (rounds.length === 0) return early
    const sealed = await Promise.all(rounds.map((round) => sealEntries(keys, round)))
    const results = await db.batch(sealed.map((round) => appendStatement(db, round, now)))
    if (results.every(({ meta }, n) => meta.changes === rounds[n]?.length)) return early
  }
  throw new Error('the timelines of reported messages change all the time')
}
