import * as z from 'zod'
import { CREDENTIAL_SCOPES } from '#worker/domain/people/scopes.ts'
import { publicJwk } from '#worker/flows/auth/access-token.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'

/**
 * Five minutes: long enough to spare requests, short enough that a new signing key is known before it is used
 * (docs/operations.md).
 */
const CACHE = { 'cache-control': 'public, max-age=300' }

const jwksAnswer = z
  .looseObject({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })) })
  .meta({ id: 'JsonWebKeySet' })
const metadataAnswer = z
  .looseObject({ issuer: z.string(), token_endpoint: z.string(), jwks_uri: z.string() })
  .meta({ id: 'AuthorizationServerMetadata' })

const jwksOperation = {
  method: 'GET',
  path: '/.well-known/jwks.json',
  tag: 'Authentication',
  summary: 'The public keys of access tokens',
  responses: { 200: { description: 'A JSON Web Key Set (RFC 7517).', schema: jwksAnswer } },
} as const satisfies Operation

const metadataOperation = {
  method: 'GET',
  path: '/.well-known/oauth-authorization-server',
  tag: 'Authentication',
  summary: 'What the token endpoint can do',
  responses: { 200: { description: 'Authorization server metadata (RFC 8414).', schema: metadataAnswer } },
} as const satisfies Operation

/** `/.well-known/`: public keys and OAuth metadata, open to anybody, and not logged. */
export const wellKnown: Resource = {
  operations: [jwksOperation, metadataOperation],
  mount(app) {
    serve(app, jwksOperation, (c) => c.json({ keys: c.get('platform').config.tokenKeys.map(publicJwk) }, 200, CACHE))
    serve(app, metadataOperation, (c) => {
      const { baseUrl } = c.get('platform').config
      return c.json(
        {
          issuer: baseUrl,
          token_endpoint: `${baseUrl}/oauth/token`,
          jwks_uri: `${baseUrl}/.well-known/jwks.json`,
          scopes_supported: CREDENTIAL_SCOPES,
          response_types_supported: [],
          grant_types_supported: ['client_credentials'],
          token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
          service_documentation: `${baseUrl}/docs`,
        },
        200,
        CACHE,
      )
    })
  },
}
