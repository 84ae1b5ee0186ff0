import { expect } from 'vitest'
import type * as z from 'zod'
import {
  type IdKeys,
  importIdKeys,
  messageId,
  newBase,
  newRequestId,
  newSessionId,
  type TenantId,
} from '#worker/domain/ids.ts'
import { CREDENTIAL_SCOPES } from '#worker/domain/people/scopes.ts'
import { PROBLEMS } from '#worker/domain/problem.ts'
import { realmOf } from '#worker/domain/realm.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { openedCalls } from './at-rest/opened-calls.ts'
import { startChapar } from './harness.ts'
import { type SignedInPerson, signedInPerson } from './players/person-world.ts'
import { honest } from './players/webhook-client.ts'
import { bodyOf, newTenant, tokenOf, until, type WorldOptions } from './world.ts'

export interface Sent {
  readonly method?: string
  /** On calls of browsers the tenant's own stands for the cookie of its owner. */
  readonly token?: string | null
  /** A string or bytes go out as they are. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly gateway?: number
  /** The call that this is, for the schema of its answer. */
  readonly operation?: Operation
}

/** What the gateway answers, for `expect` to look at: the members that tests read, none of them sure to be there. */
export interface Body {
  readonly [name: string]: unknown
  readonly id: string
  readonly code: string
  readonly status: string
  readonly detail?: string
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[]
  readonly data: readonly Body[]
  readonly nextCursor: string | null
  readonly accepted: readonly { readonly index: number; readonly id: string }[]
  readonly rejected: readonly {
    readonly index: number
    readonly code: string
    readonly errors: { pointer: string }[]
  }[]
}

export interface Seen {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Null where the answer is no JSON. */
  readonly json: Body
  readonly requestId: string
}

/** What no answer of an error may hold. */
const INTERNALS = /\bat \S+ \(|worker\.mjs|SQLITE|D1_|drizzle|TypeError|RangeError|node_modules|undefined|\[object/
const PRIVATE = /^\/(?:v1|oauth|admin)(?:\/|$|\?)/

/** True of calls that people make by the cookie of a browser. */
export const isBrowsers = (path: string): boolean => path.startsWith('/v1/auth/')

const POINTER = /^(?:(?:\/[^/]*)*|query:[^/]*|header:[\w-]+|line:\d+(?:\/[^/]*)*)$/s

/** Faults of an answer of an error. */
function refusalFaults(path: string, { status, headers, text, json, requestId }: Seen): readonly string[] {
  const faults = status < 500 ? [] : ['an error of ours']
  if (INTERNALS.test(text)) faults.push('tells what is inside')
  if (path.startsWith('/oauth/token') && (status === 400 || status === 401)) return faults
  const { title, code, instance, errors = [] } = json ?? {}
  if (headers.get('content-type') !== 'application/problem+json') faults.push('is no problem')
  // The type of the member is that of a message's status too.
  if ((json?.status as unknown) !== status) faults.push('its status is another')
  if (typeof title !== 'string') faults.push('has no title')
  // A replayed answer tells of the call that it answered first.
  if (!headers.has('idempotency-replayed') && instance !== requestId) faults.push('its instance is another call')
  if (PROBLEMS[code as keyof typeof PROBLEMS]?.status !== status) faults.push(`${code} is no code of this status`)
  for (const { pointer, detail } of errors)
    if (!POINTER.test(pointer) || !/\S/.test(detail)) faults.push(`names nothing: ${pointer} ${detail}`)
  return faults
}

/** Holds what is so of every answer, whatever was asked. One look at all of it: thousands of answers pass here. */
export function inspect(path: string, seen: Seen, secrets: readonly string[] = []): void {
  const { status, headers, text } = seen
  const faults = status < 400 ? [] : [...refusalFaults(path, seen)]
  if (!/^req_[0-9a-z]{16}$/.test(headers.get('request-id') ?? '')) faults.push('has no id of its request')
  if (headers.get('x-content-type-options') !== 'nosniff') faults.push('may be sniffed')
  if (PRIVATE.test(path) && !headers.get('cache-control')?.includes('no-store')) faults.push('may be stored')
  for (const name of headers.keys())
    if (/^access-control-|^server$|^x-powered-by$/.test(name)) faults.push(`has the header ${name}`)
  if (status >= 400) for (const secret of secrets) if (text.includes(secret)) faults.push(`holds ${secret}`)
  expect(faults, `${status} ${path.slice(0, 80)} ${text.slice(0, 300)}`).toEqual([])
}

/** A 2xx as its operation declares it: right schema, and no member that the schema does not name. */
export function inspectContract(operation: Operation, seen: Seen): void {
  if (seen.status >= 400) return
  const what = `${operation.method} ${operation.path} ${seen.status}`
  const declared = operation.responses[seen.status]
  expect(declared, `${what} is not declared`).toBeDefined()
  const schema: z.ZodType | undefined = declared?.schema
  if (!schema) {
    if (declared?.contentType && declared.contentType !== '*/*')
      expect(seen.headers.get('content-type')).toContain(declared.contentType)
    else if (!declared?.contentType) expect(seen.text, what).toBe('')
    return
  }
  expect(seen.headers.get('content-type'), what).toMatch(/^application\/json/)
  const parsed = schema.safeParse(seen.json)
  expect(parsed.error?.issues ?? [], what).toEqual([])
  expect(parsed.data, what).toEqual(seen.json)
}

/** A gateway with a tenant, a second tenant that must see none of it, and an operator. */
export async function startSurface(options: WorldOptions = {}) {
  const chapar = await startChapar({
    outbound: async (request) => honest()({ headers: Object.fromEntries(request.headers), text: await request.text() }),
    ...options,
  })
  const made = await newTenant(chapar, { lineClass: 'advertising', ...options })
  const { tenantId, token: ownToken } = made
  const { mode = 'test' } = options
  const connectionId = made.connection.id
  const operatorToken = await chapar.operatorToken('surface')
  const idKeys: IdKeys = await importIdKeys(
    (JSON.parse(chapar.secrets.worker.ID_KEYS) as { kid: number; key: string }[]).map(({ kid, key }) => ({
      kid,
      key: new Uint8Array(Buffer.from(key, 'base64')),
    })),
  )

  let person: Promise<SignedInPerson> | null = null
  /** The tenant's owner in a browser, who has a role at the licensee too; made at the first call that wants him. */
  const owner = (): Promise<SignedInPerson> => {
    person ??= signedInPerson(chapar, { roles: { [tenantId]: 'owner' }, operatorRole: 'owner' })
    return person
  }
  /** Headers by which a caller is known at this path. */
  async function knownBy(path: string, token: string | null | undefined): Promise<Record<string, string>> {
    if (isBrowsers(path)) {
      const { cookie, origin } = await owner()
      return token === ownToken ? { cookie, origin } : { origin }
    }
    return token ? { authorization: `Bearer ${token}` } : {}
  }

  async function call(path: string, sent: Sent = {}): Promise<Seen> {
    const { body, headers, token, gateway = 0, operation } = sent
    const method = sent.method ?? (body === undefined ? 'GET' : 'POST')
    const answer = await chapar.fetch(
      path,
      {
        method,
        headers: {
          ...(await knownBy(path, token)),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: bodyOf(body) }),
      },
      gateway,
    )
    // What succeeded may have ended his sign-in: the next call that wants him finds another one.
    if (isBrowsers(path) && token === ownToken && method !== 'GET' && answer.ok) person = null
    const text = await answer.text()
    const isJson = /json/.test(answer.headers.get('content-type') ?? '')
    const seen: Seen = {
      status: answer.status,
      headers: answer.headers,
      text,
      json: isJson && text !== '' ? JSON.parse(text) : null,
      requestId: answer.headers.get('request-id') ?? '',
    }
    inspect(path, seen, token ? [token] : [])
    if (operation && method === operation.method) inspectContract(operation, seen)
    return seen
  }

  /** A credential of a tenant, its secret shown. One that is made after a tenant's first call counts within 5 s. */
  async function credential(ofTenant: string, more: Record<string, unknown> = {}) {
    const body = { name: 'test', mode: 'test', kind: 'secret', scopes: ['messages:read'], ...more }
    const seen = await call(`/admin/v1/tenants/${ofTenant}/credentials`, { token: operatorToken, body })
    expect(seen.status, seen.text).toBe(201)
    return seen.json as unknown as { readonly clientId: string; readonly clientSecret: string }
  }

  /** An access token, asked for until the credential is known. */
  const login = ({ clientId, clientSecret }: Awaited<ReturnType<typeof credential>>) =>
    until('a token', () => tokenOf(chapar, clientId, clientSecret).catch(() => null))

  let tab = { token: '', until: 0 }
  /** Token of the tenant's owner, who has just proved that it is he. */
  async function personToken(): Promise<string> {
    const { tab: newTab } = await owner()
    if (tab.until < Date.now()) tab = { token: await newTab(tenantId, mode), until: Date.now() + 200_000 }
    return tab.token
  }

  return {
    chapar,
    tenantId,
    personToken,
    /** Token by which a call of an operation succeeds; null: it wants none. */
    async tokenFor({ path, scope }: Pick<Operation, 'path' | 'scope'>): Promise<string | null> {
      if (path.startsWith('/admin/')) return operatorToken
      if (scope && !CREDENTIAL_SCOPES.includes(scope)) return personToken()
      return path.startsWith('/v1/') ? ownToken : null
    },
    /** Of its credential. */
    mode,
    connectionId,
    line: made.line,
    owner,
    knownBy,
    ledger: chapar.ledger(),
    call,
    credential,
    login,
    operatorToken,
    token: ownToken,
    clientId: made.client.clientId,
    clientSecret: made.client.clientSecret,
    dispose: () => chapar.dispose(),
    /** A call that must answer `status`, as the tenant. */
    async good(path: string, sent: Sent = {}, status = 200) {
      const seen = await call(path, { token: ownToken, ...sent })
      expect(seen.status, `${path} ${seen.text.slice(0, 400)}`).toBe(status)
      return seen.json
    },
    /** A call that must answer 2xx, as the operator. */
    async admin(path: string, sent: Sent = {}) {
      const seen = await call(path, { token: operatorToken, ...sent })
      expect(seen.status, `${path} ${seen.text.slice(0, 400)}`).toBeLessThan(300)
      return seen.json
    },
    /** A further tenant with a credential and a line of its own. */
    other: (line: string, more: WorldOptions = {}) =>
      newTenant(chapar, { connectionId, line, lineClass: 'advertising', ...more }),
    /** The id that a message accepted then, of a batch of `count`, has. */
    async idAt(at: number, ordinal = 0, count = 1, ofTenant: string = tenantId, shard = 0) {
      const base = await newBase(idKeys, {
        realm: realmOf(ofTenant as TenantId, mode),
        channel: 'sms',
        request: newRequestId(at),
        shard,
        count,
        batched: true,
      })
      return { base, id: messageId(base, ordinal), batch: `bat_${base}` }
    },
    /** The id that a session of the tenant has that began then. */
    sessionIdAt: (at: number) => newSessionId(idKeys, realmOf(tenantId as TenantId, mode), newRequestId(at)),
    rowOf: async (requestId: string, shard = 0): Promise<Record<string, unknown> | null> =>
      (await openedCalls({ ledger: chapar.ledger(shard), keys: chapar.keys }, 'id = ?1', requestId))[0] ?? null,
  }
}

export type Surface = Awaited<ReturnType<typeof startSurface>>

export const nameOf = ({ method, path }: Pick<Operation, 'method' | 'path'>): string => `${method} ${path}`
