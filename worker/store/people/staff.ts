import type { PersonId } from '#worker/domain/ids.ts'
import type { OperatorRole } from '#worker/domain/people/roles.ts'

/** Facts that decide whether a person may act for the licensee. */
interface StaffMember {
  readonly status: 'active' | 'closed'
  readonly operatorRole: OperatorRole | null
  readonly generation: number
  readonly level: number
}

// Written by hand: every operator's call asks it, and all Workers that serve calls hold it.
const STAFF_MEMBER = `SELECT status, operator_role AS operatorRole, generation, level FROM people WHERE id = ?1`

/** Reads a person's row as far as it tells what he is at the licensee; null: there is no such person. */
export const staffMember = (db: D1Database, id: PersonId): Promise<StaffMember | null> =>
  db.prepare(STAFF_MEMBER).bind(id).first<StaffMember>()
