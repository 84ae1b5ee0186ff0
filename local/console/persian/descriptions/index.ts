import { ACCOUNT } from './account.ts'
import { CAPABILITIES } from './capabilities.ts'
import { CONTENTS } from './contents.ts'
import { IDENTITY } from './identity.ts'
import { MEMBERS } from './members.ts'
import { MESSAGES } from './messages.ts'
import { OPERATORS } from './operators.ts'
import { SIGN_IN } from './sign-in.ts'
import { STAFF } from './staff.ts'
import { STATISTICS } from './statistics.ts'
import { TELEPHONE } from './telephone.ts'
import { TENANTS } from './tenants.ts'
import { VERIFICATIONS } from './verifications.ts'
import { WEBHOOKS } from './webhooks.ts'

/** The Persian by subject. What is said of several stands in the first. */
export const PARTS: readonly Readonly<Record<string, string>>[] = [
  MESSAGES,
  CONTENTS,
  CAPABILITIES,
  ACCOUNT,
  STATISTICS,
  WEBHOOKS,
  MEMBERS,
  VERIFICATIONS,
  SIGN_IN,
  IDENTITY,
  TELEPHONE,
  TENANTS,
  OPERATORS,
  STAFF,
]

/**
 * Persian of what the document of the API says of calls, fields and answers, by its English: where the English changes, the
 * page shows the new English until it has a Persian of its own.
 */
export const DESCRIPTIONS: ReadonlyMap<string, string> = new Map(PARTS.flatMap(Object.entries))
