import type { Context } from 'hono'
import type * as z from 'zod'
import { digitsOf, newTenantId } from '#worker/domain/ids.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { changedSettings, DEFAULT_SETTINGS } from '#worker/domain/tenants/settings.ts'
import type { TenantStatus } from '#worker/domain/tenants/tenant.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { confirmPolicy, placeTenant } from '#worker/flows/core/confirm-policy.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { timestampOrNull } from '#worker/routes/operation/fields.ts'
import type { Resource } from '#worker/routes/operation/operation.ts'
import { page } from '#worker/routes/operation/page.ts'
import { serveChange } from '#worker/routes/operation/recorded.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { insertTenant, listTenants, type Tenant, tenantById, updateTenant } from '#worker/store/control/tenants.ts'
import { boundShards } from '#worker/store/ledger.ts'
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

const shown = ({ settings, ...tenant }: Tenant) => ({
  ...tenant,
  ...settings,
  createdAt: toTimestamp(tenant.createdAt),
  updatedAt: toTimestamp(tenant.updatedAt),
  closedAt: timestampOrNull(tenant.closedAt),
})

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
  if (!saved) throw new Problem('conflict', { detail: 'The tenant was changed at the same time: read it again.' })
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
  }
  const tenant = changedTenant(blank, input)
  checkShards(platform, tenant.shards, [])
  await insertTenant(platform.env.CONTROL, tenant)
  await placeTenant(platform, tenant.id, tenant.settings.location)
  return tenant
}

/** Moves a tenant to `to`, from `from` if that is given; a tenant that is there already stays as it is. */
async function moveTo(c: Context<AppEnv>, id: string, to: TenantStatus, from?: TenantStatus): Promise<Response> {
  const platform = c.get('platform')
  const tenant = await requireTenant(c, id)
  if (tenant.status === to) {
    await confirmPolicy(platform, tenant.id, tenant.version)
    return c.json(shown(tenant))
  }
  if (tenant.status === 'closed') throw new Problem('conflict', { detail: 'The tenant is closed.' })
  if (from !== undefined && tenant.status !== from)
    throw new Problem('conflict', { detail: `The tenant is ${tenant.status}, not ${from}.` })
  const closedAt = to === 'closed' ? platform.now() : null
  return c.json(shown(await save(platform, { ...tenant, status: to, closedAt })))
}

const loggedState = async (c: Context<AppEnv>, id: string): Promise<unknown> => {
  const tenant = await tenantById(c.env.CONTROL, id)
  return tenant && shown(tenant)
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
      return c.json(shown(tenant), 201, { location: `/admin/v1/tenants/${tenant.id}` })
    })
    serve(app, listTenantsOperation, async (c, { query }) => {
      const found = await listTenants(c.env.CONTROL, {
        after: query.cursor ?? '',
        status: query.status ?? null,
        limit: query.limit + 1,
      })
      const { rows, last } = page(found, query.limit)
      return c.json({ data: rows.map(shown), nextCursor: last?.id ?? null })
    })
    serve(app, readTenant, async (c, { params }) => c.json(shown(await requireTenant(c, params.tenantId))))
    serveChange(app, changeTenant, ofPath, async (c, { body, params }) => {
      const platform = c.get('platform')
      const tenant = await requireOpenTenant(c, params.tenantId)
      if (body.shards) checkShards(platform, body.shards, tenant.shards)
      return c.json(shown(await save(platform, changedTenant(tenant, body))))
    })
    serveChange(app, suspendTenant, ofPath, (c, { params }) => moveTo(c, params.tenantId, 'suspended', 'active'))
    serveChange(app, resumeTenant, ofPath, (c, { params }) => moveTo(c, params.tenantId, 'active', 'suspended'))
    serveChange(app, approveTenant, ofPath, (c, { params }) => moveTo(c, params.tenantId, 'active', 'pending'))
    serveChange(app, closeTenant, ofPath, (c, { params }) => moveTo(c, params.tenantId, 'closed'))
  },
}
