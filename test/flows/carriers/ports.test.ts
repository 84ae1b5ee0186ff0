import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { providers } from '#worker/channels/sms/providers.ts'
import { twilio } from '#worker/channels/sms/twilio.ts'
import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { Ports, Provider } from '#worker/domain/carriers/provider.ts'
import type { ConnectionConfig } from '#worker/domain/tenants/tenant.ts'
import { channelOf, openConnection, providerOf } from '#worker/flows/carriers/ports.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { attemptOf, NOW } from '../../conformance/kit.ts'
import { kavenegarKit } from '../../conformance/sms/kavenegar.ts'
import { twilioKit } from '../../conformance/sms/twilio.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** A carrier on loopback. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const configOf = (provider: Provider, settings: ConnectionConfig['settings']): ConnectionConfig => ({
  id: 'con_0',
  channel: 'sms',
  provider: provider.name,
  status: 'active',
  settings,
  callbackSecrets: ['new', 'old'],
  rate: null,
  concurrency: 2,
})

const sms = { name: 'sms', providers } as unknown as Channel
const platformOf = (localPort: number | null, inside: Platform['inside'] = () => null): Platform =>
  ({
    env: {},
    config: { baseUrl: 'https://gw.example', localPort },
    channels: { sms },
    now: () => NOW,
    inside,
  }) as unknown as Platform
const local = platformOf(8787)

/** The ports that a connection of this provider is given. */
function portsOf(platform: Platform, provider: Provider, config: ConnectionConfig): Ports {
  let given: Ports | null = null
  const open: Provider['open'] = (settings, ports) => {
    given = ports
    return provider.open(settings, ports)
  }
  const channel = { ...sms, providers: { [provider.name]: { ...provider, open } } }
  const needed = provider.name === 'twilio' ? twilioKit.settings : kavenegarKit.settings
  openConnection(platform, channel, { ...config, settings: { ...needed, ...config.settings } })
  if (given === null) throw new Error('not opened')
  return given
}

/** Submits one message through the real ports to a carrier on loopback. */
async function submitTo(url: string, platform = local) {
  const config = configOf(twilio, { ...twilioKit.settings, url })
  const [outcome] = await openConnection(platform, sms, config).submit([attemptOf(twilioKit)])
  return outcome
}

describe('a carrier that misbehaves on the wire', () => {
  it('takes a message when it behaves', async () => {
    const sid = `SM${'a'.repeat(32)}`
    const url = await serve((_, response) => response.end(JSON.stringify({ sid, status: 'queued' })))
    expect(await submitTo(url)).toEqual({ outcome: 'accepted', providerRef: sid })
  })

  const hostile: [string, string, RequestListener][] = [
    ['resets after the request', 'provider-unavailable', (request) => request.socket.destroy()],
    [
      'resets in the middle of its answer',
      'provider-unavailable',
      (request, response) => {
        response.writeHead(201, { 'content-length': '100' })
        response.write('{"sid":', () => request.socket.destroy())
      },
    ],
    ['answers half a JSON', 'provider-invalid-answer', (_, response) => response.end('{"sid":"SM')],
    ['answers 10 MB', 'provider-invalid-answer', (_, response) => response.end(Buffer.alloc(10_000_000, 32))],
    [
      'unpacks to 10 MB',
      'provider-invalid-answer',
      async (_, response) => {
        const { gzipSync } = await import('node:zlib')
        response.writeHead(200, { 'content-encoding': 'gzip' })
        response.end(gzipSync(Buffer.alloc(10_000_000, 32)))
      },
    ],
    [
      'redirects',
      'provider-invalid-answer',
      (_, response) => {
        response.writeHead(307, { location: '/elsewhere' })
        response.end()
      },
    ],
  ]
  it.each(hostile)('%s: unknown, %s', async (_, code, listener) => {
    let calls = 0
    const url = await serve((request, response) => {
      calls++
      listener(request, response)
    })
    expect(await submitTo(url)).toMatchObject({ outcome: 'unknown', failure: { code } })
    expect(calls).toBe(1)
  })

  it('refuses the connection: unknown, for a reset after the request looks the same', async () => {
    const url = await serve(() => undefined)
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve))
    expect(await submitTo(url)).toMatchObject({ outcome: 'unknown', failure: { code: 'provider-unavailable' } })
  })

  it('hangs before or within its answer: the deadline covers both', async () => {
    for (const listener of [
      () => undefined,
      (_: unknown, response: { write(text: string): void }) => response.write('{'),
    ]) {
      const url = await serve(listener as RequestListener)
      const ports = portsOf(local, twilio, configOf(twilio, { url }))
      const error: unknown = await ports.http(new Request(url), { timeoutMs: 50 }).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ name: 'HttpTimedOut' })
    }
  })
})

describe('what may be called', () => {
  const config = configOf(twilio, { url: 'http://127.0.0.1:9000/api' })
  afterEach(() => void vi.unstubAllGlobals())

  /** Was a request to this URL sent? */
  async function may(url: string, isLocal = true, its = config): Promise<boolean> {
    const sent = vi.fn(async () => new Response('ok'))
    vi.stubGlobal('fetch', sent)
    const ports = portsOf(isLocal ? local : platformOf(null), twilio, its)
    await ports.http(new Request(url)).catch(() => undefined)
    return sent.mock.calls.length === 1
  }

  it('is https; plain only to the loopback origin of the connection’s own settings, on a developer’s machine', async () => {
    expect(await may('https://api.twilio.com/x')).toBe(true)
    expect(await may('http://127.0.0.1:9000/x')).toBe(true)
    expect(await may('http://127.0.0.1:9000/x', false)).toBe(false)
    expect(await may('http://127.0.0.1:9001/x')).toBe(false)
    expect(await may('http://localhost:9000/x')).toBe(false)
    expect(await may('http://api.twilio.com/x')).toBe(false)
    expect(await may('ftp://127.0.0.1:9000/x')).toBe(false)
    expect(await may('http://10.0.0.1/', true, configOf(twilio, { url: 'http://10.0.0.1' }))).toBe(false)
  })

  it('is refused without a call and without naming the URL, key and all', async () => {
    const { settings } = kavenegarKit
    const config = configOf(kavenegarKit.provider, { ...settings, url: 'http://carrier.example' })
    const ports = portsOf(platformOf(null), kavenegarKit.provider, config)
    const request = new Request(`http://carrier.example/v1/${settings['apiKey']}/sms/send.json`)
    const error: unknown = await ports.http(request).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ name: 'HttpUnreachable' })
    expect(String(error)).not.toContain('carrier.example')
    expect(String(error)).not.toContain(String(settings['apiKey']))
  })

  it('is what the deployment serves itself, before the network', async () => {
    const inside: Platform['inside'] = (request) =>
      request.url.startsWith('https://sandbox.chapar.invalid/') ? Promise.resolve(new Response('inside')) : null
    const ports = portsOf(platformOf(null, inside), twilio, configOf(twilio, {}))
    expect(await (await ports.http(new Request('https://sandbox.chapar.invalid/x'))).text()).toBe('inside')
  })
})

describe('where callbacks come', () => {
  const urlOf = (provider: Provider, ref?: string) => portsOf(local, provider, configOf(provider, {})).callbackUrl(ref)

  it('ends in the current secret where nothing is signed, and names the attempt where one is given', () => {
    expect(urlOf(kavenegarKit.provider)).toBe('https://gw.example/callbacks/sms/kavenegar/con_0/new')
    expect(urlOf(kavenegarKit.provider, 'a.b.1')).toBe('https://gw.example/callbacks/sms/kavenegar/con_0/new?ref=a.b.1')
    expect(urlOf(twilio, 'a.b.1')).toBe('https://gw.example/callbacks/sms/twilio/con_0?ref=a.b.1')
  })
})

it('names of channels and providers from a URL find nothing but channels and providers', () => {
  expect(channelOf(local, 'sms')).toBe(sms)
  for (const name of ['constructor', '__proto__', 'toString', '']) {
    expect(channelOf(local, name)).toBeNull()
    expect(providerOf(local, { channel: 'sms', provider: name })).toBeNull()
  }
  expect(() => openConnection(local, sms, { ...configOf(twilio, {}), provider: 'none' })).toThrow('no provider none')
})
