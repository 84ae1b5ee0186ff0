import type { Mode } from '../../api/context.ts'
import type { Me } from '../../api/queries.ts'

/** How an account stands; undefined: the person does not act for it. */
export type Standing = Me['tenants'][number]['status'] | undefined

export const standingOf = (me: Me, tenantId: string): Standing => me.tenants.find(({ id }) => id === tenantId)?.status

/** True of an account that the API answers no call of in a mode: its pages are not asked for, and why is said instead. */
export const isHeld = (standing: Standing, mode: Mode): boolean =>
  standing === 'suspended' || standing === 'closed' || (standing === 'pending' && mode === 'live')
