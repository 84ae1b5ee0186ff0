import type { Context } from 'hono'
import * as z from 'zod'
import { CREDENTIAL_SCOPES } from '#worker/domain/people/scopes.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Credential } from '#worker/domain/tenants/tenant.ts'
import { ACCESS_TOKEN_SECONDS, issueAccessToken } from '#worker/flows/auth/access-token.ts'
import { type Login, loginClient } from '#worker/flows/auth/client-login.ts'
import { admitCall, policyKnowing } from '#worker/flows/core/admission.ts'
import { isShielded, SHIELD_RETRY } from '#worker/flows/core/shield.ts'
import { clientIp } from '#worker/lib/http/client-ip.ts'
import { logCall, noteRefusal } from '#worker/middleware/audit.ts'
import { readBody } from '#worker/middleware/read-body.ts'
import { requestRow } from '#worker/middleware/request-row.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { OAUTH_ERRORS, type OauthError, readTokenRequest } from './token-request.ts'

/** Most bytes of a token request's body. */
const FORM_LIMIT = 8_192
const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' }

const tokenAnswer = z
  .strictObject({
    access_token: z.string().meta({ description: 'A JWT (RFC 9068). Send it as `Authorization: Bearer`.' }),
    token_type: z.literal('Bearer'),
    expires_in: z.int().meta({ description: 'Seconds.', examples: [ACCESS_TOKEN_SECONDS] }),
    scope: z
      .string()
      .meta({ description: 'What the token may do, separated by spaces.', examples: [CREDENTIAL_SCOPES.join(' ')] }),
  })
  .meta({ id: 'TokenAnswer' })

const tokenForm = z.object({
  grant_type: z.literal('client_credentials'),
  scope: z.string().optional().describe('Scopes separated by spaces; absent: all that the credential has.'),
  client_id: z.string().optional().describe('Unless sent by HTTP Basic.'),
  client_secret: z.string().optional().describe('Unless sent by HTTP Basic.'),
})

const tokenError = z
  .looseObject({
    error: z.enum(OAUTH_ERRORS),
    error_description: z.string(),
  })
  .meta({ id: 'TokenError' })

const tokenOperation = {
  method: 'POST',
  path: '/oauth/token',
  tag: 'Authentication',
  summary: 'Get an access token',
  description:
    'OAuth 2.0 client credentials (RFC 6749 4.4), form-encoded: `grant_type=client_credentials`, optionally `scope`. ' +
    'The client id and secret come by HTTP Basic, or as `client_id` and `client_secret` in the body. 400 and 401 are answered as ' +
    'RFC 6749 5.2 says (`TokenError`), every other error as a problem.',
  form: tokenForm,
  responses: {
    200: { description: 'A token for an hour.', schema: tokenAnswer },
    400: {
      description:
        'The request is malformed, asks for what the credential does not have, or the account is suspended (`unauthorized_client`).',
      schema: tokenError,
    },
    401: { description: 'The client could not be authenticated.', schema: tokenError },
  },
} as const satisfies Operation

function oauthError(c: Context<AppEnv>, error: OauthError, detail: string, client: RefusedClient = null): Response {
  const status = error === 'invalid_client' ? 401 : 400
  noteRefusal(c, requestRow(c, status, { tenantId: client?.tenantId ?? '', actor: client?.id ?? null }))
  const challenge = status === 401 ? { 'www-authenticate': 'Basic realm="chapar", charset="UTF-8"' } : {}
  return c.json({ error, error_description: detail }, status, { ...NO_STORE, ...challenge })
}
type RefusedClient = Extract<Login, { ok: false }>['client']

/** Scopes that a token gets: all of the credential's, or those asked for; null if it lacks one of them. */
function grantedScopes(credential: Credential, asked: readonly string[] | null): readonly string[] | null {
  if (asked === null) return credential.scopes
  const held: readonly string[] = credential.scopes
  return asked.every((scope) => held.includes(scope)) ? held.filter((scope) => asked.includes(scope)) : null
}

const isForm = (request: Request): boolean =>
  /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(request.headers.get('content-type') ?? '')

/** Reads the body; null if it cannot be decoded, which is a 400 and so is told as RFC 6749 5.2 says. */
async function readForm(request: Request): Promise<string | null> {
  try {
    return new TextDecoder().decode(await readBody(request, FORM_LIMIT))
  } catch (error) {
    if (error instanceof Problem && error.status === 400) return null
    throw error
  }
}

async function token(c: Context<AppEnv>): Promise<Response> {
  const platform = c.get('platform')
  const request = c.req.raw
  if (await isShielded(c.env.SIGN_IN_SHIELD, request, platform.log))
    throw new Problem('too-many-calls', { headers: { 'Retry-After': String(SHIELD_RETRY) } })
  if (!isForm(request)) return oauthError(c, 'invalid_request', 'Send application/x-www-form-urlencoded.')
  const body = await readForm(request)
  if (body === null) return oauthError(c, 'invalid_request', 'The body is not one whole gzip stream.')
  const read = readTokenRequest(body, request.headers.get('authorization'))
  if (!read.ok) return oauthError(c, read.error, read.detail)
  const { clientId, secret, scopes: asked } = read.request
  const context = { config: platform.config, now: platform.now, policyOf: policyKnowing.bind(null, platform) }
  const login = await loginClient(context, clientId, secret, clientIp(request))
  if (!login.ok)
    return login.isSuspended
      ? oauthError(c, 'unauthorized_client', 'The account is suspended.', login.client)
      : oauthError(c, 'invalid_client', 'The client could not be authenticated.', login.client)
  const { credential, tenantId } = login
  const client = { id: credential.id, tenantId }
  const call = await admitCall(platform, tenantId)
  if (!call.ok) {
    noteRefusal(c, requestRow(c, call.problem.status, { tenantId, actor: credential.id }))
    throw call.problem
  }
  const scopes = grantedScopes(credential, asked)
  if (!scopes) return oauthError(c, 'invalid_scope', 'The credential does not have all of these scopes.', client)
  const grant = { clientId: credential.id, mode: credential.mode, scopes }
  const accessToken = await issueAccessToken(platform.config, grant, platform.now())
  await logCall(c, requestRow(c, 200, { tenantId, actor: credential.id }))
  return c.json(
    { access_token: accessToken, token_type: 'Bearer', expires_in: ACCESS_TOKEN_SECONDS, scope: scopes.join(' ') },
    200,
    NO_STORE,
  )
}

/** `POST /oauth/token`: the token endpoint. */
export const oauth: Resource = {
  operations: [tokenOperation],
  mount: (app) => serve(app, tokenOperation, token),
}
