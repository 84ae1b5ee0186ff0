/** Scopes that a token can hold, each with the calls that it permits. */
export const SCOPE_HELP = {
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
  'requests:read': 'Read the log of calls: from where, by whom, what and when.',
} as const
export type Scope = keyof typeof SCOPE_HELP
export const SCOPES = Object.keys(SCOPE_HELP) as readonly Scope[]
