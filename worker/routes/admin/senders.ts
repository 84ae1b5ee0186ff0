import type { Context } from 'hono'
import type { Address } from '#worker/domain/addresses/address.ts'
import { CHANNELS, type Channel, type ChannelName } from '#worker/domain/carriers/channel.ts'
import type { ConnectionId } from '#worker/domain/ids.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { channelOf } from '#worker/flows/carriers/ports.ts'
import { confirmPolicy } from '#worker/flows/core/confirm-policy.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import type { Resource } from '#worker/routes/operation/operation.ts'
import { wholeList } from '#worker/routes/operation/page.ts'
import { serveChange } from '#worker/routes/operation/recorded.ts'
import { type Input, serve } from '#worker/routes/operation/serve.ts'
import { versionOf } from '#worker/routes/operation/versioned.ts'
import { connectionById } from '#worker/store/control/connections.ts'
import {
  assignSender,
  removeSender,
  type StoredSender,
  senderByAddress,
  sendersOf,
} from '#worker/store/control/senders.ts'
import { assignSenderOperation, listSenders, putSender, removeSenderOperation } from './sender-operations.ts'
import { requireOpenTenant, requireTenant } from './tenants.ts'

const shown = ({ address, createdAt, ...sender }: StoredSender) => ({
  ...sender,
  address: address.value,
  kind: address.kind,
  createdAt: toTimestamp(createdAt),
  version: versionOf([sender.lineClass, sender.isDefault, sender.connectionId]),
})

/** Canonical form of a sender, or a sentence that says what is wrong with the text. */
function canonical(channel: Channel, text: string): Address | string {
  try {
    return channel.sender(text)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return error.options.errors?.[0]?.detail ?? 'is not a sender of this channel'
  }
}

async function knownConnection(db: D1Database, channel: ChannelName, id: string): Promise<ConnectionId> {
  const connection = await connectionById(db, id)
  if (connection?.channel !== channel)
    throw invalidField('/connectionId', `must be a connection of the channel ${channel}`)
  return connection.id
}

async function assign(c: Context<AppEnv>, { body, params }: Input<typeof assignSenderOperation>): Promise<Response> {
  const platform = c.get('platform')
  const db = c.env.CONTROL
  const tenant = await requireOpenTenant(c, params.tenantId)
  const channel = channelOf(platform, body.channel)
  if (!channel) throw invalidField('/channel', 'is not part of this deployment')
  const address = canonical(channel, body.address)
  if (typeof address === 'string') throw invalidField('/address', address)
  const assignment = {
    tenantId: tenant.id,
    channel: body.channel,
    address,
    lineClass: body.lineClass,
    isDefault: body.isDefault ?? null,
    connectionId: body.connectionId ? await knownConnection(db, body.channel, body.connectionId) : null,
    createdAt: platform.now(),
  }
  const assigned = await assignSender(db, assignment, tenant.settings.quotas.senders)
  if (!assigned) throw new Problem('not-found')
  if (assigned.sender.tenantId !== tenant.id) {
    throw new Problem('conflict', { detail: 'Another tenant has this sender: take it from that one first.' })
  }
  await confirmPolicy(platform, tenant.id, assigned.version)
  return c.json(shown(assigned.sender))
}

async function remove(c: Context<AppEnv>, { params }: Input<typeof removeSenderOperation>): Promise<Response> {
  const platform = c.get('platform')
  const tenant = await requireTenant(c, params.tenantId)
  const channel = channelOf(platform, params.channel)
  if (!channel) throw new Problem('not-found')
  const address = canonical(channel, params.address)
  if (typeof address === 'string') throw new Problem('not-found')
  const key = { channel: channel.name, value: address.value }
  const version = await removeSender(c.env.CONTROL, tenant.id, key, platform.now())
  if (version === null) throw new Problem('not-found')
  await confirmPolicy(platform, tenant.id, version)
  return c.body(null, 204)
}

/** Names a sender, which has no id, by its canonical form; what is no sender of its channel, as it was written. */
function senderName(c: Context<AppEnv>, name: string, text: string): string {
  const channel = CHANNELS.find((one) => one === name)
  const known = channel && channelOf(c.get('platform'), channel)
  const address = known ? canonical(known, text) : text
  return `sender/${name}/${typeof address === 'string' ? text : address.value}`.slice(0, 200)
}

/** A sender for the log of changes, whichever tenant has it. */
async function loggedState(c: Context<AppEnv>, object: string) {
  const [, channel, ...rest] = object.split('/')
  const sender = await senderByAddress(c.env.CONTROL, { channel: channel as ChannelName, value: rest.join('/') })
  return sender && shown(sender)
}
const ofBody = {
  object: (c: Context<AppEnv>, { body }: Pick<Input<typeof assignSenderOperation>, 'body'>) =>
    senderName(c, body.channel, body.address),
  // What another tenant has is refused as that, whatever version is named.
  read: async (c: Context<AppEnv>, object: string, { params }: Pick<Input<typeof assignSenderOperation>, 'params'>) => {
    const sender = await loggedState(c, object)
    return sender?.tenantId === params.tenantId ? sender : sender && { ...sender, version: null }
  },
}
const ofPath = {
  object: (c: Context<AppEnv>, { params }: Input<typeof removeSenderOperation>) =>
    senderName(c, params.channel, params.address),
  read: loggedState,
}

/** `/admin/v1/tenants/:tenantId/senders`: lines and names that a tenant sends from and is answered on. */
export const senders: Resource = {
  operations: [assignSenderOperation, putSender, listSenders, removeSenderOperation],
  mount(app) {
    serveChange(app, assignSenderOperation, ofBody, assign)
    serveChange(app, putSender, ofBody, assign)
    serve(app, listSenders, async (c, { params }) => {
      const tenant = await requireTenant(c, params.tenantId)
      return c.json(wholeList((await sendersOf(c.env.CONTROL, tenant.id)).map(shown)))
    })
    serveChange(app, removeSenderOperation, ofPath, remove)
  },
}
