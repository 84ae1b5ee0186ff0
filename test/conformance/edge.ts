import { callbackRouter } from '#worker/callbacks.ts'
import type { Channel, ChannelName, Channels } from '#worker/domain/carriers/channel.ts'
import type { Provider, Settings } from '#worker/domain/carriers/provider.ts'
import { type ConnectionId, type IdKeys, importIdKeys, newConnectionId } from '#worker/domain/ids.ts'
import type { ConnectionConfig } from '#worker/domain/tenants/tenant.ts'
import type { Env } from '#worker/env.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { InboundJob, ReportJob } from '#worker/jobs.ts'
import type { Log } from '#worker/lib/log.ts'
import { pause } from '#worker/lib/pause.ts'
import { NOW } from './kit.ts'

export const SECRET = 'the-current-secret-of-the-path'
export const OLD_SECRET = 'the-previous-secret-of-the-path'

export interface Edge {
  readonly call: (request: Request) => Promise<Response>
  /** URL of the connection's callbacks; with another secret than the current one if given. */
  readonly url: (secret?: string) => string
  readonly jobs: (ReportJob | InboundJob)[]
  readonly logs: { fact: string; fields: Parameters<Log>[1] }[]
  readonly keys: IdKeys
  readonly id: ConnectionId
  /** Times the connection was looked up. */
  readonly lookUps: () => number
}

export interface EdgeOptions {
  /** Default `sms`. */
  readonly channel?: ChannelName
  /** The queue refuses. */
  readonly isQueueDown?: boolean
  readonly isDatabaseDown?: boolean
  /** Milliseconds that a call of the queue takes; default: none. */
  readonly queueMs?: number
}

/** The carriers' edge with one connection of `provider`, its queue an array. */
export async function edgeOf(provider: Provider, settings: Settings, options: EdgeOptions = {}): Promise<Edge> {
  const keys = await importIdKeys([{ kid: 1, key: new Uint8Array(32).fill(7) }])
  const id = await newConnectionId(keys)
  const name = options.channel ?? 'sms'
  const config: ConnectionConfig = {
    id,
    channel: name,
    provider: provider.name,
    status: 'active',
    settings,
    callbackSecrets: [SECRET, OLD_SECRET],
    rate: null,
    concurrency: 2,
  }
  const jobs: Edge['jobs'] = []
  const logs: Edge['logs'] = []
  let lookUps = 0
  const take = async (...more: Edge['jobs']) => {
    if (options.isQueueDown) throw new Error('Too Many Requests')
    if (options.queueMs !== undefined) await pause(options.queueMs)
    jobs.push(...more)
  }
  const channel = { name, providers: { [provider.name]: provider } } as unknown as Channel
  const platform = {
    env: {
      REPORT: {
        send: take,
        sendBatch: (batch: Iterable<{ body: ReportJob }>) => take(...[...batch].map(({ body }) => body)),
      },
    },
    config: { baseUrl: 'https://gw.example', idKeys: keys, localPort: null },
    channels: { [name]: channel } as unknown as Channels,
    now: () => NOW,
    log: ((fact, fields) => logs.push({ fact, fields })) satisfies Log,
    inside: () => null,
  } as unknown as Platform
  const route = callbackRouter(
    () => platform,
    async (_, asked) => {
      lookUps++
      if (options.isDatabaseDown) throw new Error('D1_ERROR: no such luck')
      return asked === id ? config : null
    },
  )
  const path = `https://gw.example/callbacks/${name}/${provider.name}/${id}`
  const needsSecret = provider.callbackProof === 'path-secret'
  return {
    call: (request) => route(request, platform.env as unknown as Env),
    url: (secret = SECRET) => (needsSecret ? `${path}/${secret}` : path),
    jobs,
    logs,
    keys,
    id,
    lookUps: () => lookUps,
  }
}
