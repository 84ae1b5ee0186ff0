/** Scopes that a token can hold, each with the calls that it permits. */
export const SCOPE_HELP = {
  'account:read': 'Read what the account is: its limits and what is used of them, its rules, its identity level.',
  'messages:send': 'Send, preview and cancel messages.',
  'messages:read': 'Read messages and batches.',
  'webhooks:read': 'Read webhook endpoints and their delivery log.',
  'webhooks:write': 'Change webhook endpoints, send test events and redeliver.',
  'suppressions:read': 'Read opt-outs.',
  'suppressions:write': 'Add and remove opt-outs.',
  'media:read': 'Read and download files.',
  'media:write': 'Upload and delete files.',
  'devices:read': 'Read devices and push subscriptions.',
  'devices:write': 'Register, change and remove devices and push subscriptions.',
  'sessions:read': 'Read sessions and their turns.',
  'verifications:read': 'Read verifications.',
  'verifications:write': 'Start, check, resend and cancel verifications.',
  'senders:read': 'Read the account’s senders.',
  'statistics:read': 'Read how many messages and verifications there were, and what came of them.',
  'requests:read': 'Read the log of calls: from where, by whom, what and when.',
  'people:read': 'Read who may act for the account, and who is invited.',
  'people:write': 'Invite people, change their roles and remove them.',
  'keys:read': 'Read API keys and credentials, and when each was last used.',
  'keys:write': 'Make and revoke API keys.',
} as const
export type Scope = keyof typeof SCOPE_HELP
export const SCOPES = Object.keys(SCOPE_HELP) as readonly Scope[]

/** Scopes that people alone hold: no program makes keys or members, so that a leaked key cannot outlive itself. */
const OF_PEOPLE: readonly Scope[] = ['people:write', 'keys:write']
/** Scopes that a credential can hold. */
export const CREDENTIAL_SCOPES: readonly Scope[] = SCOPES.filter((scope) => !OF_PEOPLE.includes(scope))
