import type { Context } from 'hono'
import type * as z from 'zod'
import { digitsOf, newTenantId } from '#worker/domain/ids.ts'
import { changedMeanwhile, invalidField, Problem } from '#worker/domain/problem.ts'
import { changedSettings, DEFAULT_SETTINGS } from '#worker/domain/tenants/settings.ts'
import type { TenantStatus } from '#worker/domain/tenants/tenant.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { sendersOfTest } from '#worker/flows/carriers/test-mode.ts'
import { confirmPolicy, placeTenant } from '#worker/flows/core/confirm-policy.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { alteredJson, timestampOrNull } from '#worker/routes/operation/fields.ts'
import type { Resource } from '#worker/routes/operation/operation.ts'
import { page } from '#worker/routes/operation/page.ts'
import { serveChange } from '#worker/routes/operation/recorded.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { demandVersion } from '#worker/routes/operation/versioned.ts'
import {
  findTenants,
  insertTenant,
  listTenants,
  type Tenant,
  tenantById,
  updateTenant,
} from '#worker/store/control/tenants.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { boundShards } from '#worker/store/ledger.ts'
import { licenseeSettings } from '#worker/store/people/licensee.ts'
import { openSuspensions, sealSuspension } from '#worker/store/people/suspensions.ts'
import {
  approveTenant,
  changeTenant,
  closeTenant,
  createTenant,
  listTenantsOperation,
  readTenant,
  resumeTenant,
  suspendTenant,
  type tenantChange,
} from './tenant-operations.ts'

/** Tenants as they are shown, with what was sealed of them. */
async function shownAll(keys: Keyring, tenants: readonly Tenant[]) {
  const opened = await openSuspensions(keys, tenants)
  return tenants.map(({ settings, ...tenant }, n) => {
    const { suspension = null, ...mark } = opened[n] ?? {}
    return {
      ...tenant,
      ...settings,
      createdAt: toTimestamp(tenant.createdAt),
      updatedAt: toTimestamp(tenant.updatedAt),
      closedAt: timestampOrNull(tenant.closedAt),
      suspension: suspension && { ...suspension, at: toTimestamp(suspension.at) },
      ...alteredJson(mark),
    }
  })
}

type Shown = Awaited<ReturnType<typeof shownAll>>[number]

async function shown({ keys }: Platform, tenant: Tenant): Promise<Shown> {
  const [one] = await shownAll(keys, [tenant])
  return one as Shown
}

/** Gives the tenant that a path names, or answers 404. */
export async function requireTenant(c: Context<AppEnv>, id: string): Promise<Tenant> {
  const tenant = await tenantById(c.env.CONTROL, id)
  if (!tenant) throw new Problem('not-found')
  return tenant
}

/**
 * Answers 400 for a `tenantId` of a query that is no tenant's: an empty list would look like that of one who has nothing. Empty
 * is what a list says it is.
 */
export async function demandAskedTenant(c: Context<AppEnv>, id: string): Promise<void> {
  if (id === '' || (await tenantById(c.env.CONTROL, id))) return
  throw new Problem('invalid-request', { errors: [{ pointer: 'query:tenantId', detail: 'is no tenant' }] })
}

/** Gives the tenant of a path for a change, or answers 404, or 409 if it is closed. */
export async function requireOpenTenant(c: Context<AppEnv>, id: string): Promise<Tenant> {
  const tenant = await requireTenant(c, id)
  if (tenant.status === 'closed') throw new Problem('conflict', { detail: 'The tenant is closed.' })
  return tenant
}

function checkShards(platform: Platform, shards: readonly number[], before: readonly number[]): void {
  const bound = boundShards(platform.env)
  const unbound = shards.findIndex((shard) => !bound.includes(shard))
  if (unbound >= 0) throw invalidField(`/shards/${unbound}`, `must be a bound shard: ${bound.join(', ')}`)
  if (new Set(shards).size !== shards.length) throw invalidField('/shards', 'names a shard twice')
  if (before.some((shard, i) => shards[i] !== shard)) {
    throw invalidField('/shards', 'may only be appended to: older messages stay where they are')
  }
}

/** Writes a changed tenant and waits until the change is in force everywhere; answers 409 if it was changed at the same time. */
async function save(platform: Platform, tenant: Tenant): Promise<Tenant> {
  const saved = await updateTenant(platform.env.CONTROL, tenant, platform.now())
  if (!saved) throw changedMeanwhile()
  await confirmPolicy(platform, saved.id, saved.version)
  return saved
}

/** Makes the tenant that a request asks for. Fields that it leaves out stay. */
function changedTenant(tenant: Tenant, change: z.output<typeof tenantChange>): Tenant {
  const { name, shards, ...settings } = change
  return {
    ...tenant,
    name: name ?? tenant.name,
    shards: shards ?? tenant.shards,
    settings: changedSettings(tenant.settings, settings),
  }
}

async function create(c: Context<AppEnv>, input: z.output<typeof createTenant.body>): Promise<Tenant> {
  const platform = c.get('platform')
  const now = platform.now()
  const blank: Tenant = {
    id: newTenantId(await digitsOf(c.get('originRequestId'))),
    name: input.name,
    status: 'active',
    version: 1,
    settings: DEFAULT_SETTINGS,
    shards: boundShards(platform.env).slice(-1),
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    suspension: null,
  }
  const tenant = changedTenant(blank, input)
  checkShards(platform, tenant.shards, [])
  // Read anew: an account has these senders from the moment on in which sign-up is open, wherever that was said.
  const { signUp } = await licenseeSettings(platform.env.CONTROL)
  // Test mode is open to all accounts where it is to those that people make by themselves (decision 0066).
  await insertTenant(platform.env.CONTROL, tenant, signUp.open ? sendersOfTest(platform, tenant.id, now) : [])
  await placeTenant(platform, tenant.id, tenant.settings.location)
  return tenant
}

/** Throws 409 if a tenant is closed, or is not in the state that a step begins from. */
function requireState({ status }: Tenant, from?: TenantStatus): void {
  if (status === 'closed') throw new Problem('conflict', { detail: 'The tenant is closed.' })
  if (from !== undefined && status !== from)
    throw new Problem('conflict', { detail: `The tenant is ${status}, not ${from}.` })
}

/** Moves a tenant to `to`, from `from` if that is given; a tenant that is there already stays as it is. */
async function moveTo(
  c: Context<AppEnv>,
  id: string,
  to: Exclude<TenantStatus, 'suspended'>,
  from?: TenantStatus,
): Promise<Response> {
  const platform = c.get('platform')
  const tenant = await requireTenant(c, id)
  if (tenant.status === to) {
    await confirmPolicy(platform, tenant.id, tenant.version)
    return c.json(await shown(platform, tenant))
  }
  requireState(tenant, from)
  const change = to === 'closed' ? { closedAt: platform.now() } : { closedAt: null, suspension: null }
  return c.json(await shown(platform, await save(platform, { ...tenant, status: to, ...change })))
}

/** Suspends an active tenant; of one that is suspended it changes the words, if they are others. */
async function suspend(
  c: Context<AppEnv>,
  id: string,
  { reason, notice = null }: z.output<typeof suspendTenant.body>,
): Promise<Response> {
  const platform = c.get('platform')
  const tenant = await requireTenant(c, id)
  const before = tenant.status === 'suspended' ? (await openSuspensions(platform.keys, [tenant]))[0]?.suspension : null
  if (before && before.reason === reason && before.notice === notice) {
    await confirmPolicy(platform, tenant.id, tenant.version)
    return c.json(await shown(platform, tenant))
  }
  requireState(tenant, tenant.status === 'suspended' ? undefined : 'active')
  const words = { reason, notice, at: before?.at ?? platform.now() }
  const suspension = await sealSuspension(platform.keys, tenant.id, words)
  return c.json(await shown(platform, await save(platform, { ...tenant, status: 'suspended', suspension })))
}

/** Lists a page of tenants, or of those whose names have a part in common. */
async function list(c: Context<AppEnv>, query: z.output<typeof listTenantsOperation.query>): Promise<Response> {
  const { cursor, status = null, limit, name } = query
  const asked = { after: cursor ?? '', status, limit: limit + 1 }
  const found =
    name === undefined
      ? { rows: await listTenants(c.env.CONTROL, asked), lookedTo: null }
      : await findTenants(c.env.CONTROL, { ...asked, name })
  const { rows, last } = page(found.rows, limit)
  return c.json({ data: await shownAll(c.get('platform').keys, rows), nextCursor: last?.id ?? found.lookedTo })
}

const loggedState = async (c: Context<AppEnv>, id: string): Promise<unknown> => {
  const tenant = await tenantById(c.env.CONTROL, id)
  return tenant && shown(c.get('platform'), tenant)
}
const made = { object: { made: 'id' }, read: loggedState } as const
const ofPath = {
  object: (_: Context<AppEnv>, { params }: { readonly params: { readonly tenantId: string } }) => params.tenantId,
  read: loggedState,
}

/** `/admin/v1/tenants`: customers of the gateway, their limits and settings. */
export const tenants: Resource = {
  operations: [
    createTenant,
    listTenantsOperation,
    readTenant,
    changeTenant,
    approveTenant,
    suspendTenant,
    resumeTenant,
    closeTenant,
  ],
  mount(app) {
    serveChange(app, createTenant, made, async (c, { body }) => {
      const tenant = await create(c, body)
      return c.json(await shown(c.get('platform'), tenant), 201, { location: `/admin/v1/tenants/${tenant.id}` })
    })
    serve(app, listTenantsOperation, (c, { query }) => list(c, query))
    serve(app, readTenant, async (c, { params }) =>
      c.json(await shown(c.get('platform'), await requireTenant(c, params.tenantId))),
    )
    serveChange(app, changeTenant, ofPath, async (c, { body: { version, ...change }, params }) => {
      const platform = c.get('platform')
      const tenant = await requireOpenTenant(c, params.tenantId)
      demandVersion(version, tenant.version)
      if (change.shards) checkShards(platform, change.shards, tenant.shards)
      return c.json(await shown(platform, await save(platform, changedTenant(tenant, change))))
    })
    serveChange(app, suspendTenant, ofPath, (c, { params, body }) => suspend(c, params.tenantId, body))
    serveChange(app, resumeTenant, ofPath, (c, { params }) => moveTo(c, params.tenantId, 'active', 'suspended'))
    serveChange(app, approveTenant, ofPath, (c, { params }) => moveTo(c, params.tenantId, 'active', 'pending'))
    serveChange(app, closeTenant, ofPath, (c, { params }) => moveTo(c, params.tenantId, 'closed'))
  },
}
