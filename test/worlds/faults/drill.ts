import type { Fault } from '../entries/faults.ts'
import type { Outbound } from '../outbound.ts'
import { startWorld, type World, type WorldOptions } from '../world.ts'
import { newReceiver, type Receiver } from './receiver.ts'

/** A gateway whose carriers and receiver are played, with room for large campaigns. */
export interface Stage {
  readonly world: World
  readonly receiver: Receiver
  /** Sends one shared text to recipients; the ids of the accepted ones, in order. */
  send(recipients: readonly string[], more?: Record<string, unknown>): Promise<string[]>
  /** Another connection of the gateway; its id and callback URL. */
  connect(connection: Record<string, unknown>): Promise<{ readonly id: string; readonly callbackUrl: string }>
  route(connections: readonly string[]): Promise<void>
  /** Makes bindings fail from now on. Only with the `faults` entry. */
  fail(...faults: Fault[]): Promise<void>
  /** How often each of them has failed. */
  failures(): Promise<readonly number[]>
  /** Runs the sweep as if so many milliseconds had gone by. */
  sweep(aheadMs: number): Promise<void>
}

export interface StageOptions extends WorldOptions {
  /** By host name. */
  readonly carriers?: Readonly<Record<string, Outbound>>
  readonly isFaulty?: boolean
}

const LIMITS = { rate: 100_000, burst: 1_000_000 }

/** Starts a gateway with one tenant on it and one batch endpoint that hears everything. */
export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const { carriers = {}, isFaulty = false, ...rest } = options
  const receiver = newReceiver('receiver.hooks.example.com')
  const world = await startWorld({
    ...rest,
    ...(isFaulty ? { entry: 'test/worlds/entries/faults.ts' } : {}),
    tenant: { limits: LIMITS, ...options.tenant },
    outbound: async (request) => {
      const host = new URL(request.url).hostname
      if (host === 'receiver.hooks.example.com') return receiver.outbound(request)
      const carrier = carriers[host]
      if (!carrier) throw new Error('nobody is there')
      return carrier(request)
    },
  })
  const mode = options.mode ?? 'test'
  await world.json('/v1/webhooks', { body: { url: receiver.url, batch: true }, status: 201 })
  return {
    world,
    receiver,
    send: async (recipients, more = {}) => {
      const messages = recipients.map((to) => ({ to }))
      const body = { channel: 'sms', content: { text: 'سلام' }, ...more, messages }
      const batch = await world.json<{ accepted: { id: string }[] }>('/v1/messages/batch', { body, status: 202 })
      return batch.accepted.map(({ id }) => id)
    },
    connect: async (connection) =>
      (await world.operator.post('/admin/v1/connections', {
        channel: 'sms',
        name: 'Another',
        settings: {},
        ...connection,
      })) as {
        id: string
        callbackUrl: string
      },
    route: async (connections) => {
      await world.operator.put('/admin/v1/routes', { tenantId: world.tenantId, channel: 'sms', mode, connections })
    },
    fail: async (...faults) => {
      await world.chapar.fetch('/faults', { method: 'POST', body: JSON.stringify(faults) })
    },
    failures: async () => (await (await world.chapar.fetch('/faults')).json()) as number[],
    sweep: (aheadMs) => world.chapar.scheduled('* * * * *', Date.now() + aheadMs),
  }
}

/** Another connection with a line of its own, so that one campaign meets one carrier. Made before the first send. */
export async function newLane(
  stage: Stage,
  line: string,
  connection: { readonly provider: string; readonly settings: Readonly<Record<string, unknown>> },
  host: string,
) {
  const settings = { ...connection.settings, url: `https://${host}` }
  const { id, callbackUrl } = await stage.connect({ ...connection, settings })
  const sender = { channel: 'sms', address: line, lineClass: 'service', connectionId: id }
  await stage.world.operator.post(`/admin/v1/tenants/${stage.world.tenantId}/senders`, sender)
  return { id, callbackUrl, line }
}

let block = 0

/** Distinct Iranian mobile numbers, never used before in this file and none of them a magic number of the sandbox. */
export function numbers(count: number): string[] {
  block = (block + 1) % 100
  const prefix = `+9891${String(block).padStart(2, '0')}`
  return Array.from(
    { length: count },
    (_, i) => `${prefix}${String(Math.floor(i / 9_000)).padStart(2, '0')}${String(i % 9_000).padStart(4, '0')}`,
  )
}
