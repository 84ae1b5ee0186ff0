import { and, eq, isNull, sql } from 'drizzle-orm'
import type { PersonId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask, askTogether } from '#worker/store/control/ask.ts'
import { alteredMark, type MaybeAltered, textOrNull } from '#worker/store/keys/altered.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { keyedHash, openText, type Place, sealText } from '#worker/store/keys/sealed.ts'
import { memberships, passkeys, people } from './schema.ts'
import { levelTenants, tenantsOwnedBy } from './tenant-levels.ts'

type PersonRow = Readonly<typeof people.$inferSelect>

/** What tells who a person is. */
export interface PersonFacts {
  readonly name: string
  /** Verified number in E.164; null: none was verified. */
  readonly mobile: string | null
  readonly email: string | null
}

/** Person with what was sealed of him. Null also stands for what was forgotten, or altered. */
export type Person = Omit<PersonRow, 'sealed' | 'mobileKey' | 'emailKey'> & {
  readonly [Key in keyof PersonFacts]: PersonFacts[Key] | null
} & MaybeAltered

/** Person as he is written. */
export type NewPerson = Omit<Person, 'isAltered' | 'name'> & PersonFacts

const placeOf = (id: PersonId): Place => ['people', id, 'sealed']

export const mobileKeyOf = async (keys: Keyring, mobile: string): Promise<string> =>
  keyedHash(await keys.standing(''), ['person-mobile', mobile])
const emailKeyOf = async (keys: Keyring, email: string): Promise<string> =>
  keyedHash(await keys.standing(''), ['person-email', email.toLowerCase()])

/** Columns that hold what tells who somebody is, sealed or as hashes. */
export async function sealedFacts(keys: Keyring, id: PersonId, { name, mobile, email }: PersonFacts) {
  const facts: PersonFacts = { name, mobile, email }
  return {
    sealed: await sealText(await keys.standing(''), JSON.stringify(facts), placeOf(id)),
    mobileKey: mobile === null ? null : await mobileKeyOf(keys, mobile),
    emailKey: email === null ? null : await emailKeyOf(keys, email),
  }
}

/** Person of a row that was read. */
export async function openPerson(keys: Keyring, row: PersonRow): Promise<Person> {
  const { sealed, mobileKey: _, emailKey: __, ...rest } = row
  const opened = sealed === null ? null : await openText(keys, '', sealed, placeOf(row.id))
  const text = textOrNull(opened)
  const facts = text === null ? { name: null, mobile: null, email: null } : (JSON.parse(text) as PersonFacts)
  return { ...rest, ...facts, ...alteredMark(opened) }
}

/** Adds a person. False: somebody has that mobile, or the id, and nothing is written. */
export async function insertPerson(db: D1Database, keys: Keyring, person: NewPerson): Promise<boolean> {
  const { name, mobile, email, ...rest } = person
  const row = { ...rest, ...(await sealedFacts(keys, person.id, { name, mobile, email })) }
  const made = await ask(db, (control) =>
    control.insert(people).values(row).onConflictDoNothing().returning({ id: people.id }),
  )
  return made.length > 0
}

export async function personById(db: D1Database, keys: Keyring, id: string): Promise<Person | null> {
  const [row] = await ask(db, (control) =>
    control
      .select()
      .from(people)
      .where(eq(people.id, id as PersonId)),
  )
  return row ? openPerson(keys, row) : null
}

/**
 * Gives a person another name, who was read with his mobile and address. False: he changed his number meanwhile, or is closed,
 * and nothing is written.
 */
export async function renamePerson(
  db: D1Database,
  keys: Keyring,
  { id, mobile, email, name }: PersonFacts & Pick<Person, 'id'>,
  at: EpochMs,
): Promise<boolean> {
  const { sealed, mobileKey } = await sealedFacts(keys, id, { name, mobile, email })
  const isSame = mobileKey === null ? isNull(people.mobileKey) : eq(people.mobileKey, mobileKey)
  const changed = await ask(db, (control) =>
    control
      .update(people)
      .set({ sealed, updatedAt: at })
      .where(and(eq(people.id, id), eq(people.status, 'active'), isSame))
      .returning({ id: people.id }),
  )
  return changed.length > 0
}

/** Whose a mobile is, and whether a code to it is proof enough. */
interface Owner {
  readonly id: PersonId
  /** True of who has no passkey, and no role at the licensee: those two want a passkey. */
  readonly mayUseCode: boolean
}

// Names by hand: of a column that is selected the builder leaves its table out, and a passkey has an id too.
const isProvenByCode = sql<number>`people.status = 'active' AND people.operator_role IS NULL
  AND NOT EXISTS (SELECT 1 FROM passkeys WHERE passkeys.person_id = people.id)`

/** Finds whose a verified mobile is. */
export async function ownerOfMobile(db: D1Database, keys: Keyring, mobile: string): Promise<Owner | null> {
  const key = await mobileKeyOf(keys, mobile)
  const [row] = await ask(db, (control) =>
    control.select({ id: people.id, mayUseCode: isProvenByCode }).from(people).where(eq(people.mobileKey, key)),
  )
  return row ? { id: row.id, mayUseCode: row.mayUseCode === 1 } : null
}

/** Condition on a person whom no open tenant, nor the licensee, has as an owner that it cannot do without. */
const isNoLastOwner = sql`people.operator_role IS NOT 'owner' AND NOT EXISTS (
  SELECT 1 FROM memberships m JOIN tenants t ON t.id = m.tenant_id AND t.status <> 'closed'
  WHERE m.person_id = people.id AND m.role = 'owner' AND NOT EXISTS (
    SELECT 1 FROM memberships o JOIN people p ON p.id = o.person_id AND p.status = 'active'
    WHERE o.tenant_id = m.tenant_id AND o.role = 'owner' AND o.person_id <> m.person_id))`

/**
 * Closes a person for good, who was read at `generation`: what tells who he is goes, and so do passkeys and memberships. False:
 * his sign-ins changed meanwhile, or an open tenant, or the licensee, would lose its last owner, and nothing is written. Decided
 * in the database, so that of two owners who close at once one stays.
 */
export async function closePerson(
  db: D1Database,
  { id, generation }: Pick<Person, 'id' | 'generation'>,
  now: EpochMs,
): Promise<boolean> {
  const closed = {
    status: 'closed' as const,
    mobileKey: null,
    emailKey: null,
    sealed: null,
    operatorRole: null,
    generation: generation + 1,
    updatedAt: now,
    closedAt: now,
  }
  const isClosed = sql`EXISTS (SELECT 1 FROM ${people} WHERE ${people.id} = ${id} AND ${people.status} = 'closed')`
  const [changed] = await askTogether(db, (control) => [
    control
      .update(people)
      .set(closed)
      .where(and(eq(people.id, id), eq(people.generation, generation), isNull(people.closedAt), isNoLastOwner))
      .returning({ id: people.id }),
    levelTenants(control, tenantsOwnedBy(id), now),
    control.delete(passkeys).where(and(eq(passkeys.personId, id), isClosed)),
    control.delete(memberships).where(and(eq(memberships.personId, id), isClosed)),
  ])
  return changed.length > 0
}
