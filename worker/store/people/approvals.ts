import { and, desc, eq, gt, isNotNull, isNull, lt, lte, or, type SQL } from 'drizzle-orm'
import type { ApprovalId, PersonId } from '#worker/domain/ids.ts'
import type { ApprovalDecision, ApprovalKind, ApprovalStatus } from '#worker/domain/people/approval.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask } from '#worker/store/control/ask.ts'
import { textOrNull } from '#worker/store/keys/altered.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { openTexts, type Place, sealText } from '#worker/store/keys/sealed.ts'
import { approvals } from './schema.ts'

type ApprovalRow = Readonly<typeof approvals.$inferSelect>

/** The call that an approval is for. */
interface Act {
  readonly method: string
  readonly path: string
  /** JSON of the body; null: the call has none. */
  readonly body: unknown
  /** Reason of whoever proposed it, or broke the glass. */
  readonly reason: string
  /** Name of the program that broke the glass; null: a person proposed. */
  readonly program: string | null
}

/** Approval with what was sealed of it. `act` null: it was altered, and nobody may decide on what he cannot read. */
export type Approval = Omit<ApprovalRow, 'sealed' | 'answer'> & {
  readonly act: Act | null
  readonly answer: string | null
}
/** Approval as it is written. */
type NewApproval = Omit<Approval, 'act' | 'answer'> & { readonly act: Act }

type SealedColumn = 'sealed' | 'answer'
const placeOf = (id: ApprovalId, column: SealedColumn): Place => ['approvals', id, column]

async function openedOf(keys: Keyring, rows: readonly ApprovalRow[]): Promise<readonly Approval[]> {
  const texts = await openTexts(
    keys,
    '',
    rows.flatMap(({ id, sealed, answer }) => [
      [sealed, placeOf(id, 'sealed')] as const,
      [answer, placeOf(id, 'answer')] as const,
    ]),
  )
  return rows.map(({ sealed: _, answer: __, ...row }, n) => {
    const act = textOrNull(texts[2 * n])
    return { ...row, act: act === null ? null : (JSON.parse(act) as Act), answer: textOrNull(texts[2 * n + 1]) }
  })
}

const openedOne = async (keys: Keyring, [row]: readonly ApprovalRow[]): Promise<Approval | null> =>
  row ? ((await openedOf(keys, [row]))[0] ?? null) : null

export async function insertApproval(db: D1Database, keys: Keyring, { act, ...row }: NewApproval): Promise<void> {
  const sealed = await sealText(await keys.standing(''), JSON.stringify(act), placeOf(row.id, 'sealed'))
  await ask(db, (control) => control.insert(approvals).values({ ...row, sealed, answer: null }))
}

const isOf = (id: string) => eq(approvals.id, id as ApprovalId)

export async function approvalById(db: D1Database, keys: Keyring, id: string): Promise<Approval | null> {
  return openedOne(keys, await ask(db, (control) => control.select().from(approvals).where(isOf(id))))
}

/** Condition of a status at a time, as approvalStatus() of the domain has it. */
function hasStatus(status: ApprovalStatus, now: EpochMs): SQL | undefined {
  const unused = isNull(approvals.usedAt)
  const runs = and(unused, gt(approvals.expiresAt, now))
  if (status === 'used') return isNotNull(approvals.usedAt)
  if (status === 'pending') return and(runs, isNull(approvals.decision))
  if (status === 'approved') return and(runs, eq(approvals.decision, status))
  if (status !== 'expired') return and(unused, eq(approvals.decision, status))
  return and(unused, lte(approvals.expiresAt, now), or(isNull(approvals.decision), eq(approvals.decision, 'approved')))
}

/** Conditions on a list of approvals. */
interface ApprovalFilter {
  readonly status: ApprovalStatus | null
  readonly kind: ApprovalKind | null
  readonly now: EpochMs
  /** Id below which the page begins; empty: with the newest. */
  readonly before: string
  readonly limit: number
}

/** Lists approvals, newest first. */
export async function listApprovals(
  db: D1Database,
  keys: Keyring,
  { status, kind, now, before, limit }: ApprovalFilter,
): Promise<readonly Approval[]> {
  const conditions = [
    ...(status === null ? [] : [hasStatus(status, now)]),
    ...(kind === null ? [] : [eq(approvals.kind, kind)]),
    ...(before === '' ? [] : [lt(approvals.id, before as ApprovalId)]),
  ]
  const rows = await ask(db, (control) =>
    control
      .select()
      .from(approvals)
      .where(and(...conditions))
      .orderBy(desc(approvals.id))
      .limit(limit),
  )
  return openedOf(keys, rows)
}

/** Decision as it is written down. */
interface Decided {
  readonly id: ApprovalId
  readonly decision: ApprovalDecision
  readonly by: PersonId
  readonly answer: string | null
  readonly now: EpochMs
}

/** Decides what is pending; null: it is not, any more. */
export async function decideApproval(
  db: D1Database,
  keys: Keyring,
  { id, decision, by, answer, now }: Decided,
): Promise<Approval | null> {
  const sealed = answer === null ? null : await sealText(await keys.standing(''), answer, placeOf(id, 'answer'))
  const rows = await ask(db, (control) =>
    control
      .update(approvals)
      .set({ decision, decidedBy: by, decidedAt: now, answer: sealed })
      .where(and(isOf(id), hasStatus('pending', now)))
      .returning(),
  )
  return openedOne(keys, rows)
}

/** Takes an approval for its one call. False: another call took it, or it has ended. */
export async function spendApproval(
  db: D1Database,
  {
    id,
    digest,
    by,
    now,
  }: { readonly id: string; readonly digest: string; readonly by: PersonId; readonly now: EpochMs },
): Promise<boolean> {
  const taken = await ask(db, (control) =>
    control
      .update(approvals)
      .set({ usedAt: now, usedBy: by })
      .where(and(isOf(id), eq(approvals.digest, digest), hasStatus('approved', now)))
      .returning({ id: approvals.id }),
  )
  return taken.length > 0
}

/** Deletes approvals whose time ended before the cut-off. */
export async function purgeApprovals(db: D1Database, cutoff: EpochMs): Promise<number> {
  const gone = await ask(db, (control) => control.delete(approvals).where(lt(approvals.expiresAt, cutoff)))
  return gone.meta.changes
}
