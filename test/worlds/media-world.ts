import type { Outbound } from './outbound.ts'
import type { Carried } from './players/file-channel.ts'
import { newTenant, startWorld, until, type World, type WorldOptions } from './world.ts'

export interface Row {
  readonly [column: string]: unknown
}

const ENTRY = 'test/worlds/entries/media.ts'
let lines = 0

/** A gateway whose chat channel knows files (test/worlds/players/file-channel.ts), with a carrier that keeps what it is told. */
export async function startMediaWorld(options: WorldOptions = {}) {
  const carried: Carried[] = []
  /** What the carrier answers to the fetch of a file, by path. */
  const atCarrier = new Map<string, () => Response>()
  const asked: string[] = []
  const outbound: Outbound = async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/submit') {
      carried.push(...((await request.json()) as Carried[]))
      return new Response('{}')
    }
    asked.push(pathname)
    return atCarrier.get(pathname)?.() ?? new Response(null, { status: 404 })
  }
  const world: World = await startWorld({ entry: ENTRY, outbound, ...options })
  const { operator, chapar } = world
  const made = (await operator.post('/admin/v1/connections', {
    channel: 'chat',
    provider: 'sandbox',
    name: 'Files',
    settings: {},
  })) as { id: string; callbackUrl: string }

  /** Gives a tenant the channel, with a bot of its own. */
  async function onChannel(tenantId: string): Promise<string> {
    const bot = `sandbox:bot${lines++}`
    await operator.put('/admin/v1/routes', { tenantId, channel: 'chat', mode: 'test', connections: [made.id] })
    await operator.post(`/admin/v1/tenants/${tenantId}/senders`, {
      channel: 'chat',
      address: bot,
      lineClass: 'service',
      isDefault: true,
    })
    return bot
  }
  const bot = await onChannel(world.tenantId)
  const bucket = await chapar.mf.getR2Bucket('MEDIA', 'chapar')

  async function upload(body: string, type = 'text/plain', token?: string): Promise<string> {
    const headers = { 'content-type': type, ...(token ? { authorization: `Bearer ${token}` } : {}) }
    return (await world.json<{ id: string }>('/v1/media', { method: 'POST', body, headers, status: 201 })).id
  }
  const send = (content: Row, headers: Readonly<Record<string, string>> = {}) =>
    world.call('/v1/messages', { body: { channel: 'chat', to: 'person', content }, headers })

  return {
    world,
    chapar,
    bot,
    carried,
    asked,
    atCarrier,
    bucket,
    connectionId: made.id,
    upload,
    send,
    async sent(content: Row): Promise<string> {
      const answer = await send(content)
      if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`)
      return ((await answer.json()) as { id: string }).id
    },
    /** What the carrier was told of the message with this text. */
    told: (text: string): Promise<Carried> =>
      until(`the carrier hears ${text}`, async () => carried.find((one) => one.text === text)),
    /** Posts an inbound message as the carrier would. */
    async hear(message: Row): Promise<void> {
      const body = { inbound: [{ providerRef: `in${lines++}`, to: bot, at: Date.now(), ...message }] }
      const { pathname } = new URL(made.callbackUrl)
      const answer = await chapar.fetch(pathname, { method: 'POST', body: JSON.stringify(body) })
      if (answer.status !== 200) throw new Error(`the callback was answered ${answer.status}`)
    },
    received: (from: string): Promise<Row & { id: string; content: Row }> =>
      until(`a message from ${from}`, async () => {
        const { data } = await world.json<{ data: (Row & { id: string; content: Row })[] }>(
          '/v1/messages?direction=inbound&limit=100',
        )
        return data.find((one) => one['from'] === from)
      }),
    /** Makes the bucket's calls fail so often; `queue`: what was sent is queued, and its sender is not told. */
    fail: (faults: Readonly<Record<string, number>>) =>
      chapar.fetch('/faults', { method: 'POST', body: JSON.stringify(faults) }),
    keys: async (): Promise<string[]> => (await bucket.list()).objects.map(({ key }) => key),
    rows: async (table: 'media' | 'media_uses', where = '1 = 1', shard = 0): Promise<Row[]> =>
      (await chapar.ledger(shard).prepare(`SELECT * FROM ${table} WHERE ${where}`).all<Row>()).results,
    async other(more: WorldOptions = {}) {
      const tenant = await newTenant(chapar, { line: `3000${lines++}`, connectionId: world.connectionId, ...more })
      return { ...tenant, bot: await onChannel(tenant.tenantId) }
    },
    dispose: () => world.dispose(),
  }
}
export type MediaWorld = Awaited<ReturnType<typeof startMediaWorld>>
