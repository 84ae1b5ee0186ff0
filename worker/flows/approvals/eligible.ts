import type { PersonId } from '#worker/domain/ids.ts'
import { OPERATOR_SCOPES_OF } from '#worker/domain/people/roles.ts'
import { type Colleague, colleagues } from '#worker/store/people/colleagues.ts'

const holds = ({ role }: Colleague, scope: string): boolean =>
  (OPERATOR_SCOPES_OF[role] as readonly string[]).includes(scope)

/** True if two accounts are, as far as is known, one human being's: one has a mobile, and a national id, once. */
const isSameHuman = (a: Colleague, b: Colleague): boolean =>
  a.id === b.id || (a.mobileKey !== null && a.mobileKey === b.mobileKey)

/** The licensee's people who hold a scope, and who of them is not the person himself. */
interface Eligible {
  /** The person; null: he does not hold it. */
  readonly self: Colleague | null
  readonly others: readonly Colleague[]
}

/** Finds who may decide on a call of this scope: whoever may make it, and is another human being than this person. */
export async function eligibleFor(db: D1Database, scope: string, person: PersonId): Promise<Eligible> {
  const all = (await colleagues(db)).filter((one) => holds(one, scope))
  const self = all.find(({ id }) => id === person) ?? null
  return { self, others: all.filter((one) => one.id !== person && !(self && isSameHuman(one, self))) }
}
