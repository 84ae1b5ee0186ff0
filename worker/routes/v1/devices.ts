import type { Hono } from 'hono'
import type * as z from 'zod'
import { Problem } from '#worker/domain/problem.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { publicPushKey } from '#worker/flows/carriers/push-keys.ts'
import { patchDevice, register, registryOf, removeDevice, requireDevice } from '#worker/flows/people/devices.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { alteredJson } from '#worker/routes/operation/fields.ts'
import type { Resource } from '#worker/routes/operation/operation.ts'
import { page } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { demandVersion, versionOf } from '#worker/routes/operation/versioned.ts'
import { type DeviceLabel, labelledDevices } from '#worker/store/devices/labels.ts'
import { listDevices } from '#worker/store/devices/registry.ts'
import type { Device } from '#worker/store/devices/rows.ts'
import {
  changeOperation,
  type deviceQuery,
  keyOperation,
  listOperation,
  readOperation,
  registerOperation,
  removeOperation,
} from './device-operations.ts'

const versionNow = ({ user, tags }: Device): string => versionOf([user, tags])

const toJson = (device: Device) => {
  const { id, network, app, status, user, tags, createdAt, updatedAt, ...mark } = device
  return {
    id,
    network,
    app,
    status,
    user,
    tags,
    ...alteredJson(mark),
    createdAt: toTimestamp(createdAt),
    updatedAt: toTimestamp(updatedAt),
    version: versionNow(device),
  }
}

const queryFault = (name: string, detail: string): Problem =>
  new Problem('invalid-request', { errors: [{ pointer: `query:${name}`, detail }] })

/** Label that a query asks for; null: none. */
function labelOf({ tag, user, status }: z.infer<typeof deviceQuery>): DeviceLabel | null {
  if (tag !== undefined && user !== undefined) throw queryFault('user', 'cannot be asked together with `tag`')
  const name = tag ?? user
  if (name === undefined) return null
  if (status !== 'active') throw queryFault('status', 'those of a tag or user are active')
  return { kind: tag === undefined ? 'user' : 'tag', name }
}

function mountReads(app: Hono<AppEnv>): void {
  serve(app, listOperation, async (c, { query }) => {
    const { status, cursor = '', limit } = query
    const registry = registryOf(c.get('platform'), c.get('principal'))
    const behind = { after: cursor, limit: limit + 1 }
    const label = labelOf(query)
    const found =
      label === null
        ? await listDevices(registry, status === 'all' ? null : status, behind)
        : await labelledDevices(registry, label, behind)
    const { rows, last } = page(found, limit)
    return c.json({ data: rows.map(toJson), nextCursor: last?.id ?? null })
  })
  serve(app, keyOperation, async (c) =>
    c.json({ publicKey: await publicPushKey(c.get('platform'), c.get('principal').tenantId) }),
  )
  serve(app, readOperation, async (c, { params }) =>
    c.json(toJson(await requireDevice(c.get('platform'), c.get('principal'), params.id))),
  )
}

/** `/v1/devices`: devices and push subscriptions. */
export const devices: Resource = {
  operations: [registerOperation, listOperation, keyOperation, readOperation, changeOperation, removeOperation],
  mount(app) {
    serve(app, registerOperation, async (c, { body }) => {
      const { device, isNew } = await register(c.get('platform'), c.get('principal'), c.get('originRequestId'), body)
      return c.json(toJson(device), isNew ? 201 : 200, { location: `/v1/devices/${device.id}` })
    })
    mountReads(app)
    serve(app, changeOperation, async (c, { body, params }) => {
      const [platform, principal] = [c.get('platform'), c.get('principal')]
      if (body.version !== undefined)
        demandVersion(body.version, versionNow(await requireDevice(platform, principal, params.id)))
      return c.json(toJson(await patchDevice(platform, principal, params.id, body)))
    })
    serve(app, removeOperation, async (c, { params }) => {
      await removeDevice(c.get('platform'), c.get('principal'), params.id)
      return c.body(null, 204)
    })
  },
}
