import { expect } from 'vitest'
import { newClientId } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { newSecret } from '#worker/lib/http/standard-webhooks.ts'
import { seal } from '#worker/lib/seal.ts'
import { putCredential } from '#worker/store/control/credentials.ts'
import { hs256, jws } from '../../fixtures/tokens/jws.ts'
import { type Answer, type Notify, says } from '../receivers.ts'
import { configOf, credentialOf } from '../tenant-world.ts'

/** An endpoint as the API shows it. */
export interface Shown {
  readonly id: string
  readonly url: string
  readonly status: string
  readonly reason: string | null
  readonly secret: string
  readonly events: string[] | null
  readonly updatedAt: string
}
/** Calls a path below /v1/webhooks. */
export type Call = (
  path: string,
  method?: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Response>

/** Says the challenge back, then does as `then` says. */
export const honest =
  (then: Answer = says(204), form = (challenge: string): string => JSON.stringify({ challenge })): Answer =>
  (heard) => {
    const { type, data } = JSON.parse(heard.text) as { type: string; data: { challenge: string } }
    return type === 'webhook.challenge' ? new Response(form(data.challenge)) : then(heard)
  }

/** A new credential of the tenant; before the tenant's first call, or some seconds before it counts. */
export async function clientOf(it: Notify, realm: Realm, scopes = ['webhooks:read', 'webhooks:write']): Promise<Call> {
  const config = await configOf(it.chapar.secrets)
  const id = await newClientId(config.idKeys, tenantOf(realm))
  const secret = newSecret()
  const proof = { kind: 'hmac', sealed: await seal(config.sealKeys, secret, id) } as const
  const credential = credentialOf(id, proof, { scopes: scopes as never })
  await putCredential(it.chapar.control, { ...credential, tenantId: tenantOf(realm), createdAt: 1, lastUsedAt: null })
  const iat = Math.floor(Date.now() / 1000)
  const token = jws({ alg: 'HS256' }, { iss: id, sub: id, aud: it.chapar.baseUrl, iat, exp: iat + 600 }, hs256(secret))
  return (path, method = 'GET', body, headers = {}) =>
    it.chapar.fetch(`/v1/webhooks${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
}

let hosts = 0
export const newHost = (): string => `h${hosts++}.example.org`

/** An endpoint with somebody behind it. */
export async function createEndpoint(it: Notify, call: Call, answer: Answer = honest(), more: object = {}) {
  const host = newHost()
  const receiver = it.listen(host, answer)
  const response = await call('', 'POST', { url: `https://${host}/in`, ...more })
  expect(response.status).toBe(201)
  return { receiver, host, shown: (await response.json()) as Shown }
}

export const shownBy = async (response: Promise<Response>): Promise<Shown> => (await (await response).json()) as Shown
