import type { Channel } from '#worker/domain/carriers/channel.ts'
import { covers } from '#worker/domain/carriers/features.ts'
import type { ConnectionId } from '#worker/domain/ids.ts'
import { modeOf } from '#worker/domain/realm.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import type { SendBody, SendJob } from '#worker/jobs.ts'

/** The parts of a message that its route depends on. */
interface Sent {
  readonly to: string
  readonly body: Pick<SendBody, 'from' | 'fromKind' | 'content'>
}

/**
 * The connections that a message may go over, in order of preference: those that can do what it asks for. A pinned job has
 * one. A sender that belongs to a connection goes over that one. Connections that deferred the job in this round are left
 * out, unless that leaves none.
 */
export function routeOf(policy: Policy, job: SendJob, channel: Channel, { to, body }: Sent): readonly ConnectionId[] {
  if (job.pin) return [job.pin.connectionId]
  const mode = modeOf(job.realm)
  const route = policy.routes.find((candidate) => candidate.channel === job.channel && candidate.mode === mode)
  if (!route) return []
  const own = policy.senders.filter((candidate) => candidate.channel === job.channel)
  const keys = channel.senderKeys?.({ kind: body.fromKind, value: body.from }) ?? [body.from]
  const sender = keys.map((key) => own.find(({ address }) => address.value === key)).find(Boolean)
  const home = sender?.connectionId ?? null
  const needs = channel.needs(body.content, to)
  const open: ConnectionId[] = []
  for (const { id, features } of route.connections) {
    const isAble = features === null || features.length === 0 || covers(features, needs)
    if (isAble && (home === null || id === home || mode === 'test')) open.push(id)
  }
  const left = open.filter((id) => !job.tried?.includes(id))
  return left.length > 0 ? left : open
}
