import type { PasskeyId, PersonId, SignInId } from '#worker/domain/ids.ts'
import type { OperatorRole } from '#worker/domain/people/roles.ts'

/** One of the licensee's people who may act now. */
export interface Colleague {
  readonly id: PersonId
  readonly role: OperatorRole
  readonly mobileKey: string | null
}

/** Identity level that the licensee's people have at least. */
const STAFF_LEVEL = 2

const COLLEAGUES = `SELECT id, operator_role AS role, mobile_key AS mobileKey FROM people INDEXED BY people_by_operator_role
WHERE operator_role IS NOT NULL AND status = 'active' AND level >= ${STAFF_LEVEL}`

/** Lists the licensee's people. */
export const colleagues = async (db: D1Database): Promise<readonly Colleague[]> =>
  (await db.prepare(COLLEAGUES).all<Colleague>()).results

/** Passkey by which the person of a sign-in last proved himself; null: by other means, or there is no such sign-in. */
export const provenWith = (db: D1Database, signIn: SignInId): Promise<PasskeyId | null> =>
  db.prepare('SELECT proven_with AS provenWith FROM sign_ins WHERE id = ?1').bind(signIn).first<PasskeyId>('provenWith')
