import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { channels } from '#worker/channels/index.ts'
import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import type { Provider } from '#worker/domain/carriers/provider.ts'
import { type AdminClient, adminClient, pointersOf } from '../../worlds/admin-client.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'

let chapar: Harness
let admin: AdminClient

beforeAll(async () => {
  chapar = await startChapar()
  admin = await adminClient(chapar)
})
afterAll(() => chapar?.dispose())

const PATH = '/admin/v1/connections'
const API_KEY = '4A6B8C0D2E4F60718293A4B5C6D7E8F9'
const KAVENEGAR = { channel: 'sms', provider: 'kavenegar', name: 'Kavenegar', settings: { apiKey: API_KEY } }

const callbackStatus = async (url: unknown): Promise<number> =>
  (await chapar.fetch(new URL(String(url)).pathname, { method: 'POST', body: 'messageid=1&status=10' })).status

describe('connections', () => {
  it('take settings as the provider’s table says, and mask the secrets in every answer', async () => {
    const made = await admin.ok('POST', PATH, KAVENEGAR)
    expect(made).toMatchObject({ status: 'active', rate: null, settings: { apiKey: `••••${API_KEY.slice(-4)}` } })
    const read = await admin.ok('GET', `${PATH}/${made['id']}`)
    expect(JSON.stringify([read, await admin.ok('GET', PATH)])).not.toContain(API_KEY)
  })

  it('are refused by the field: provider, settings, channel', async () => {
    const refused = async (over: object) => pointersOf(await admin.call('POST', PATH, { ...KAVENEGAR, ...over }))
    expect(await refused({ provider: 'nobody' })).toEqual(['/provider'])
    expect(await refused({ provider: 'constructor' })).toEqual(['/provider'])
    expect(await refused({ channel: 'pigeon' })).toEqual(['/channel'])
    expect(await refused({ settings: {} })).toEqual(['/settings/apiKey'])
    expect(await refused({ settings: { apiKey: API_KEY, color: 'red' } })).toEqual(['/settings/color'])
    expect(await refused({ concurrency: 0, rate: -1 })).toEqual(['/rate', '/concurrency'])
  })

  it('keep a secret that a change leaves out, and refuse its mask as a new one', async () => {
    const { id } = await admin.ok('POST', PATH, KAVENEGAR)
    const changed = await admin.ok('PATCH', `${PATH}/${id}`, { name: 'Renamed', rate: 30, settings: {} })
    expect(changed).toMatchObject({ name: 'Renamed', rate: 30, settings: { apiKey: `••••${API_KEY.slice(-4)}` } })
    const masked = await admin.call('PATCH', `${PATH}/${id}`, { settings: changed['settings'] })
    expect(pointersOf(masked)).toEqual(['/settings/apiKey'])
  })

  it('show the callback URL with its secret once, and the secret opens the door', async () => {
    const made = await admin.ok('POST', PATH, KAVENEGAR)
    expect(made['callbackUrl']).toBe(
      `${chapar.baseUrl}/callbacks/sms/kavenegar/${made['id']}/${made['callbackSecret']}`,
    )
    const read = await admin.ok('GET', `${PATH}/${made['id']}`)
    expect(read).not.toHaveProperty('callbackSecret')
    expect(read['callbackUrl']).toBe(`${chapar.baseUrl}/callbacks/sms/kavenegar/${made['id']}/••••`)
    expect(await callbackStatus(made['callbackUrl'])).toBe(200)
    expect(await callbackStatus(`${chapar.baseUrl}/callbacks/sms/kavenegar/${made['id']}/wrong`)).toBe(403)
  })

  it('hear the old callback secret beside the new one after a rotation, and no older one', async () => {
    const made = await admin.ok('POST', PATH, KAVENEGAR)
    const urls = [made['callbackUrl']]
    for (let i = 0; i < 2; i++) {
      urls.push((await admin.ok('POST', `${PATH}/${made['id']}/rotate-callback-secret`))['callbackUrl'])
    }
    expect(new Set(urls).size).toBe(3)
    expect(await Promise.all(urls.map(callbackStatus))).toEqual([403, 200, 200])
  })

  it('of a carrier that signs have a callback URL without a secret', async () => {
    const settings = { accountSid: `AC${'0'.repeat(32)}`, authToken: '0123456789abcdef0123456789abcdef' }
    const made = await admin.ok('POST', PATH, { channel: 'sms', provider: 'twilio', name: 'Twilio', settings })
    expect(made['callbackUrl']).toBe(`${chapar.baseUrl}/callbacks/sms/twilio/${made['id']}`)
    expect(made).not.toHaveProperty('callbackSecret')
  })

  it('replay without the secret when the request is repeated with its Idempotency-Key', async () => {
    const key = { 'idempotency-key': '"connection-1"' }
    const first = await admin.call('POST', PATH, KAVENEGAR, key)
    const again = await admin.call('POST', PATH, KAVENEGAR, key)
    expect(again.body['id']).toBe(first.body['id'])
    expect(again.body['callbackSecret']).toBe('••••')
    expect(JSON.stringify(again.body)).not.toContain(String(first.body['callbackSecret']))
  })

  it('are disabled and enabled, any number of times', async () => {
    const { id } = await admin.ok('POST', PATH, KAVENEGAR)
    for (const [verb, status] of [
      ['disable', 'disabled'],
      ['disable', 'disabled'],
      ['enable', 'active'],
    ]) {
      expect(await admin.ok('POST', `${PATH}/${id}/${verb}`)).toMatchObject({ status })
    }
  })

  it('changed by two at once keep one change whole and refuse the other', async () => {
    const { id } = await admin.ok('POST', PATH, KAVENEGAR)
    const names = ['a', 'b', 'c', 'd']
    const answers = await Promise.all(names.map((name) => admin.call('PATCH', `${PATH}/${id}`, { name })))
    const taken = names.filter((_, i) => answers[i]?.status === 200)
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true)
    expect(taken).toContain((await admin.ok('GET', `${PATH}/${id}`))['name'])
  })

  it('of unknown ids are a 404', async () => {
    expect((await admin.call('GET', `${PATH}/con_0000000000000000`)).status).toBe(404)
    expect((await admin.call('POST', `${PATH}/con_0000000000000000/disable`)).status).toBe(404)
  })

  it('lie in the database without a secret in clear, nor does any credential', async () => {
    const { id } = await admin.ok('POST', '/admin/v1/tenants', { name: 'Dumped' })
    const secrets = [API_KEY]
    for (const kind of ['secret', 'hmac']) {
      const input = { name: kind, mode: 'live', kind, scopes: ['messages:read'] }
      secrets.push(String((await admin.ok('POST', `/admin/v1/tenants/${id}/credentials`, input))['clientSecret']))
    }
    secrets.push(String((await admin.ok('POST', PATH, KAVENEGAR))['callbackSecret']))
    const { results: tables } = await chapar.control
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")
      .all<{ name: string }>()
    const dump = await Promise.all(tables.map(({ name }) => chapar.control.prepare(`SELECT * FROM "${name}"`).all()))
    const text = JSON.stringify(dump.map(({ results }) => results))
    expect(text).toContain('Dumped')
    for (const secret of secrets) expect(text).not.toContain(secret)
  })
})

describe('providers', () => {
  interface Listed {
    readonly channel: ChannelName
    readonly name: string
    readonly settings: readonly ({ readonly name: string; readonly kind: string } & Record<string, unknown>)[]
    readonly callback: { readonly proof: string; readonly url: string }
  }
  const drivers = CHANNELS.flatMap((channel) =>
    Object.values(channels[channel].providers).map((driver) => ({ channel, driver: driver as Provider })),
  )
  const listed = async () => (await admin.ok('GET', '/admin/v1/providers'))['data'] as readonly Listed[]

  it('are all drivers, each with all its settings as data, and no value of a secret', async () => {
    const found = await listed()
    expect(found).toHaveLength(drivers.length)
    for (const { channel, driver } of drivers) {
      const one = found.find(({ name, channel: of }) => name === driver.name && of === channel)
      const settings = Object.entries(driver.settings).map(([name, spec]) => ({
        ...{ name, default: null, pattern: null },
        ...spec,
      }))
      expect(one?.settings, driver.name).toEqual(settings)
      expect(settings.filter(({ kind, default: given }) => kind === 'secret' && given !== null)).toEqual([])
    }
  })

  it('say where their carrier calls back, as the connection that is made does', async () => {
    const { callback } = (await listed()).find(
      ({ name, channel }) => name === 'kavenegar' && channel === 'sms',
    ) as Listed
    const made = await admin.ok('POST', PATH, KAVENEGAR)
    const url = callback.url
      .replace('{connectionId}', String(made['id']))
      .replace('{secret}', String(made['callbackSecret']))
    expect(made['callbackUrl']).toBe(url)
    const twilio = (await listed()).find(({ name, channel }) => name === 'twilio' && channel === 'sms')
    expect(twilio?.callback).toMatchObject({ proof: 'signature', url: expect.not.stringContaining('secret') })
  })
})
