import { afterAll, beforeAll, expect, it } from 'vitest'
import { event, SECRET, signed } from '../../fixtures/resend/callbacks.ts'
import { handIn, mail } from '../../worlds/mail-world.ts'
import { addChannel, startWorld, until, type World } from '../../worlds/world.ts'

const SHOP = 'news@shop.example'
let world: World
let callbackUrl = ''
beforeAll(async () => {
  world = await startWorld({ mode: 'live' })
  const settings = { apiKey: 're_not_a_real_key', webhookSecret: SECRET }
  const made = await addChannel(world, { channel: 'email', provider: 'resend', settings, mode: 'live', address: SHOP })
  callbackUrl = made.callbackUrl
})
afterAll(() => world?.dispose())

let people = 0
/**
 * Ways by which a mail of this subject comes in from a person. The first three know its body: nothing of it is the person's own.
 */
const WAYS: Readonly<Record<string, (person: string, subject: string) => Promise<unknown>>> = {
  'to the gateway, with no body': (from, subject) =>
    handIn(world.chapar, from, SHOP, mail({ From: from, To: SHOP, Subject: subject }, '')),
  'to the gateway, above what a telephone adds': (from, subject) =>
    handIn(world.chapar, from, SHOP, mail({ From: from, To: SHOP, Subject: subject }, '\r\n\r\nSent from my iPhone')),
  'to the gateway, above the quoted mail alone': (from, subject) =>
    handIn(world.chapar, from, SHOP, mail({ From: from, To: SHOP, Subject: subject }, '\r\n> Our news\r\n> of May')),
  'to the provider, which tells no body': async (from, subject) => {
    const body = event('email.received', { from, to: [SHOP], subject, email_id: crypto.randomUUID() })
    const { pathname } = new URL(callbackUrl)
    const { headers, method } = signed(callbackUrl, body, Date.now())
    const answer = await world.chapar.fetch(pathname, { method, headers, body: JSON.stringify(body) })
    expect(answer.status).toBe(200)
  },
}
const optOuts = async (person: string) =>
  (
    await world.json<{ data: { source: string; sender: string }[] }>(
      `/v1/suppressions?channel=email&recipient=${encodeURIComponent(person)}`,
    )
  ).data

it.each(Object.entries(WAYS))('a mail that says STOP in its subject alone opts out: %s', async (_, write) => {
  const [stops, asks] = [`person${people++}@home.example`, `person${people++}@home.example`]
  await write(asks, 'Re: STOP the delivery')
  await write(stops, 'STOP')
  await until('the opt-out', async () => (await optOuts(stops)).length > 0)
  expect(await optOuts(stops)).toMatchObject([{ source: 'keyword', sender: SHOP }])
  await until('the question', async () => {
    const { data } = await world.json<{ data: { from: string }[] }>('/v1/messages?channel=email&direction=inbound')
    return data.some(({ from }) => from === asks)
  })
  expect(await optOuts(asks)).toEqual([])
})

it('a subject above words of the person’s own is not read, and nor is that of a mail that a program wrote', async () => {
  const person = 'talks@home.example'
  await handIn(world.chapar, person, SHOP, mail({ From: person, To: SHOP, Subject: 'STOP' }, 'Stop by on Monday?'))
  const absent = { From: person, To: SHOP, Subject: 'STOP', 'Auto-Submitted': 'auto-replied' }
  await handIn(world.chapar, person, SHOP, mail(absent, ''))
  await until('both', async () => {
    const { data } = await world.json<{ data: { from: string }[] }>('/v1/messages?channel=email&direction=inbound')
    return data.filter(({ from }) => from === person).length === 2
  })
  expect(await optOuts(person)).toEqual([])
})
