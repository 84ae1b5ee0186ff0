import type { Resource } from '#worker/routes/operation/operation.ts'
import { publicLicensee } from '#worker/routes/public/licensee.ts'
import { account } from './account.ts'
import { codes } from './codes.ts'
import { identity } from './identity.ts'
import { acceptance } from './invitations.ts'
import { lostAccess } from './lost-access.ts'
import { mobile } from './mobile.ts'
import { passkeys } from './passkeys.ts'

/** Calls of people's own affairs, `/v1/auth/*`, which a split deployment serves by a script of their own. */
export const signInResources: readonly Resource[] = [
  account,
  codes,
  acceptance,
  passkeys,
  mobile,
  lostAccess,
  identity,
  publicLicensee,
]
