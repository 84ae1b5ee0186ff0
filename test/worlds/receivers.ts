import { expect } from 'vitest'
import { importSealKeys } from '#worker/config.ts'
import { type EndpointId, eventIdOf, newTenantId } from '#worker/domain/ids.ts'
import type { TenantEvent } from '#worker/domain/messages/events.ts'
import { type Realm, realmOf } from '#worker/domain/realm.ts'
import { type NotifyJob, sealedWorkRow, workBody } from '#worker/jobs.ts'
import { randomDigits } from '#worker/lib/base32.ts'
import { newSecret } from '#worker/lib/http/standard-webhooks.ts'
import { seal } from '#worker/lib/seal.ts'
import { insertWebhook, type Webhook, webhookOf } from '#worker/store/control/webhooks.ts'
import { insertWorks, overdueWork, sealWork } from '#worker/store/work.ts'
import { type Harness, startChapar } from './harness.ts'
import { until } from './world.ts'

/** One POST as a receiver saw it. */
export interface Heard {
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}
export type Answer = (heard: Heard) => Response | Promise<Response>

export interface Receiver {
  readonly webhook: Webhook
  readonly secret: string
  readonly heard: Heard[]
  /** What it answers from now on. */
  answer: Answer
}

const ok: Answer = () => new Response(null, { status: 204 })
/** Never answers. */
export const silent: Answer = () => new Promise<Response>(() => {})
export const says =
  (status: number, headers: Record<string, string> = {}): Answer =>
  () =>
    new Response(null, { status, headers })

/** A realm of its own, receivers under `https://<name>.hooks.example.com/`, and the fixture's clock. */
export async function startNotify(entry = 'test/worlds/entries/notify.ts') {
  const receivers = new Map<string, Pick<Receiver, 'heard' | 'answer'>>()
  const logged: string[] = []
  const chapar: Harness = await startChapar({
    entry,
    shards: 2,
    onLog: (line) => logged.push(line),
    outbound: async (request) => {
      const receiver = receivers.get(new URL(request.url).hostname)
      if (!receiver) throw new Error('nobody is there')
      const heard = { headers: Object.fromEntries(request.headers), text: await request.text() }
      receiver.heard.push(heard)
      return receiver.answer(heard)
    },
  })
  const sealKeys = await importSealKeys(chapar.secrets.worker)
  let count = 0

  async function realm(shards: readonly number[] = [0]): Promise<Realm> {
    const id = newTenantId()
    await chapar.control
      .prepare(
        `INSERT INTO tenants (id, name, status, version, settings, shards, created_at, updated_at)
         VALUES (?1, 't', 'active', 1, '{}', ?2, 1, 1)`,
      )
      .bind(id, JSON.stringify(shards))
      .run()
    return realmOf(id, 'live')
  }

  async function endpoint(
    realm: Realm,
    options: Partial<
      Pick<Webhook, 'events' | 'batch' | 'status' | 'url' | 'failingSince' | 'breaker' | 'updatedAt'>
    > & {
      readonly answer?: Answer
      readonly secrets?: readonly { secret: string; expiresAt: number | null }[]
    } = {},
  ): Promise<Receiver> {
    const { answer = ok, secrets, ...fields } = options
    const id: EndpointId = `whe_${randomDigits(16)}`
    const secret = newSecret()
    const host = `r${count++}.hooks.example.com`
    const webhook: Webhook = {
      id,
      realm,
      url: `https://${host}/events?key=1`,
      description: '',
      events: null,
      batch: false,
      format: null,
      status: 'active',
      disabledReason: null,
      secrets: await seal(sealKeys, JSON.stringify(secrets ?? [{ secret, expiresAt: null }]), id),
      failingSince: null,
      breaker: null,
      createdAt: 1,
      updatedAt: 1,
      ...fields,
    }
    await insertWebhook(chapar.control, sealKeys, webhook, 20)
    const receiver: Receiver = { webhook, secret, heard: [], answer }
    receivers.set(new URL(webhook.url).hostname, receiver)
    return receiver
  }

  /** Runs notify at once, past the queue. */
  async function notify(jobs: readonly NotifyJob[]): Promise<string[]> {
    const response = await chapar.fetch('/notify', { method: 'POST', body: JSON.stringify(jobs) })
    return (await response.json()) as string[]
  }

  /** A job with its work row, as the state change leaves them. */
  async function job(realm: Realm, events: readonly TenantEvent[], shard = 0): Promise<NotifyJob> {
    const work = { shard, dueAt: Date.now() + 300_000, id: crypto.randomUUID() }
    const made: NotifyJob = { kind: 'notify', realm, events, work, attempt: 1 }
    const row = sealedWorkRow({ kind: 'notify', body: made }, { ...work, realm })
    await insertWorks(chapar.ledger(shard), await sealWork(chapar.keys, [row])).run()
    return made
  }

  const rows = async <Row>(sql: string, realm: Realm, shard = 0): Promise<Row[]> =>
    (await chapar.ledger(shard).prepare(sql).bind(realm).all<Row>()).results

  return {
    chapar,
    /** Somebody who listens at `https://<host>/`, known to no tenant. */
    listen: (host: string, answer: Answer) => {
      const receiver = { heard: [] as Heard[], answer }
      receivers.set(host, receiver)
      return receiver
    },
    realm,
    endpoint,
    notify,
    job,
    /** Work rows left, as the jobs they hold. */
    work: async (realm: Realm, shard = 0): Promise<{ dueAt: number; job: NotifyJob }[]> =>
      Promise.all(
        (await overdueWork(chapar.ledger(shard), Number.MAX_SAFE_INTEGER, 1_000))
          .filter((row) => row.realm === realm)
          .map(async (row) => ({ dueAt: row.dueAt, job: await workBody('notify', chapar.keys, row) })),
      ),
    log: (realm: Realm, shard = 0) =>
      rows<{ endpoint_id: string; outcome: string; http_status: number | null; attempt: number; event_ids: string }>(
        'SELECT * FROM deliveries WHERE realm = ?1 ORDER BY attempt, id',
        realm,
        shard,
      ),
    /** Log lines of POSTs to a receiver. */
    attempts: ({ webhook }: Receiver): Readonly<Record<string, unknown>>[] =>
      logged
        .filter((line) => line.includes('"webhook.attempted"') && line.includes(webhook.id))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    webhook: ({ webhook }: Receiver) => webhookOf(chapar.control, chapar.keys, webhook.realm, webhook.id),
    /** The sweep as if it were `now`; how many jobs it sent. */
    sweep: async (now: number): Promise<number> =>
      (await (await chapar.fetch(`/sweep?n=${Math.floor(now)}`)).json()) as number,
    /** Sets the Worker's clock ahead: what it knows of endpoints is stale then. */
    ahead: (ms: number) => chapar.fetch(`/clock?n=${ms}`),
    /** Waits until a check throws no more; of one that always does, the last fault is told. */
    until: async (check: () => unknown): Promise<void> => {
      let fault: unknown
      const holds = async (): Promise<boolean> => {
        try {
          await check()
          return true
        } catch (error) {
          fault = error
          return false
        }
      }
      await until('a check holds', holds).catch(() => {
        throw fault
      })
    },
  }
}

export type Notify = Awaited<ReturnType<typeof startNotify>>

export const event = (n: number, type: TenantEvent['type'] = 'message.delivered'): TenantEvent => ({
  id: eventIdOf(`msg_${String(n).padStart(35, '0')}`, type.slice(type.indexOf('.') + 1)),
  type,
  at: 1_800_000_000_000 + n,
  data: { id: `msg_${n}`, status: type },
})

export const idsOf = (heard: readonly Heard[]): string[] => heard.map(({ headers }) => headers['webhook-id'] ?? '')

/** Ids of the events in batch POSTs. */
export const eventsIn = (heard: readonly Heard[]): string[] =>
  heard.flatMap(({ text }) => {
    const body = JSON.parse(text) as { type: string; data: { events: { id: string }[] } }
    expect(body.type).toBe('batch')
    return body.data.events.map(({ id }) => id)
  })
