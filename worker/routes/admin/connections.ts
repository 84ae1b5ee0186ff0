import type { Context } from 'hono'
import type * as z from 'zod'
import { maskSettings, mergeSettings, splitSettings } from '#worker/domain/carriers/connection-settings.ts'
import type { Provider, Settings } from '#worker/domain/carriers/provider.ts'
import { digitsOf, newConnectionId } from '#worker/domain/ids.ts'
import { changedMeanwhile, invalidField, Problem } from '#worker/domain/problem.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import {
  callbackUrl,
  type OpenedSecrets,
  readSecrets,
  rotateCallbackSecret,
  sealSecrets,
} from '#worker/flows/carriers/connections.ts'
import { featuresOf, newConnection } from '#worker/flows/carriers/new-connection.ts'
import { channelOf, providerOf } from '#worker/flows/carriers/ports.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { toHex } from '#worker/lib/bytes.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import type { Resource } from '#worker/routes/operation/operation.ts'
import { page } from '#worker/routes/operation/page.ts'
import { serveChange } from '#worker/routes/operation/recorded.ts'
import { type Input, serve } from '#worker/routes/operation/serve.ts'
import { demandVersion, versionOf } from '#worker/routes/operation/versioned.ts'
import {
  connectionById,
  insertConnection,
  listConnections,
  type StoredConnection,
  updateConnection,
} from '#worker/store/control/connections.ts'
import {
  changeConnection,
  type connectionInput,
  createConnection,
  disableConnection,
  enableConnection,
  listConnectionsOperation,
  readConnection,
  rotateCallback,
} from './connection-operations.ts'

const MASKED = '••••'

/** A stored connection, what of its secrets opens, in clear, and its provider (null: not part of this deployment). */
interface Unsealed {
  readonly stored: StoredConnection
  readonly secrets: OpenedSecrets
  readonly provider: Provider | null
}

async function unsealed(platform: Platform, stored: StoredConnection): Promise<Unsealed> {
  return { stored, secrets: await readSecrets(platform.keys, stored), provider: providerOf(platform, stored) }
}

async function requireConnection(c: Context<AppEnv>, id: string): Promise<Unsealed> {
  const stored = await connectionById(c.env.CONTROL, id)
  if (!stored) throw new Problem('not-found')
  return unsealed(c.get('platform'), stored)
}

/** Members that may not open, as they are told. */
const UNOPENED = [
  ['open', 'settings'],
  ['settings', 'secrets'],
  ['callback', 'callbackSecret'],
] as const

/** True unless the provider signs its callbacks: then the path needs no secret. */
const hasPathSecret = (provider: Provider | null): boolean => provider?.callbackProof !== 'signature'

/** Version by what a change may give. Which secrets there are it tells by how they lie there: sealed, and so of no use. */
const versionNow = ({ name, rate, concurrency, settings, secrets }: StoredConnection): string =>
  versionOf([name, rate, concurrency, settings, secrets])

function shown(platform: Platform, { stored, secrets, provider }: Unsealed) {
  const mask = hasPathSecret(provider) ? MASKED : null
  const lost = UNOPENED.filter(([name]) => secrets[name] === null).map(([, shownAs]) => shownAs)
  return {
    id: stored.id,
    channel: stored.channel,
    provider: stored.provider,
    name: stored.name,
    status: stored.status,
    settings: maskSettings(provider?.settings ?? {}, { ...secrets.open, ...secrets.settings }),
    ...(lost.length === 0 ? {} : { unopened: lost }),
    rate: stored.rate,
    concurrency: stored.concurrency,
    callbackUrl: callbackUrl(platform.config.baseUrl, stored, mask),
    createdAt: toTimestamp(stored.createdAt),
    updatedAt: toTimestamp(stored.updatedAt),
    version: versionNow(stored),
  }
}

/** Answers with the callback's secret in clear, this once, and leaves the masked answer to be kept. */
function showOnce(c: Context<AppEnv>, connection: Unsealed, status: 200 | 201): Response {
  const platform = c.get('platform')
  const answer = shown(platform, connection)
  const secret = connection.secrets.callback?.[0]?.secret
  if (!hasPathSecret(connection.provider) || secret === undefined) return c.json(answer, status)
  c.set('keptBody', { ...answer, callbackSecret: MASKED })
  const url = callbackUrl(platform.config.baseUrl, connection.stored, secret)
  return c.json({ ...answer, callbackUrl: url, callbackSecret: secret }, status)
}

function checkedSettings(
  provider: Provider,
  input: Readonly<Record<string, unknown>>,
  before: Settings = {},
): Settings {
  const { settings, errors } = mergeSettings(provider.settings, input, before)
  if (errors.length === 0) return settings
  const pointed = errors.map(({ pointer, detail }) => ({ pointer: `/settings${pointer}`, detail }))
  throw new Problem('invalid-fields', { errors: pointed })
}

function providerNamed(platform: Platform, { channel, provider }: z.output<typeof connectionInput>): Provider {
  const providers = channelOf(platform, channel)?.providers ?? {}
  const found = Object.hasOwn(providers, provider) ? providers[provider] : undefined
  if (found) return found
  throw invalidField('/provider', `must be one of: ${Object.keys(providers).join(', ')}`)
}

async function create(c: Context<AppEnv>, body: z.output<typeof connectionInput>): Promise<Response> {
  const platform = c.get('platform')
  const { config, env } = platform
  const provider = providerNamed(platform, body)
  const settings = checkedSettings(provider, body.settings)
  const id = await newConnectionId(config.idKeys, await digitsOf(c.get('originRequestId')))
  const { stored, secrets } = await newConnection(platform, provider, { ...body, id, settings })
  await insertConnection(env.CONTROL, stored)
  return showOnce(c, { stored, secrets, provider }, 201)
}

/** Writes changes of a connection that was read as `before`; answers 409 if somebody else wrote it meanwhile. */
async function save(c: Context<AppEnv>, before: Unsealed, changes: Partial<StoredConnection>): Promise<Unsealed> {
  const platform = c.get('platform')
  const { provider, secrets } = before
  const features =
    changes.features ?? (provider && secrets.open ? featuresOf(provider, secrets.open) : before.stored.features)
  const stored = { ...before.stored, ...changes, features, updatedAt: platform.now() }
  const saved = await updateConnection(c.env.CONTROL, stored, before.stored.updatedAt)
  if (!saved) throw changedMeanwhile()
  return unsealed(platform, saved)
}

async function applyChange(c: Context<AppEnv>, { body, params }: Input<typeof changeConnection>): Promise<Response> {
  const platform = c.get('platform')
  const before = await requireConnection(c, params.connectionId)
  const { stored, secrets, provider } = before
  demandVersion(body.version, versionNow(stored))
  let changed: Partial<StoredConnection> = {}
  if (body.settings) {
    if (!provider) throw new Problem('conflict', { detail: 'Its provider is not part of this deployment.' })
    const settings = checkedSettings(provider, body.settings, { ...secrets.open, ...secrets.settings })
    const { open, secret } = splitSettings(provider.settings, settings)
    const sealed = await sealSecrets(platform.config, stored.id, { open, settings: secret, callback: [] })
    changed = { settings: sealed.settings, secrets: sealed.secrets, features: featuresOf(provider, open) }
  }
  const { name = stored.name, rate = stored.rate, concurrency = stored.concurrency } = body
  return c.json(shown(platform, await save(c, before, { ...changed, name, rate, concurrency })))
}

async function rotate(c: Context<AppEnv>, { params }: Input<typeof rotateCallback>): Promise<Response> {
  const { config, now } = c.get('platform')
  const before = await requireConnection(c, params.connectionId)
  const callback = rotateCallbackSecret(before.secrets.callback ?? [], now())
  // Settings that do not open stay as they lie there.
  const { callbackSecrets } = await sealSecrets(config, before.stored.id, { open: {}, settings: {}, callback })
  return showOnce(c, await save(c, before, { callbackSecrets }), 200)
}

async function setStatus(c: Context<AppEnv>, id: string, status: StoredConnection['status']): Promise<Response> {
  const before = await requireConnection(c, id)
  return c.json(shown(c.get('platform'), before.stored.status === status ? before : await save(c, before, { status })))
}

const digest = async (text: string): Promise<string> => toHex((await sha256(text)).subarray(0, 4))

/**
 * A connection for the log of changes: as it is shown, and a digest of the sealed secrets, which tells that some were replaced.
 */
async function loggedState(c: Context<AppEnv>, id: string): Promise<unknown> {
  const stored = await connectionById(c.env.CONTROL, id)
  if (!stored) return null
  const sealed = await digest(`${stored.secrets} ${stored.callbackSecrets}`)
  return { ...shown(c.get('platform'), await unsealed(c.get('platform'), stored)), sealed }
}

const made = { object: { made: 'id' }, read: loggedState } as const
const ofPath = {
  object: (_: Context<AppEnv>, { params }: { readonly params: { readonly connectionId: string } }) =>
    params.connectionId,
  read: loggedState,
}

/** `/admin/v1/connections`: accounts at providers, which carry messages. */
export const connections: Resource = {
  operations: [
    createConnection,
    listConnectionsOperation,
    readConnection,
    changeConnection,
    rotateCallback,
    disableConnection,
    enableConnection,
  ],
  mount(app) {
    serveChange(app, createConnection, made, (c, { body }) => create(c, body))
    serve(app, listConnectionsOperation, async (c, { query }) => {
      const platform = c.get('platform')
      const found = await listConnections(c.env.CONTROL, query.cursor ?? '', query.limit + 1)
      const { rows, last } = page(found, query.limit)
      const answers = rows.map(async (stored) => shown(platform, await unsealed(platform, stored)))
      return c.json({ data: await Promise.all(answers), nextCursor: last?.id ?? null })
    })
    serve(app, readConnection, async (c, { params }) =>
      c.json(shown(c.get('platform'), await requireConnection(c, params.connectionId))),
    )
    serveChange(app, changeConnection, ofPath, applyChange)
    serveChange(app, rotateCallback, ofPath, rotate)
    serveChange(app, disableConnection, ofPath, (c, { params }) => setStatus(c, params.connectionId, 'disabled'))
    serveChange(app, enableConnection, ofPath, (c, { params }) => setStatus(c, params.connectionId, 'active'))
  },
}
