import type { OperatorRole } from '#worker/domain/people/roles.ts'

/** Person whom `npm start` makes. */
export interface LocalPerson {
  readonly name: string
  /** Number of the sandbox network, whose telephone shows what arrives (docs/sandbox.md). */
  readonly mobile: string
  readonly level: number
  readonly operatorRole: OperatorRole | null
}

/** Owner of the demo tenant, and an operator. */
export const LOCAL_PEOPLE = {
  owner: { name: 'Demo Owner', mobile: '+989121230001', level: 1, operatorRole: null },
  operator: { name: 'Demo Operator', mobile: '+989121230002', level: 2, operatorRole: 'owner' },
} as const satisfies Readonly<Record<string, LocalPerson>>

/** Path that makes the people who are missing: `?tenant=` is whose owner one of them is. */
export const PEOPLE_PATH = '/cdn-cgi/local/people'

/** Path that makes a link for `?as=`, and answers it as text. */
export const LINKS_PATH = '/cdn-cgi/local/sign-in-link'

/** Page whose buttons sign a browser in. */
export const ENTRY_PATH = '/cdn-cgi/local/sign-in'

/** Path that a link leads to. Browsers call it, so it stands where the cookie is looked for. */
export const LINK_PATH = '/v1/auth/sign-in/link'
