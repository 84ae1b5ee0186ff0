import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { voice } from '#worker/channels/voice/index.ts'
import { SAY_LANGUAGES } from '#worker/channels/voice/twilio-languages.ts'
import { languagesIn } from '#worker/domain/carriers/features.ts'
import { ACCOUNT } from '../../fixtures/twilio/answers.ts'
import { KAVENEGAR, TWILIO } from '../../worlds/faults/carriers.ts'
import { reaches, startWorld, until, type World } from '../../worlds/world.ts'

/** Which carrier was asked for each call, in its own words. */
const asked: { readonly carrier: string; readonly form: URLSearchParams }[] = []
let calls = 1

async function carriers(request: Request): Promise<Response> {
  const { hostname } = new URL(request.url)
  const form = new URLSearchParams(await request.text())
  asked.push({ carrier: hostname, form })
  const id = `${calls++}`
  if (hostname === 'api.twilio.com')
    return Response.json({ sid: `CA${id.padStart(32, '0')}`, status: 'queued' }, { status: 201 })
  if (hostname === 'api.kavenegar.com') {
    const entry = { messageid: Number(id), status: 5, receptor: form.get('receptor') }
    return Response.json({ return: { status: 200, message: '' }, entries: [entry] })
  }
  const placed = { phoneNumber: form.get('to'), status: 'Queued', sessionId: id }
  return Response.json({ entries: [placed], errorMessage: 'None' })
}

let world: World
const ids: Record<string, string> = {}
beforeAll(async () => {
  world = await startWorld({ mode: 'live', outbound: carriers })
  const { operator, tenantId } = world
  const connect = async (provider: string, settings: object) => {
    const made = await operator.post('/admin/v1/connections', { channel: 'voice', provider, name: provider, settings })
    ids[provider] = (made as { id: string }).id
  }
  await connect('twilio', { accountSid: ACCOUNT, authToken: TWILIO.settings.authToken })
  await connect('kavenegar', { apiKey: KAVENEGAR.settings.apiKey })
  await connect('africas-talking', { username: 'shop', apiKey: 'x'.repeat(32), number: '+254711082300' })
  const sender = { channel: 'voice', address: '+982191001234', lineClass: 'service', isDefault: true }
  await operator.post(`/admin/v1/tenants/${tenantId}/senders`, sender)
})
afterAll(() => world.dispose())

interface Shown {
  readonly channel: string
  readonly languages: readonly string[]
}
const languages = async (): Promise<readonly string[]> => {
  const { data } = await world.json<{ data: Shown[] }>('/v1/channels')
  return data.find(({ channel }) => channel === 'voice')?.languages ?? []
}

let routed = ''
/** Sends calls over these, in this order, and waits until the gateway knows. */
async function route(...providers: readonly string[]): Promise<void> {
  if (routed === providers.join()) return
  routed = providers.join()
  await world.operator.put('/admin/v1/routes', {
    tenantId: world.tenantId,
    channel: 'voice',
    mode: 'live',
    connections: providers.map((name) => ids[name]),
  })
  const read = providers.flatMap((name) => languagesIn(voice.providers[name]?.features ?? []))
  await until('the route is known', async () => (await languages()).join() === read.join())
}
const bodyOf = (content: unknown) => ({ channel: 'voice', to: '+989121234567', content })
const persian = { say: { text: 'سلام' } }
const say = (language: string) => ({ say: { text: 'Hello', language } })
const code = (language: string) => ({ digits: { code: '1234', language } })

describe('a language that no connection reads is refused, at the member that asks for it', () => {
  test.each<readonly [string, readonly string[], unknown, string]>([
    ['a Persian text at Twilio', ['twilio'], persian, '/content/say/language'],
    ['a Persian code at Twilio', ['twilio'], code('fa-IR'), '/content/digits/language'],
    ['a code that names none, at Twilio', ['twilio'], { digits: { code: '1234' } }, '/content/digits/language'],
    [
      'a Persian prompt of a file, at Twilio',
      ['twilio'],
      { play: { url: 'https://cdn.digikala.com/a.mp3' }, gather: { digits: 1, prompt: 'کلید' } },
      '/content/gather/prompt',
    ],
    ['a language without its region, at Twilio', ['twilio'], say('en'), '/content/say/language'],
    ['a region that Twilio has not', ['twilio'], say('en-KE'), '/content/say/language'],
    ['an English text at Kavenegar', ['kavenegar'], say('en-US'), '/content/say/language'],
    [
      'an English text that names none, at Kavenegar',
      ['kavenegar'],
      { say: { text: 'Hello' } },
      '/content/say/language',
    ],
    ['an English code at Kavenegar', ['kavenegar'], code('en-US'), '/content/digits/language'],
    ['Arabic at Kavenegar', ['kavenegar'], say('ar-SA'), '/content/say/language'],
    ['a Persian text at Africa’s Talking', ['africas-talking'], persian, '/content/say/language'],
    ['Swahili at Africa’s Talking', ['africas-talking'], say('sw-KE'), '/content/say/language'],
    ['what none of three reads', ['twilio', 'kavenegar', 'africas-talking'], say('zu-ZA'), '/content/say/language'],
  ])('%s', async (_, providers, content, pointer) => {
    await route(...providers)
    const before = asked.length
    const refused = await world.json<{ code: string; errors: { pointer: string; detail: string }[] }>('/v1/messages', {
      body: bodyOf(content),
      status: 422,
    })
    expect(refused.code).toBe('not-supported')
    expect(refused.errors).toEqual([
      { pointer, detail: expect.stringMatching(/^no connection of this account reads `[a-zA-Z-]+`$/) },
    ])
    expect(asked).toHaveLength(before)
  })
})

describe('a call goes over the first connection that reads its language', () => {
  const all = ['twilio', 'africas-talking', 'kavenegar']
  test.each<readonly [string, readonly string[], unknown, string]>([
    ['Persian', all, persian, 'api.kavenegar.com'],
    ['a Persian code', all, code('fa-IR'), 'api.kavenegar.com'],
    ['Persian of another country', all, say('fa-AF'), 'api.kavenegar.com'],
    ['English', all, say('en-GB'), 'api.twilio.com'],
    ['an English text that names no language', all, { say: { text: 'Hello' } }, 'api.twilio.com'],
    ['English of Kenya', all, say('en-KE'), 'voice.africastalking.com'],
    ['German', ['kavenegar', 'africas-talking', 'twilio'], say('de-DE'), 'api.twilio.com'],
    ['English behind Kavenegar', ['kavenegar', 'africas-talking'], code('en-US'), 'voice.africastalking.com'],
    ['a file, which needs none', ['twilio'], { play: { url: 'https://cdn.digikala.com/a.mp3' } }, 'api.twilio.com'],
  ])('%s', async (_, providers, content, carrier) => {
    await route(...providers)
    const { id } = await world.json<{ id: string }>('/v1/messages', { body: bodyOf(content), status: 202 })
    await reaches(world, id, 'submitted')
    expect(asked.at(-1)?.carrier).toBe(carrier)
  })

  test('in a batch each message by itself: what nobody reads is rejected, the others go', async () => {
    await route('twilio')
    const messages = [persian, say('de-DE'), say('fr-FR')].map((content) => ({ to: '+989121234567', content }))
    const body = { channel: 'voice', messages }
    const answer = await world.json<{ rejected: { index: number; errors: { pointer: string }[] }[] }>(
      '/v1/messages/batch',
      { body, status: 202 },
    )
    expect(answer.rejected).toMatchObject([{ index: 0, errors: [{ pointer: '/messages/0/content/say/language' }] }])
  })
})

test('GET /v1/channels names the languages', async () => {
  await route('twilio', 'kavenegar')
  expect(await languages()).toEqual([...SAY_LANGUAGES, 'fa'])
  expect(SAY_LANGUAGES).toHaveLength(69)
})

test('a greeting is read in a language that the carrier has', async () => {
  const settings = { accountSid: ACCOUNT, authToken: TWILIO.settings.authToken, greetingLanguage: 'fa-IR' }
  const made = { channel: 'voice', provider: 'twilio', name: 'greets', settings }
  await expect(world.operator.post('/admin/v1/connections', made)).rejects.toThrow('422')
})
