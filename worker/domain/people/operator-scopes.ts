/** Scopes of the licensee's own calls (`/admin`), each with what it permits. */
export const OPERATOR_SCOPE_HELP = {
  'tenants:read': 'Read tenants, their credentials and senders.',
  'tenants:write': 'Create, change, suspend and resume tenants.',
  'tenants:close': 'Close a tenant for good.',
  'credentials:write': 'Make and revoke credentials of tenants.',
  'senders:write': 'Assign senders to tenants and take them away.',
  'connections:read': 'Read connections and routes, and which providers there are.',
  'connections:write': 'Change connections, their secrets, and routes.',
  'health:read': 'Read backlogs, dead letters without what is in them, outcomes and breakers.',
  'dead-letters:replay': 'Send dead jobs to their queues again.',
  'keys:read': 'Read which keys of SEAL_KEYS are in use.',
  'keys:rotate': 'Wrap and seal anew what lies under an older key of SEAL_KEYS.',
  'unowned:read': 'List messages to lines that no tenant has, without who wrote and what.',
  'people:disclose': 'Read people’s words and addresses, for a reason that is kept.',
  'licensee:read': 'Read the licensee’s settings.',
  'licensee:write': 'Change the licensee’s settings: who may sign up, and whose pages may use a sign-in.',
  'staff:read': 'Read who the licensee’s people are, and who is invited.',
  'staff:write': 'Invite the licensee’s people and change their roles.',
  'disclosures:read': 'Read who of the licensee read people’s words and addresses, and why.',
  'approvals:read': 'See what was proposed and decided, and of calls that you may make, what it is.',
  'approvals:write': 'Propose dangerous calls that you may make, and decide on those of others.',
  'identity:read': 'Read papers of legal persons without their files, and which registry of identities is asked.',
  'identity:review': 'Approve and refuse papers, and take a national id from a person.',
  'identity:registry': 'Choose the registry of identities that is asked.',
  'lost-access:read': 'Read requests of people who lost their way in, with their numbers.',
  'lost-access:refuse': 'Refuse such requests.',
  'lost-access:grant': 'Grant such requests: the person gets another number, and his passkeys go.',
  'requests:read': 'Read the access log of all tenants and operators.',
} as const
export type OperatorScope = keyof typeof OPERATOR_SCOPE_HELP
export const OPERATOR_SCOPES = Object.keys(OPERATOR_SCOPE_HELP) as readonly OperatorScope[]

/** Scopes of dangerous acts. A program holds none of them, unless its token breaks the glass. */
export const DANGEROUS_SCOPES: readonly OperatorScope[] = [
  'tenants:close',
  'keys:rotate',
  'people:disclose',
  'staff:write',
  'licensee:write',
  'identity:registry',
  'lost-access:grant',
]

/** Further scopes that no program holds unless its token breaks the glass: a person decides who somebody is. */
export const PEOPLES_SCOPES: readonly OperatorScope[] = ['identity:review', 'lost-access:read', 'lost-access:refuse']
