import { DANGEROUS_SCOPES } from '#worker/domain/people/operator-scopes.ts'
import type { Operation } from './operation.ts'

/** True of a call that two of the licensee's people do: one that changes or shows something by a dangerous scope. */
export const isDangerous = ({ method, operatorScope }: Operation): boolean =>
  method !== 'GET' && operatorScope !== undefined && DANGEROUS_SCOPES.includes(operatorScope)
