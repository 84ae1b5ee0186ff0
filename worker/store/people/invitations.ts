import { and, desc, eq, gt, isNotNull, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import type { InvitationId, PersonId, TenantId } from '#worker/domain/ids.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import { ask, askTogether } from '#worker/store/control/ask.ts'
import { tenants } from '#worker/store/control/schema.ts'
import { changePolicy } from '#worker/store/control/version.ts'
import { alteredMark, type MaybeAltered, textOrNull } from '#worker/store/keys/altered.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { openText, type Place, sealText } from '#worker/store/keys/sealed.ts'
import { mayGiveRoles, roleIn } from './members.ts'
import { mobileKeyOf } from './people.ts'
import { invitations, memberships, people } from './schema.ts'
import { levelTenants } from './tenant-levels.ts'

type InvitationRow = Readonly<typeof invitations.$inferSelect>

/** Invitation with the address that it is bound to; null: that was forgotten or altered. */
export type Invitation = Omit<InvitationRow, 'sealed' | 'toKey' | 'tokenHash'> & {
  readonly to: string | null
} & MaybeAltered

/** Invitation as it is written. `tokenHash`: keyed hash of the secret in its link. */
type NewInvitation = Omit<Invitation, 'isAltered' | 'to' | 'acceptedAt' | 'acceptedBy' | 'canceledAt'> & {
  readonly to: string
  readonly tokenHash: string
}

const placeOf = (id: InvitationId): Place => ['invitations', id, 'sealed']

/** Condition on invitations that can be accepted. */
const isOpen = (now: EpochMs) =>
  and(isNull(invitations.acceptedAt), isNull(invitations.canceledAt), gt(invitations.expiresAt, now))

/** Time for which an invitation that ended is shown. */
const SHOWN: EpochMs = 30 * DAY
/** Canceled ones that are shown at most a tenant: who makes and cancels others makes no more rows. */
const CANCELED_SHOWN = 100

/** Condition on invitations that are kept no more: they ended long ago, or were canceled and newer ones were, too. */
const isLongOver = (tenant: TenantId | '', now: EpochMs) =>
  or(
    lt(invitations.expiresAt, now - SHOWN),
    and(
      isNotNull(invitations.canceledAt),
      sql`${invitations.id} <= (SELECT i.id FROM invitations i WHERE i.tenant_id = ${tenant}
AND i.canceled_at IS NOT NULL ORDER BY i.id DESC LIMIT 1 OFFSET ${CANCELED_SHOWN})`,
    ),
  )

/**
 * Adds an invitation. A request that runs again makes the same id and replaces the secret of its first run, whose answer nobody
 * got. False: `most` of the tenant are open already. Those of the tenant that ended a while ago go.
 */
export async function insertInvitation(
  db: D1Database,
  keys: Keyring,
  { to, ...invitation }: NewInvitation,
  most: number,
): Promise<boolean> {
  const { id, tenantId, tokenHash, createdAt } = invitation
  const sealed = await sealText(await keys.standing(''), to, placeOf(id))
  const row = { ...invitation, sealed, toKey: await mobileKeyOf(keys, to), acceptedAt: null, acceptedBy: null }
  const ofTenant = and(eq(invitations.tenantId, tenantId), isOpen(createdAt))
  const [, tooMany] = await askTogether(db, (control) => [
    control
      .insert(invitations)
      .values({ ...row, canceledAt: null })
      .onConflictDoUpdate({ target: invitations.id, set: { tokenHash }, setWhere: isNull(invitations.acceptedAt) }),
    control
      .delete(invitations)
      .where(
        and(
          eq(invitations.id, id),
          eq(invitations.createdAt, createdAt),
          gt(control.$count(invitations, ofTenant), most),
        ),
      )
      .returning({ id: invitations.id }),
    control.delete(invitations).where(and(eq(invitations.tenantId, tenantId), isLongOver(tenantId, createdAt))),
  ])
  return tooMany.length === 0
}

async function opened(keys: Keyring, row: InvitationRow): Promise<Invitation> {
  const { sealed, toKey: _, tokenHash: __, ...rest } = row
  const text = await openText(keys, '', sealed, placeOf(row.id))
  return { ...rest, to: textOrNull(text), ...alteredMark(text) }
}

/** Lists the newest invitations of a tenant, or of the licensee, whatever became of them. */
export async function invitationsOf(
  db: D1Database,
  keys: Keyring,
  tenant: TenantId | '',
  most: number,
): Promise<readonly Invitation[]> {
  const rows = await ask(db, (control) =>
    control
      .select()
      .from(invitations)
      .where(eq(invitations.tenantId, tenant))
      .orderBy(desc(invitations.id))
      .limit(most),
  )
  return Promise.all(rows.map((row) => opened(keys, row)))
}

/** Takes an open invitation back, and answers it; null: there is none of this id that is open. */
export async function cancelInvitation(
  db: D1Database,
  keys: Keyring,
  { tenant, id }: { readonly tenant: TenantId | ''; readonly id: string },
  now: EpochMs,
): Promise<Invitation | null> {
  const isIt = and(eq(invitations.id, id as InvitationId), eq(invitations.tenantId, tenant), isOpen(now))
  const [found] = await ask(db, (control) =>
    control.update(invitations).set({ canceledAt: now }).where(isIt).returning(),
  )
  return found ? opened(keys, found) : null
}

/** An invitation as who brings its secret with a number is told of it. */
interface Brought {
  readonly isOpen: boolean
  /** True if the number is the invited one. */
  readonly isHis: boolean
}

/** Finds out whether an invitation is open, and for this number; null: there is none of that secret. */
export async function invitedTo(
  db: D1Database,
  keys: Keyring,
  { tokenHash, mobile, now }: { readonly tokenHash: string; readonly mobile: string; readonly now: EpochMs },
): Promise<Brought | null> {
  const [found] = await ask(db, (control) =>
    control
      .select({ toKey: invitations.toKey, isOpen: sql<number>`${isOpen(now)}` })
      .from(invitations)
      .where(eq(invitations.tokenHash, tokenHash)),
  )
  return found ? { isOpen: found.isOpen === 1, isHis: found.toKey === (await mobileKeyOf(keys, mobile)) } : null
}

/** Acceptance of an invitation by a person who is signed in. */
interface Acceptance {
  readonly tokenHash: string
  readonly person: PersonId
  /** True if his sign-in may act for the licensee, whose invitations are accepted in no other. */
  readonly mayBeStaff: boolean
  readonly now: EpochMs
}

/** Condition on who accepts: the verified number invited is his; at the licensee he has level 2 at least. */
const isFor = (person: PersonId): SQL =>
  sql`EXISTS (SELECT 1 FROM people WHERE id = ${person} AND status = 'active'
AND mobile_key = ${invitations.toKey} AND (${invitations.tenantId} <> '' OR level >= 2))`

/** Condition on who invited: he may give that role still. An operator's program always may. */
const isStillGiven: SQL = sql`(${invitations.madeBy} IS NULL OR CASE ${invitations.tenantId}
WHEN '' THEN EXISTS (SELECT 1 FROM people WHERE id = ${invitations.madeBy} AND status = 'active' AND operator_role = 'owner')
ELSE ${mayGiveRoles(roleIn(sql`invitations.tenant_id`, sql`invitations.made_by`), [sql`invitations.role`])} END)`

/** What came of an acceptance: `version` of the tenant's policy that knows the member, null of the licensee's. */
type Accepted =
  | { readonly invitation: Pick<InvitationRow, 'id' | 'tenantId' | 'role'>; readonly version: number | null }
  | { readonly refused: 'unknown' | 'over' | 'not-yours' | 'weak-sign-in' }

async function whyNot(db: D1Database, { tokenHash, person }: Acceptance): Promise<Accepted> {
  const [[found], [isHis]] = await askTogether(db, (control) => {
    const isIt = eq(invitations.tokenHash, tokenHash)
    return [
      control.select({ id: invitations.id }).from(invitations).where(isIt),
      control
        .select({ id: invitations.id })
        .from(invitations)
        .where(and(isIt, isFor(person))),
    ]
  })
  if (!found) return { refused: 'unknown' }
  return { refused: isHis ? 'over' : 'not-yours' }
}

/**
 * Accepts an invitation: the first statement takes it, once, and the others do only what follows from that. A member keeps
 * the role that he has.
 */
export async function acceptInvitation(db: D1Database, acceptance: Acceptance): Promise<Accepted> {
  const { tokenHash, person, mayBeStaff, now } = acceptance
  const isIt = eq(invitations.tokenHash, tokenHash)
  const [found] = await ask(db, (control) =>
    control.select({ tenantId: invitations.tenantId }).from(invitations).where(isIt),
  )
  if (!found) return { refused: 'unknown' }
  const isTaken = and(isIt, eq(invitations.acceptedBy, person), eq(invitations.acceptedAt, now))
  const take = (control: Parameters<Parameters<typeof ask>[1]>[0]) =>
    control
      .update(invitations)
      .set({ acceptedAt: now, acceptedBy: person })
      .where(and(isIt, isOpen(now), isFor(person), isStillGiven))
      .returning({ id: invitations.id, tenantId: invitations.tenantId, role: invitations.role })
  if (found.tenantId === '') {
    if (!mayBeStaff) return { refused: 'weak-sign-in' }
    const [taken] = await askTogether(db, (control) => [
      take(control),
      control
        .update(people)
        .set({ operatorRole: sql`(SELECT role FROM invitations WHERE ${isTaken})`, updatedAt: now })
        .where(and(eq(people.id, person), sql`EXISTS (SELECT 1 FROM invitations WHERE ${isTaken})`)),
    ])
    return taken[0] ? { invitation: taken[0], version: null } : whyNot(db, acceptance)
  }
  const { version, answers } = await changePolicy(db, found.tenantId, now, (control) => [
    take(control),
    control
      .insert(memberships)
      .select(
        sql`SELECT ${invitations.tenantId}, ${person}, ${invitations.role}, ${invitations.madeBy}, ${now} FROM invitations WHERE ${isTaken}`,
      )
      .onConflictDoNothing(),
    levelTenants(control, eq(tenants.id, found.tenantId as TenantId), now),
  ])
  const [taken] = answers[0]
  return taken ? { invitation: taken, version } : whyNot(db, acceptance)
}
