import { setTimeout as sleep } from 'node:timers/promises'
import { CREDENTIAL_SCOPES } from '#worker/domain/people/scopes.ts'
import { suppressions } from '#worker/store/ledger-schema.ts'
import { columnsOf } from '#worker/store/sql/columns.ts'
import { openSuppressions, type Suppression } from '#worker/store/suppressions.ts'
import { openWork, overdueWork } from '#worker/store/work.ts'
import type { Api } from '../../local/api.ts'
import { PATIENCE } from '../patience.ts'
import { type Harness, type HarnessOptions, startChapar } from './harness.ts'

/** A tenant with a sandbox (or other) connection, made through the admin API, and what a client of it needs. */
export interface World {
  readonly chapar: Harness
  readonly operator: Api
  readonly tenantId: string
  readonly connectionId: string
  readonly callbackUrl: string
  readonly line: string
  /** Calls the API as the tenant; a path below the origin. */
  call(path: string, init?: CallInit): Promise<Response>
  /** The JSON of a call that must answer with this status. */
  json<Body = Record<string, unknown>>(path: string, init?: CallInit & { readonly status?: number }): Promise<Body>
  /** The ledger's only shard, or shard `n`. */
  readonly ledger: D1Database
  /** The tenant's access token, for calls that `call` cannot make. */
  readonly token: string
  dispose(): Promise<void>
}

export interface CallInit {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly gateway?: number
}

export interface WorldOptions extends HarnessOptions {
  readonly tenant?: Readonly<Record<string, unknown>>
  readonly connection?: Readonly<Record<string, unknown>>
  readonly mode?: 'live' | 'test'
  readonly lineClass?: string
  /** False: the gateway's licensee has no licence number, so that bulk of the pack `ir` is refused in live. */
  readonly isLicensed?: boolean
}

export const LINE = '10004346'
/** Calls of a test's tenant, which many tests share. */
const MANY_CALLS = { rate: 1_000, burst: 100_000 }
interface Made {
  readonly id: string
  readonly clientId: string
  readonly clientSecret: string
  readonly callbackUrl: string
  readonly callbackUrls: readonly string[]
}

/** Says a licence number, as an operator does. */
async function sayLicence(chapar: Harness): Promise<void> {
  const answer = await chapar.fetch('/admin/v1/licensee', {
    method: 'PATCH',
    headers: { authorization: `Bearer ${await chapar.operatorToken()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ legal: { licenceNumber: 'T-1' } }),
  })
  await answer.body?.cancel()
  if (!answer.ok) throw new Error(`no licence: ${answer.status}`)
}

/** A further tenant of the same gateway, with a credential of its own. */
export async function newTenant(
  chapar: Harness,
  options: WorldOptions & { readonly line?: string; readonly connectionId?: string } = {},
) {
  const operator = chapar.api(await chapar.operatorToken())
  const { mode = 'test', line = LINE, lineClass = 'service', isLicensed = true } = options
  if (isLicensed && mode === 'live' && options.tenant?.['pack'] === 'ir') await sayLicence(chapar)
  const tenant = (await operator.post('/admin/v1/tenants', {
    name: 'Test',
    region: 'IR',
    calls: MANY_CALLS,
    ...options.tenant,
  })) as Made
  const connection = options.connectionId
    ? { id: options.connectionId, callbackUrl: '' }
    : ((await operator.post('/admin/v1/connections', {
        channel: 'sms',
        provider: 'sandbox',
        name: 'Sandbox',
        settings: {},
        ...options.connection,
      })) as Made)
  const route = { tenantId: tenant.id, channel: 'sms', mode, connections: [connection.id] }
  await operator.put('/admin/v1/routes', route)
  await operator.post(`/admin/v1/tenants/${tenant.id}/senders`, {
    channel: 'sms',
    address: line,
    lineClass,
    isDefault: true,
  })
  const client = (await operator.post(`/admin/v1/tenants/${tenant.id}/credentials`, {
    name: 'test',
    mode,
    kind: 'secret',
    scopes: CREDENTIAL_SCOPES,
  })) as Made
  const token = await tokenOf(chapar, client.clientId, client.clientSecret)
  return { operator, tenantId: tenant.id, connection: connection as Made, client, token, line }
}

/** A channel that a tenant gets: a connection, a route over it alone, and a sender. */
interface AddedChannel {
  readonly channel: string
  readonly provider?: string
  readonly settings?: object
  readonly mode?: 'live' | 'test'
  readonly address: string
  readonly sender?: object
}

/** Gives a tenant a channel: by default over the sandbox, in test mode, with a default sender for services. */
export async function addChannel(
  { operator, tenantId }: Pick<World, 'operator' | 'tenantId'>,
  { channel, provider = 'sandbox', settings = {}, mode = 'test', address, sender }: AddedChannel,
): Promise<{ readonly id: string; readonly callbackUrl: string }> {
  const connection = { channel, provider, name: provider, settings }
  const made = (await operator.post('/admin/v1/connections', connection)) as { id: string; callbackUrl: string }
  await operator.put('/admin/v1/routes', { tenantId, channel, mode, connections: [made.id] })
  const named = { channel, address, lineClass: 'service', isDefault: true, ...sender }
  await operator.post(`/admin/v1/tenants/${tenantId}/senders`, named)
  return made
}

/** An access token by the client-credentials grant. */
export async function tokenOf(chapar: Harness, clientId: string, clientSecret: string): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  })
  const answer = await chapar.fetch('/oauth/token', { method: 'POST', body })
  if (answer.status !== 200) throw new Error(`the token endpoint answered ${answer.status}`)
  return ((await answer.json()) as { access_token: string }).access_token
}

/** A body as it is sent: a string or bytes as they are, anything else as JSON. */
export const bodyOf = (body: unknown): BodyInit =>
  typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body)

/** Calls with a bearer token. */
export const caller =
  (chapar: Harness, token: string) =>
  (path: string, { method, body, headers, gateway = 0 }: CallInit = {}): Promise<Response> =>
    chapar.fetch(
      path,
      {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: bodyOf(body) }),
      },
      gateway,
    )

/** Starts a gateway with one tenant on it. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const chapar = await startChapar(options)
  const { operator, tenantId, connection, token, line } = await newTenant(chapar, options)
  const call = caller(chapar, token)
  return {
    chapar,
    operator,
    tenantId,
    connectionId: connection.id,
    callbackUrl: connection.callbackUrl ?? connection.callbackUrls?.[0] ?? '',
    line,
    token,
    call,
    json: async (path, { status = 200, ...init } = {}) => {
      const answer = await call(path, init)
      const text = await answer.text()
      if (answer.status !== status)
        throw new Error(`${path} answered ${answer.status}, not ${status}: ${text.slice(0, 500)}`)
      return JSON.parse(text)
    },
    ledger: chapar.ledger(),
    dispose: () => chapar.dispose(),
  }
}

/** Milliseconds between two looks, at least and at most. */
const LOOK_AFTER = 25
const LOOK_AFTER_AT_MOST = 500

/**
 * Waits until `check` gives something truthy, at most `ms`; throws what was awaited. A check that takes long, or was made in vain
 * for long, is made less often, because it takes the machine from the very work that is awaited.
 */
export async function until<Value>(
  what: string | (() => string),
  check: () => Promise<Value | null | undefined | false>,
  ms = PATIENCE,
): Promise<Value> {
  const began = Date.now()
  for (;;) {
    const lookedAt = Date.now()
    const value = await check()
    if (value) return value
    const now = Date.now()
    if (now > began + ms) throw new Error(`waited ${ms} ms in vain: ${typeof what === 'string' ? what : what()}`)
    await sleep(Math.min(Math.max(3 * (now - lookedAt), (now - began) / 10, LOOK_AFTER), LOOK_AFTER_AT_MOST))
  }
}

export const message = (to: string, text = 'سلام', more: Record<string, unknown> = {}) => ({
  channel: 'sms',
  to,
  content: { text },
  ...more,
})

interface Read {
  readonly status: string
}

/** Work of a kind that is left, as its bodies say it in JSON, and by when it is due: the last first. */
export async function workLeft(
  { chapar, ledger }: Pick<World, 'chapar' | 'ledger'>,
  kind: 'send' | 'notify',
): Promise<readonly { readonly dueAt: number; readonly json: string }[]> {
  const rows = (await overdueWork(ledger, Number.MAX_SAFE_INTEGER, 1_000)).filter((row) => row.kind === kind)
  const left = rows.map(async (row) => ({ dueAt: row.dueAt, json: await openWork(chapar.keys, row) }))
  return (await Promise.all(left)).toReversed()
}

/** All opt-outs, with their addresses. */
export async function optOutsLeft({
  chapar,
  ledger,
}: Pick<World, 'chapar' | 'ledger'>): Promise<readonly Suppression[]> {
  const sql = `SELECT ${columnsOf(suppressions)} FROM suppressions ORDER BY party_key`
  const { results } = await ledger.prepare(sql).all<Suppression & { readonly isSealed: true }>()
  return openSuppressions(chapar.keys, results)
}

/** Time of the sweep for a message's next attempt, which waits; null: none does. */
export async function nextAttemptDue(world: World, id: string): Promise<number | null> {
  const found = (await workLeft(world, 'send')).find(({ json }) => json.includes(id.slice(4, 34)))
  return found?.dueAt ?? null
}

/** The time passes until a message's next attempt: the sweep brings back what the queue holds until then. */
export async function goOn(world: World, id: string): Promise<void> {
  const dueAt = await nextAttemptDue(world, id)
  if (dueAt === null) throw new Error('nobody watches over the next attempt')
  await world.chapar.scheduled('* * * * *', dueAt + 1_000)
}

/** Waits until a message stands in one of these states. */
export const reaches = <Body extends Read = Read>(world: World, id: string, ...states: string[]): Promise<Body> =>
  until(`${id} reaches ${states.join(' or ')}`, async () => {
    const found = await world.json<Body>(`/v1/messages/${id}`)
    return states.includes(found.status) ? found : null
  })
