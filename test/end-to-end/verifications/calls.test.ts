import { afterAll, beforeAll, expect, test } from 'vitest'
import { ACCOUNT } from '../../fixtures/twilio/answers.ts'
import { startVerifications, type VerificationWorld } from '../../worlds/players/verification-world.ts'
import { addChannel, reaches, type World } from '../../worlds/world.ts'

const LINES = { twilio: '+15017122661', 'africas-talking': '+254711082999' } as const
const SETTINGS = {
  twilio: { accountSid: ACCOUNT, authToken: '0123456789abcdef0123456789abcdef' },
  'africas-talking': { username: 'shop', apiKey: 'a'.repeat(32), number: LINES['africas-talking'] },
} as const

let it: VerificationWorld
const asked: { readonly path: string; readonly form: URLSearchParams }[] = []
beforeAll(async () => {
  it = await startVerifications({
    outbound: async (request) => {
      asked.push({ path: new URL(request.url).pathname, form: new URLSearchParams(await request.text()) })
      return Response.json({ sid: `CA${'1'.repeat(32)}`, status: 'queued' }, { status: 201 })
    },
  })
})
afterAll(() => it.world.dispose())

async function codeBy(provider: keyof typeof LINES, to: string): Promise<string> {
  const channel = { channel: 'voice', provider, settings: SETTINGS[provider], mode: 'live', address: LINES[provider] }
  await addChannel(it.world as World, channel as Parameters<typeof addChannel>[1])
  const { messageIds } = await it.start({ to, channels: ['voice'], locale: 'en' })
  return messageIds[0] ?? ''
}

test('a code over Twilio goes with the call: nobody could tell it when the call is answered', async () => {
  const to = '+989126400001'
  await reaches(it.world as World, await codeBy('twilio', to), 'submitted')
  const { form } = asked.find(({ path }) => path.endsWith('/Calls.json')) ?? {}
  expect([form?.get('To'), form?.get('Url')]).toEqual([to, null])
  const said = /^<Response>((?:<Say language="en-US">(?:\d, ){5}\d<\/Say>){3})<\/Response>$/
  const [, words] = said.exec((form?.get('Twiml') ?? '').replace(/^<\?xml[^>]*>/, '')) ?? []
  const code = words?.split('</Say>')[0]?.replaceAll(/\D/g, '') ?? ''
  const { data } = await it.world.json<{ data: readonly { id: string }[] }>('/v1/verifications')
  expect((await it.check(data[0]?.id ?? '', code)).body).toMatchObject({ status: 'approved', to })
})

test('a carrier that asks for the words of a call later is given no code', async () => {
  const before = asked.length
  const id = await codeBy('africas-talking', '+989126400002')
  const ended = await reaches<{ status: string; failure?: { code: string } }>(it.world as World, id, 'rejected')
  expect([ended.failure?.code, asked.length]).toEqual(['not-supported', before])
})
