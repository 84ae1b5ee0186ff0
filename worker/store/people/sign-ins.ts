import { and, desc, eq, gt, inArray, isNull, lt, sql } from 'drizzle-orm'
import type { PersonId, SignInId, TenantId } from '#worker/domain/ids.ts'
import { idleSince } from '#worker/domain/people/sign-in.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask, askTogether } from '#worker/store/control/ask.ts'
import { tenants } from '#worker/store/control/schema.ts'
import { textOrNull } from '#worker/store/keys/altered.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { openText, openTexts, type Place, sealText } from '#worker/store/keys/sealed.ts'
import { openPerson, type Person } from './people.ts'
import { memberships, people, signIns } from './schema.ts'

type SignInRow = Readonly<typeof signIns.$inferSelect>

/** Where a sign-in was made. */
export interface SignInPlace {
  readonly ip: string
  readonly country: string | null
  /** Name of the browser for people; null: it did not say. */
  readonly browser: string | null
}

/** Sign-in of a browser. `place` null: it was altered. */
export type SignIn = Omit<SignInRow, 'sealed' | 'tokenHash'> & { readonly place: SignInPlace | null }

const placeOf = (id: SignInId): Place => ['sign_ins', id, 'sealed']
const placeIn = (text: string | null): SignInPlace | null => (text === null ? null : (JSON.parse(text) as SignInPlace))

/** Writes a new sign-in, and deletes those that ended a day ago or more. `tokenHash`: keyed hash of its cookie. */
export async function insertSignIn(
  db: D1Database,
  keys: Keyring,
  signIn: SignIn & { readonly place: SignInPlace },
  tokenHash: string,
): Promise<void> {
  const { place, ...rest } = signIn
  const sealed = await sealText(await keys.standing(''), JSON.stringify(place), placeOf(signIn.id))
  await askTogether(db, (control) => [
    control.insert(signIns).values({ ...rest, tokenHash, sealed }),
    control.delete(signIns).where(lt(signIns.endsAt, signIn.createdAt)),
  ])
}

/** Finds a sign-in, whether it holds or not, and its person, by the keyed hash of its cookie. */
export async function signInByToken(
  db: D1Database,
  keys: Keyring,
  tokenHash: string,
): Promise<{ readonly signIn: SignIn; readonly person: Person } | null> {
  const [found] = await ask(db, (control) =>
    control
      .select()
      .from(signIns)
      .innerJoin(people, eq(people.id, signIns.personId))
      .where(eq(signIns.tokenHash, tokenHash)),
  )
  if (!found) return null
  const { sealed, tokenHash: _, ...rest } = found.sign_ins
  const place = placeIn(textOrNull(await openText(keys, '', sealed, placeOf(rest.id))))
  return { signIn: { ...rest, place }, person: await openPerson(keys, found.people) }
}

/** Lists a person's sign-ins that hold, the newest first. */
export async function signInsOf(
  db: D1Database,
  keys: Keyring,
  personId: PersonId,
  now: EpochMs,
): Promise<readonly SignIn[]> {
  const holds = and(isNull(signIns.endedAt), gt(signIns.endsAt, now), gt(signIns.seenAt, idleSince(now)))
  const rows = await ask(db, (control) =>
    control
      .select()
      .from(signIns)
      .where(and(eq(signIns.personId, personId), holds))
      .orderBy(desc(signIns.id)),
  )
  const places = await openTexts(
    keys,
    '',
    rows.map(({ id, sealed }) => [sealed, placeOf(id)]),
  )
  return rows.map(({ sealed: _, tokenHash: __, ...rest }, n) => ({ ...rest, place: placeIn(textOrNull(places[n])) }))
}

/** Writes the time of a sign-in's last call. */
export async function touchSignIn(db: D1Database, id: SignInId, now: EpochMs): Promise<void> {
  await ask(db, (control) => control.update(signIns).set({ seenAt: now }).where(eq(signIns.id, id)))
}

/** Gives a sign-in another cookie, and the time of a proof. False: it was ended meanwhile. */
export async function renewSignIn(
  db: D1Database,
  id: SignInId,
  renewed: Pick<SignInRow, 'tokenHash' | 'provenWith'> & { readonly steppedUpAt: EpochMs },
): Promise<boolean> {
  const changed = await ask(db, (control) =>
    control
      .update(signIns)
      .set(renewed)
      .where(and(eq(signIns.id, id), isNull(signIns.endedAt)))
      .returning({ id: signIns.id }),
  )
  return changed.length > 0
}

/** Tenant whose policy was raised to a version. */
interface RaisedPolicy {
  readonly tenantId: TenantId
  readonly version: number
}

/**
 * Ends sign-ins of a person, or all (`ids` null), and with them all tokens that he has: his generation rises, and so do the
 * policies that know it. Gives those policies.
 */
export async function endSignIns(
  db: D1Database,
  personId: PersonId,
  ids: readonly SignInId[] | null,
  now: EpochMs,
): Promise<readonly RaisedPolicy[]> {
  const own = and(eq(signIns.personId, personId), isNull(signIns.endedAt))
  const [, , raised] = await askTogether(db, (control) => [
    control
      .update(signIns)
      .set({ endedAt: now })
      .where(ids === null ? own : and(own, inArray(signIns.id, [...ids]))),
    control
      .update(people)
      .set({ generation: sql`${people.generation} + 1`, updatedAt: now })
      .where(eq(people.id, personId)),
    control
      .update(tenants)
      .set({ version: sql`${tenants.version} + 1`, updatedAt: now })
      .where(
        inArray(
          tenants.id,
          control.select({ id: memberships.tenantId }).from(memberships).where(eq(memberships.personId, personId)),
        ),
      )
      .returning({ tenantId: tenants.id, version: tenants.version }),
  ])
  return raised
}

/** True if a person has or had this sign-in. */
export async function isSignInOf(db: D1Database, personId: PersonId, id: string): Promise<boolean> {
  const found = await ask(db, (control) =>
    control
      .select({ id: signIns.id })
      .from(signIns)
      .where(and(eq(signIns.id, id as SignInId), eq(signIns.personId, personId))),
  )
  return found.length > 0
}
