import { eq } from 'drizzle-orm'
import { type IdentityLevel, levelOfNumber, numberOfLevel } from '#worker/domain/identity/level.ts'
import type { PersonId, TenantId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask } from '#worker/store/control/ask.ts'
import { people } from '#worker/store/people/schema.ts'

/** Level of a person who is not closed; null: there is none. */
export async function levelOfPerson(db: D1Database, personId: PersonId): Promise<IdentityLevel | null> {
  const [row] = await ask(db, (control) => control.select().from(people).where(eq(people.id, personId)))
  return row?.status === 'active' ? levelOfNumber(row.level) : null
}

const HIGHEST = `'L' || coalesce((SELECT max(p.level) FROM memberships m JOIN people p ON p.id = m.person_id
WHERE m.tenant_id = tenants.id AND m.role = 'owner' AND p.status = 'active'), 0)`
const SET = `UPDATE people SET level = ?2, updated_at = ?3 WHERE id = ?1 AND status = 'active'`
// A tenant without a level is an operator's, and none of its owners' gives it one.
const LEVEL_TENANTS = `UPDATE tenants
SET settings = json_set(settings, '$.identityLevel', ${HIGHEST}), version = version + 1, updated_at = ?2
WHERE id IN (SELECT tenant_id FROM memberships WHERE person_id = ?1 AND role = 'owner')
AND json_extract(settings, '$.identityLevel') <> ${HIGHEST} RETURNING id, version`

/** Tenant whose policy changed, and the version that it has now. */
interface Leveled {
  readonly id: TenantId
  readonly version: number
}

/** Writes the level of a person, and of the tenants that are his: each has the highest of its owners'. */
export async function writeLevel(
  db: D1Database,
  personId: PersonId,
  level: IdentityLevel,
  now: EpochMs,
): Promise<readonly Leveled[]> {
  const [, leveled] = await db.batch<Leveled>([
    db.prepare(SET).bind(personId, numberOfLevel(level), now),
    db.prepare(LEVEL_TENANTS).bind(personId, now),
  ])
  return leveled?.results ?? []
}
