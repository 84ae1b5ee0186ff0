import { and, asc, eq, isNull, lt, or, sql } from 'drizzle-orm'
import type { PasskeyId, PersonId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask, rowValues } from '#worker/store/control/ask.ts'
import { alteredMark, type MaybeAltered, textOrNull } from '#worker/store/keys/altered.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { openTexts, type Place, sealText } from '#worker/store/keys/sealed.ts'
import { passkeys } from './schema.ts'

type PasskeyRow = Readonly<typeof passkeys.$inferSelect>

/** Passkey with the name that its person gave it; null: that was forgotten, or altered. */
export type Passkey = Omit<PasskeyRow, 'name'> & { readonly name: string | null } & MaybeAltered

const placeOf = (id: PasskeyId): Place => ['passkeys', id, 'name']

const sealedName = async (keys: Keyring, id: PasskeyId, name: string): Promise<string> =>
  sealText(await keys.standing(''), name, placeOf(id))

/**
 * Adds a passkey to a person who has fewer than `most`. False: he has not, or a passkey of this credential is there, and nothing
 * is written.
 */
export async function insertPasskey(
  db: D1Database,
  keys: Keyring,
  passkey: PasskeyRow,
  most: number,
): Promise<boolean> {
  const { id, personId } = passkey
  const row = { ...passkey, name: await sealedName(keys, id, passkey.name) }
  const own = sql`SELECT count(*) FROM ${passkeys} WHERE ${passkeys.personId} = ${personId}`
  const made = await ask(db, (control) =>
    control
      .insert(passkeys)
      .select(sql`SELECT ${rowValues(passkeys, row)} WHERE (${own}) < ${most}`)
      .onConflictDoNothing()
      .returning({ id: passkeys.id }),
  )
  return made.length > 0
}

/** Lists a person's passkeys, the oldest first. */
export async function passkeysOf(db: D1Database, keys: Keyring, personId: PersonId): Promise<readonly Passkey[]> {
  const rows = await ask(db, (control) =>
    control.select().from(passkeys).where(eq(passkeys.personId, personId)).orderBy(asc(passkeys.id)),
  )
  const names = await openTexts(
    keys,
    '',
    rows.map(({ id, name }) => [name, placeOf(id)]),
  )
  return rows.map((row, n) => ({ ...row, name: textOrNull(names[n] ?? null), ...alteredMark(names[n] ?? null) }))
}

/** True if a person has a passkey, also one that is refused: then no code alone opens his account. */
export async function hasPasskey(db: D1Database, personId: PersonId): Promise<boolean> {
  const found = await ask(db, (control) =>
    control.select({ id: passkeys.id }).from(passkeys).where(eq(passkeys.personId, personId)).limit(1),
  )
  return found.length > 0
}

/** What a challenge's answer is held against. */
type HeldAgainst = Pick<PasskeyRow, 'id' | 'personId' | 'publicKey' | 'refusedAt'>

/** Finds a passkey by the name that its authenticator gave it. */
export async function passkeyOfCredential(db: D1Database, credentialId: string): Promise<HeldAgainst | null> {
  const { id, personId, publicKey, refusedAt } = passkeys
  const [found] = await ask(db, (control) =>
    control
      .select({ id, personId, publicKey, refusedAt })
      .from(passkeys)
      .where(eq(passkeys.credentialId, credentialId)),
  )
  return found ?? null
}

/**
 * Writes that a passkey signed. Its counter must have grown, or be 0 as ever: false, and it is refused from now on, if not, for
 * then another authenticator has its secret too. Decided in the database, so that two who sign at once are not taken for one.
 */
export async function notePasskeyUse(
  db: D1Database,
  id: PasskeyId,
  used: { readonly counter: number; readonly isSynced: boolean; readonly at: EpochMs },
): Promise<boolean> {
  const { counter, isSynced, at } = used
  const own = and(eq(passkeys.id, id), isNull(passkeys.refusedAt))
  const grows = counter === 0 ? eq(passkeys.counter, 0) : lt(passkeys.counter, counter)
  const noted = await ask(db, (control) =>
    control
      .update(passkeys)
      .set({ counter, isSynced, lastUsedAt: at })
      .where(and(own, grows))
      .returning({ id: passkeys.id }),
  )
  if (noted.length > 0) return true
  await ask(db, (control) => control.update(passkeys).set({ refusedAt: at }).where(own))
  return false
}

/** Gives a passkey of a person another name. False: he has none of this id. */
export async function renamePasskey(
  db: D1Database,
  keys: Keyring,
  { id, personId }: Pick<PasskeyRow, 'id' | 'personId'>,
  name: string,
): Promise<boolean> {
  const sealed = await sealedName(keys, id, name)
  const changed = await ask(db, (control) =>
    control
      .update(passkeys)
      .set({ name: sealed })
      .where(and(eq(passkeys.id, id), eq(passkeys.personId, personId)))
      .returning({ id: passkeys.id }),
  )
  return changed.length > 0
}

/**
 * Removes a passkey of a person. False, and nothing is removed, if he could not come in any more: one that signs must be left,
 * or, with `byCode`, none at all. Decided in the database, so that of two removals at once one fails.
 */
export async function removePasskey(
  db: D1Database,
  { id, personId }: Pick<PasskeyRow, 'id' | 'personId'>,
  byCode: boolean,
): Promise<boolean> {
  const others = sql`FROM ${passkeys} AS other WHERE other.person_id = ${personId} AND other.id <> ${id}`
  const signs = sql`EXISTS (SELECT 1 ${others} AND other.refused_at IS NULL)`
  const none = sql`NOT EXISTS (SELECT 1 ${others})`
  const removed = await ask(db, (control) =>
    control
      .delete(passkeys)
      .where(and(eq(passkeys.id, id), eq(passkeys.personId, personId), byCode ? or(signs, none) : signs))
      .returning({ id: passkeys.id }),
  )
  return removed.length > 0
}
