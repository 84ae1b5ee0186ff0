import type { Context } from 'hono'
import { Problem } from '#worker/domain/problem.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { askAgain, askSignIn, askStepUp, signInByCode, stepUpByCode } from '#worker/flows/accounts/by-code.ts'
import { closeOwn } from '#worker/flows/accounts/close.ts'
import type { CodeCall, SentCode } from '#worker/flows/accounts/codes.ts'
import { askSignUp, makeOwnTenant, signUp } from '#worker/flows/accounts/sign-up.ts'
import { isShielded, SHIELD_RETRY } from '#worker/flows/core/shield.ts'
import { clientPlace } from '#worker/lib/http/client-ip.ts'
import { requestRow } from '#worker/middleware/request-row.ts'
import { dropSignIn, placeOfCall, showSignIn } from '#worker/middleware/signed-in.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { timestampOrNull } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { signedInOf } from './account.ts'
import {
  askAgainOperation,
  askSignInOperation,
  askSignUpOperation,
  askStepUpOperation,
  closeAccountOperation,
  makeTenantOperation,
  signInOperation,
  signUpOperation,
  stepUpOperation,
} from './code-operations.ts'

/** Refuses what Cloudflare's rate limit of sign-ins has no room for: these calls send, and nobody is known yet. */
export async function demandRoom(c: Context<AppEnv>): Promise<void> {
  if (await isShielded(c.env.SIGN_IN_SHIELD, c.req.raw, c.get('platform').log))
    throw new Problem('too-many-calls', { headers: { 'Retry-After': String(SHIELD_RETRY) } })
}

/** The call as one that sends a code; the access log names the verification. */
export async function codeCall(c: Context<AppEnv>, { path }: Operation): Promise<CodeCall> {
  await demandRoom(c)
  const { ip, asn } = clientPlace(c.req.raw)
  return {
    request: c.get('requestId'),
    row: (id) => requestRow(c, 202, { route: path, object: id }),
    from: { ip, asn },
  }
}

export const sent = (c: Context<AppEnv>, { expiresAt, resendAt, ...rest }: SentCode) =>
  c.json({ ...rest, expiresAt: toTimestamp(expiresAt), resendAt: timestampOrNull(resendAt) }, 202)

/** What a person types, and where. */
const typedIn = (c: Context<AppEnv>, typed: { readonly ceremony: string; readonly code: string }) => ({
  ...typed,
  request: c.get('requestId'),
  place: placeOfCall(c),
  before: c.get('signedIn') ?? null,
})

/** `/v1/auth`: sign-up, sign-in and step-up by a code to the mobile, and the end of an account. */
export const codes: Resource = {
  operations: [
    askSignUpOperation,
    signUpOperation,
    askSignInOperation,
    signInOperation,
    askAgainOperation,
    askStepUpOperation,
    stepUpOperation,
    makeTenantOperation,
    closeAccountOperation,
  ],
  mount(app) {
    serve(app, askSignUpOperation, async (c, { body }) => {
      return sent(c, await askSignUp(c.get('platform'), await codeCall(c, askSignUpOperation), body))
    })
    serve(app, signUpOperation, async (c, { body }) => {
      await demandRoom(c)
      const { fresh, tenant } = await signUp(c.get('platform'), typedIn(c, body))
      showSignIn(c, fresh)
      c.set('noted', { object: tenant?.id ?? fresh.person.id, parent: fresh.signIn.id })
      return c.json({
        id: fresh.person.id,
        tenant: tenant && { id: tenant.id, name: tenant.name, status: tenant.status },
      })
    })
    serve(app, askSignInOperation, async (c, { body: { mobile, locale } }) =>
      sent(c, await askSignIn(c.get('platform'), await codeCall(c, askSignInOperation), { mobile, locale })),
    )
    serve(app, signInOperation, async (c, { body }) => {
      await demandRoom(c)
      const fresh = await signInByCode(c.get('platform'), typedIn(c, body))
      showSignIn(c, fresh)
      c.set('noted', { object: fresh.signIn.id })
      return c.json({ id: fresh.person.id })
    })
    serve(app, askAgainOperation, async (c, { body: { ceremony, channel } }) =>
      sent(c, await askAgain(c.get('platform'), await codeCall(c, askAgainOperation), { ceremony, channel })),
    )
    serve(app, askStepUpOperation, async (c) =>
      sent(c, await askStepUp(c.get('platform'), await codeCall(c, askStepUpOperation), signedInOf(c))),
    )
    serve(app, stepUpOperation, async (c, { body }) => {
      const fresh = await stepUpByCode(c.get('platform'), signedInOf(c), { ...body, request: c.get('requestId') })
      showSignIn(c, fresh)
      c.set('noted', { object: fresh.signIn.id })
      return c.body(null, 204)
    })
    serve(app, makeTenantOperation, async (c, { body }) => {
      const { person } = signedInOf(c)
      const made = await makeOwnTenant(c.get('platform'), person, body.tenantName, c.get('requestId'))
      c.set('noted', { object: made.id })
      return c.json({ id: made.id, name: made.name, status: made.status })
    })
    serve(app, closeAccountOperation, async (c) => {
      await closeOwn(c.get('platform'), signedInOf(c))
      dropSignIn(c)
      return c.body(null, 204)
    })
  },
}
