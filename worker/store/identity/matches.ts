import { eq } from 'drizzle-orm'
import type { NationalId } from '#worker/domain/identity/national-id.ts'
import type { RegistryAnswer } from '#worker/domain/identity/registry.ts'
import type { PersonId } from '#worker/domain/ids.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import { ask } from '#worker/store/control/ask.ts'
import type { Keyring, Keys } from '#worker/store/keys/keyring.ts'
import { keyedHash, type Place, sealText } from '#worker/store/keys/sealed.ts'
import { identityMatches } from './schema.ts'

/** Match of a person with a national id and a mobile, by the hashes of both. */
export type IdentityMatch = Pick<typeof identityMatches.$inferSelect, 'personId' | 'nationalKey' | 'mobileKey'>

const nationalKeyOf = (keys: Keys, id: NationalId): Promise<string> => keyedHash(keys, ['national-id', id])
const mobileKeyOf = (keys: Keys, mobile: string): Promise<string> => keyedHash(keys, ['identity-mobile', mobile])

/** What a person asks to have matched. */
interface Claim {
  readonly personId: PersonId
  /** In E.164. */
  readonly mobile: string
  readonly nationalId: NationalId
}

/** The match that a claim asks for, before anybody confirmed it. */
export async function claimed(keyring: Keyring, { personId, mobile, nationalId }: Claim): Promise<IdentityMatch> {
  const keys = await keyring.standing('')
  const [nationalKey, mobileKey] = await Promise.all([nationalKeyOf(keys, nationalId), mobileKeyOf(keys, mobile)])
  return { personId, nationalKey, mobileKey }
}

/** The match that a person has; null: none. */
export async function matchOf(db: D1Database, personId: PersonId): Promise<IdentityMatch | null> {
  const [row] = await ask(db, (control) =>
    control.select().from(identityMatches).where(eq(identityMatches.personId, personId)),
  )
  return row ?? null
}

/** Person that has a national id here, and since when; null: nobody. */
export async function ownerOf(
  db: D1Database,
  keyring: Keyring,
  nationalId: NationalId,
): Promise<Pick<typeof identityMatches.$inferSelect, 'personId' | 'registry' | 'matchedAt'> | null> {
  const key = await nationalKeyOf(await keyring.standing(''), nationalId)
  const [row] = await ask(db, (control) =>
    control.select().from(identityMatches).where(eq(identityMatches.nationalKey, key)),
  )
  return row ?? null
}

/** Question to a registry, by whom and when. */
interface Try {
  readonly personId: PersonId
  readonly id: string
  readonly at: EpochMs
  readonly registry: string
}

const TAKE = `INSERT INTO identity_checks (person_id, id, at, registry)
SELECT ?1, ?2, ?3, ?4 WHERE (SELECT count(*) FROM identity_checks WHERE person_id = ?1 AND at > ?5) < ?6
ON CONFLICT DO NOTHING`
const TAKEN = 'SELECT count(*) AS count, min(at) AS first FROM identity_checks WHERE person_id = ?1 AND at > ?2'

/**
 * Notes a question before it is asked, unless the person has asked `most` within a day: tries at once are counted. Answers how
 * many are left, or the time from which there is one again.
 */
export async function takeTry(
  db: D1Database,
  { personId, id, at, registry }: Try,
  most: number,
): Promise<{ readonly left: number } | { readonly nextAt: EpochMs }> {
  const since = at - DAY
  const [taken, counted] = await db.batch<{ readonly count: number; readonly first: number }>([
    db.prepare(TAKE).bind(personId, id, at, registry, since, most),
    db.prepare(TAKEN).bind(personId, since),
  ])
  const { count = 0, first = at } = counted?.results[0] ?? {}
  return taken?.meta.changes === 1 ? { left: Math.max(0, most - count) } : { nextAt: first + DAY }
}

/** Writes what the registry said to a question. */
export async function recordAnswer(
  db: D1Database,
  keyring: Keyring,
  { personId, id }: Pick<Try, 'personId' | 'id'>,
  { answer, reference }: RegistryAnswer,
): Promise<void> {
  const place: Place = ['identity_checks', personId, id, 'reference']
  const sealed = reference === null ? null : await sealText(await keyring.standing(''), reference, place)
  await db
    .prepare('UPDATE identity_checks SET answer = ?3, reference = ?4 WHERE person_id = ?1 AND id = ?2')
    .bind(personId, id, answer, sealed)
    .run()
}

const KEEP = `INSERT INTO identity_matches (person_id, national_key, mobile_key, sealed, registry, matched_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS (SELECT 1 FROM identity_matches WHERE national_key = ?2 AND person_id <> ?1)
ON CONFLICT (person_id) DO UPDATE SET mobile_key = ?3, sealed = ?4, registry = ?5, matched_at = ?6 WHERE national_key = ?2`

/**
 * Keeps a match that a registry confirmed, with the id, sealed. Answers false if somebody else has the national id, or the person
 * has another one: of two at once the first has it.
 */
export async function keepMatch(
  db: D1Database,
  keyring: Keyring,
  { match, nationalId }: { readonly match: IdentityMatch; readonly nationalId: NationalId },
  { registry, reference, at }: Pick<RegistryAnswer, 'reference' | 'at'> & { readonly registry: string },
): Promise<boolean> {
  const { personId, nationalKey, mobileKey } = match
  const place: Place = ['identity_matches', personId, 'sealed']
  const sealed = await sealText(await keyring.standing(''), JSON.stringify({ nationalId, reference }), place)
  const { meta } = await db.prepare(KEEP).bind(personId, nationalKey, mobileKey, sealed, registry, at).run()
  return meta.changes === 1
}

/** Takes a person's match away; false: there was none. */
export async function deleteMatch(db: D1Database, personId: PersonId): Promise<boolean> {
  const { meta } = await db.prepare('DELETE FROM identity_matches WHERE person_id = ?1').bind(personId).run()
  return meta.changes === 1
}

/** Number of questions that a person has asked within a day. */
export async function triesSince(db: D1Database, personId: PersonId, since: EpochMs): Promise<number> {
  const row = await db.prepare(TAKEN).bind(personId, since).first<{ readonly count: number }>()
  return row?.count ?? 0
}
