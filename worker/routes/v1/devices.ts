import type { Hono } from 'hono'
import type * as z from 'zod'
import { Problem } from '#worker/domain/problem.ts'
import { homeShard } from '#worker/domain/tenants/tenant.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { publicPushKey } from '#worker/flows/carriers/push-keys.ts'
import { change, register, remove, requireDevice } from '#worker/flows/people/devices.ts'
import { idempotency } from '#worker/middleware/idempotency.ts'
import { jsonBody, parseBody, parseQuery } from '#worker/middleware/json-body.ts'
import { requireScope } from '#worker/middleware/require-scope.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { mount, type Operation } from '#worker/routes/operation/operation.ts'
import { type Device, labelledDevices, listDevices } from '#worker/store/devices.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import {
  changeOperation,
  deviceInput,
  devicePatch,
  deviceQuery,
  keyOperation,
  listOperation,
  readOperation,
  registerOperation,
  removeOperation,
} from './device-operations.ts'

export const deviceOperations: readonly Operation[] = [
  registerOperation,
  listOperation,
  keyOperation,
  readOperation,
  changeOperation,
  removeOperation,
]

const toJson = ({ id, network, app, status, user, tags, createdAt, updatedAt }: Device) => ({
  id,
  network,
  app,
  status,
  user,
  tags,
  createdAt: toTimestamp(createdAt),
  updatedAt: toTimestamp(updatedAt),
})

const queryFault = (name: string, detail: string): Problem =>
  new Problem('invalid-request', { errors: [{ pointer: `query:${name}`, detail }] })

/** The label that a query asks for; null: none. */
function labelOf({ tag, user, status }: z.infer<typeof deviceQuery>): string | null {
  if (tag === undefined && user === undefined) return null
  if (tag !== undefined && user !== undefined) throw queryFault('user', 'cannot be asked together with `tag`')
  if (status !== 'active') throw queryFault('status', 'those of a tag or user are active')
  return tag === undefined ? `user:${user}` : `tag:${tag}`
}

function readRoutes(app: Hono<AppEnv>): void {
  const read = requireScope('devices:read')
  mount(app, listOperation, read, async (c) => {
    const asked = parseQuery(deviceQuery, c.req.query())
    const { status, cursor = '', limit } = asked
    const { realm, policy } = c.get('principal')
    const db = shardOfEnv(c.env, homeShard(policy))
    const label = labelOf(asked)
    const rows =
      label === null
        ? await listDevices(db, realm, status === 'all' ? null : status, cursor, limit + 1)
        : await labelledDevices(db, realm, label, cursor, limit + 1)
    const shown = rows.slice(0, limit)
    return c.json({ data: shown.map(toJson), nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null })
  })
  mount(app, keyOperation, read, async (c) =>
    c.json({ publicKey: await publicPushKey(c.get('platform'), c.get('principal').tenantId) }),
  )
  mount(app, readOperation, read, async (c) =>
    c.json(toJson(await requireDevice(c.get('platform'), c.get('principal'), c.req.param('id') ?? ''))),
  )
}

/** `/v1/devices`: devices and push subscriptions. */
export function deviceRoutes(app: Hono<AppEnv>): void {
  const write = requireScope('devices:write')
  mount(app, registerOperation, write, jsonBody, idempotency, async (c) => {
    const input = parseBody(deviceInput, c.get('body'))
    const { device, isNew } = await register(c.get('platform'), c.get('principal'), c.get('originRequestId'), input)
    return c.json(toJson(device), isNew ? 201 : 200, { location: `/v1/devices/${device.id}` })
  })
  readRoutes(app)
  mount(app, changeOperation, write, jsonBody, async (c) => {
    const patch = parseBody(devicePatch, c.get('body'))
    return c.json(toJson(await change(c.get('platform'), c.get('principal'), c.req.param('id') ?? '', patch)))
  })
  mount(app, removeOperation, write, async (c) => {
    await remove(c.get('platform'), c.get('principal'), c.req.param('id') ?? '')
    return c.body(null, 204)
  })
}
