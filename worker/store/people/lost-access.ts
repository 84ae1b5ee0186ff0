import { and, desc, eq, exists, gt, isNull, lt, notExists, or, sql } from 'drizzle-orm'
import type { LostAccessId, PersonId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask, askTogether } from '#worker/store/control/ask.ts'
import { alteredMark, type MaybeAltered, textOrNull } from '#worker/store/keys/altered.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { openTexts, type Place, sealText } from '#worker/store/keys/sealed.ts'
import { type MobileChange, mobileChange } from './mobile.ts'
import { lostAccess, passkeys, people, signIns } from './schema.ts'
import { levelTenants, tenantsOwnedBy } from './tenant-levels.ts'

type LostAccessRow = Readonly<typeof lostAccess.$inferSelect>

/** What somebody says who lost his way in. `after` is proven by a code; the rest is what he says. */
export interface LostAccessFacts {
  readonly before: string
  readonly after: string
  readonly name: string
  readonly words: string
}

/** Request with what was sealed of it; null: that was altered. */
export type LostAccess = Omit<LostAccessRow, 'sealed'> & { readonly facts: LostAccessFacts | null } & MaybeAltered

const placeOf = (id: LostAccessId): Place => ['lost_access', id, 'sealed']

/** Writes a request, and deletes those that are older than `since`. */
export async function insertLostAccess(
  db: D1Database,
  keys: Keyring,
  request: Pick<LostAccessRow, 'id' | 'personId' | 'createdAt'> & { readonly facts: LostAccessFacts },
  since: EpochMs,
): Promise<void> {
  const { facts, ...rest } = request
  const sealed = await sealText(await keys.standing(''), JSON.stringify(facts), placeOf(request.id))
  await askTogether(db, (control) => [
    control.insert(lostAccess).values({ ...rest, sealed, decision: null, decidedAt: null }),
    control.delete(lostAccess).where(lt(lostAccess.createdAt, since)),
  ])
}

async function opened(keys: Keyring, rows: readonly LostAccessRow[]): Promise<readonly LostAccess[]> {
  const texts = await openTexts(
    keys,
    '',
    rows.map(({ id, sealed }) => [sealed, placeOf(id)]),
  )
  return rows.map(({ sealed: _, ...rest }, n) => {
    const text = textOrNull(texts[n])
    return {
      ...rest,
      facts: text === null ? null : (JSON.parse(text) as LostAccessFacts),
      ...alteredMark(texts[n] ?? null),
    }
  })
}

/** Lists requests below an id, the newest first. */
export async function listLostAccess(
  db: D1Database,
  keys: Keyring,
  { before, limit }: { readonly before: string | null; readonly limit: number },
): Promise<readonly LostAccess[]> {
  const rows = await ask(db, (control) =>
    control
      .select()
      .from(lostAccess)
      .where(before === null ? undefined : lt(lostAccess.id, before as LostAccessId))
      .orderBy(desc(lostAccess.id))
      .limit(limit),
  )
  return opened(keys, rows)
}

export async function lostAccessById(db: D1Database, keys: Keyring, id: string): Promise<LostAccess | null> {
  const rows = await ask(db, (control) =>
    control
      .select()
      .from(lostAccess)
      .where(eq(lostAccess.id, id as LostAccessId)),
  )
  return (await opened(keys, rows))[0] ?? null
}

/** Refuses a request that nobody has decided. False: there is none. */
export async function refuseLostAccess(db: D1Database, id: LostAccessId, at: EpochMs): Promise<boolean> {
  const changed = await ask(db, (control) =>
    control
      .update(lostAccess)
      .set({ decision: 'refused', decidedAt: at })
      .where(and(eq(lostAccess.id, id), isNull(lostAccess.decision)))
      .returning({ id: lostAccess.id }),
  )
  return changed.length > 0
}

/** True if a person has signed in, or was seen in an older sign-in, since a time. */
export async function wasSeenSince(db: D1Database, personId: PersonId, since: EpochMs): Promise<boolean> {
  const found = await ask(db, (control) =>
    control
      .select({ id: signIns.id })
      .from(signIns)
      .where(and(eq(signIns.personId, personId), or(gt(signIns.createdAt, since), gt(signIns.seenAt, since))))
      .limit(1),
  )
  return found.length > 0
}

/**
 * Grants a request: the person gets the number that it proved, and his passkeys go, so that a code to it lets him in. False, and
 * nothing is written: somebody decided already, the person changed his number or was seen meanwhile, or the number is another's.
 */
export async function grantLostAccess(
  db: D1Database,
  keys: Keyring,
  { id, createdAt }: Pick<LostAccess, 'id' | 'createdAt'>,
  change: MobileChange,
): Promise<boolean> {
  const build = await mobileChange(keys, change)
  const isGranted = sql`EXISTS (SELECT 1 FROM ${lostAccess} WHERE ${lostAccess.id} = ${id}
    AND ${lostAccess.decision} = 'granted' AND ${lostAccess.decidedAt} = ${change.at})`
  const [granted] = await askTogether(db, (control) => {
    const seen = control
      .select({ id: signIns.id })
      .from(signIns)
      .where(and(eq(signIns.personId, change.id), or(gt(signIns.createdAt, createdAt), gt(signIns.seenAt, createdAt))))
    const mayChange = control.select({ id: people.id }).from(people).where(build.condition)
    return [
      control
        .update(lostAccess)
        .set({ decision: 'granted', decidedAt: change.at })
        .where(and(eq(lostAccess.id, id), isNull(lostAccess.decision), notExists(seen), exists(mayChange)))
        .returning({ id: lostAccess.id }),
      control.update(people).set(build.set).where(and(build.condition, isGranted)),
      control.delete(passkeys).where(and(eq(passkeys.personId, change.id), isGranted)),
      levelTenants(control, tenantsOwnedBy(change.id), change.at),
    ]
  })
  return granted.length > 0
}
