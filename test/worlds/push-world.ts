import { Webhook } from 'standardwebhooks'
import type { Api } from '../../local/api.ts'
import { type Harness, type HarnessOptions, startChapar } from './harness.ts'
import { type Browser, decrypted, newServiceAccount } from './players/push-browser.ts'
import { caller, tokenOf, until } from './world.ts'

/** A message that reached a push service. */
export interface Pushed {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}
export interface HeardEvent {
  readonly id: string
  readonly type: string
  readonly data: Record<string, unknown>
}
export interface ShownDevice {
  readonly id: string
  readonly status: string
  readonly user: string | null
  readonly tags: readonly string[]
}
interface Made {
  readonly id: string
  readonly clientId: string
  readonly clientSecret: string
  readonly secret: string
}

export const APP = 'shop.example'
const HOOKS = 'hooks.example.org'
const SCOPES = ['messages:send', 'messages:read', 'webhooks:read', 'webhooks:write', 'devices:read', 'devices:write']

async function credential(chapar: Harness, operator: Api, tenantId: string, mode: 'live' | 'test') {
  const input = { name: mode, mode, kind: 'secret', scopes: SCOPES }
  const { clientId, clientSecret } = (await operator.post(`/admin/v1/tenants/${tenantId}/credentials`, input)) as Made
  return caller(chapar, await tokenOf(chapar, clientId, clientSecret))
}

/**
 * A tenant with the application `shop.example` on every push provider, push services that the test plays, a receiver of its
 * events.
 */
export async function startPush(options: HarnessOptions = {}) {
  const pushed: Pushed[] = []
  const events: HeardEvent[] = []
  /** Of the live and the test endpoint, by id. */
  const secrets = new Map<string, string>()
  /** What push services answer from now on. */
  const service = { answer: (_: Pushed): Response | Promise<Response> => new Response(null, { status: 201 }) }

  async function hook(request: Request): Promise<Response> {
    const text = await request.text()
    const body = JSON.parse(text) as HeardEvent & { data: { challenge?: string } }
    if (body.type === 'webhook.challenge') return Response.json({ challenge: body.data.challenge })
    const endpoint = new URL(request.url).pathname.slice(1)
    new Webhook(secrets.get(endpoint) ?? '').verify(text, Object.fromEntries(request.headers))
    events.push({ ...body, id: request.headers.get('webhook-id') ?? '' })
    return new Response(null, { status: 204 })
  }
  const chapar = await startChapar({
    ...options,
    outbound: async (request) => {
      const { hostname } = new URL(request.url)
      if (hostname === HOOKS) return hook(request)
      if (hostname === 'oauth2.googleapis.com')
        return Response.json({ access_token: 'ya29.x', expires_in: 3_599, token_type: 'Bearer' })
      const body = new Uint8Array(await request.arrayBuffer())
      const one: Pushed = { url: request.url, headers: Object.fromEntries(request.headers), body }
      pushed.push(one)
      return service.answer(one)
    },
  })
  const operator = chapar.api(await chapar.operatorToken())
  const connection = async (provider: string, settings = {}): Promise<string> =>
    ((await operator.post('/admin/v1/connections', { channel: 'push', provider, name: provider, settings })) as Made).id
  const connections = {
    webPush: await connection('web-push', { contact: 'mailto:ops@chapar.example' }),
    fcm: await connection('fcm', { serviceAccount: newServiceAccount() }),
    sandbox: await connection('sandbox'),
  }

  async function tenant(app = APP) {
    const { id: tenantId } = (await operator.post('/admin/v1/tenants', { name: 'Push' })) as Made
    const route = { tenantId, channel: 'push' }
    await operator.put('/admin/v1/routes', {
      ...route,
      mode: 'live',
      connections: [connections.webPush, connections.fcm],
    })
    await operator.put('/admin/v1/routes', { ...route, mode: 'test', connections: [connections.sandbox] })
    const sender = { channel: 'push', address: app, lineClass: 'service', isDefault: true }
    await operator.post(`/admin/v1/tenants/${tenantId}/senders`, sender)
    const live = await credential(chapar, operator, tenantId, 'live')
    return { tenantId, live, test: await credential(chapar, operator, tenantId, 'test') }
  }
  const { tenantId, live, test } = await tenant()
  for (const [mode, call] of [
    ['live', live],
    ['test', test],
  ] as const) {
    const made = await call('/v1/webhooks', { body: { url: `https://${HOOKS}/${mode}` } })
    secrets.set(mode, ((await made.json()) as Made).secret)
  }

  type Call = typeof live
  const json = async <Body>(path: string, status: number, body?: unknown, call: Call = live): Promise<Body> => {
    const answer = await call(path, body === undefined ? {} : { body })
    const text = await answer.text()
    if (answer.status !== status)
      throw new Error(`${path} answered ${answer.status}, not ${status}: ${text.slice(0, 500)}`)
    return JSON.parse(text) as Body
  }
  const status = (id: string, wanted: string, call: Call = live) =>
    until(`${id} reaches ${wanted}`, async () => {
      const found = await json<{ status: string; failure?: { code: string } }>(
        `/v1/messages/${id}`,
        200,
        undefined,
        call,
      )
      return found.status === wanted && found
    })
  return {
    chapar,
    operator,
    connections,
    tenantId,
    live,
    test,
    newTenant: tenant,
    pushed,
    events,
    service,
    json,
    status,
    /** Registers a device. */
    device: (body: object, call: Call = live) => json<ShownDevice>('/v1/devices', 201, body, call),
    /** Sends a notification; its id. */
    send: async (to: string, content: object = { title: 'سلام' }, call: Call = live) =>
      (await json<Made>('/v1/messages', 202, { channel: 'push', to, content }, call)).id,
    /** The message that a browser got last, as its service worker reads it. */
    received: (browser: Browser) =>
      until('the browser’s push service is called', async () => {
        const last = pushed.filter(({ url }) => url === browser.endpoint).at(-1)
        return last && (JSON.parse(decrypted(last.body, browser)) as Record<string, string>)
      }),
    heard: (type: string, of: (data: Record<string, unknown>) => boolean) =>
      until(`the event ${type}`, async () => events.find((event) => event.type === type && of(event.data))),
  }
}

export type PushWorld = Awaited<ReturnType<typeof startPush>>
