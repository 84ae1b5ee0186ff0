import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ACCOUNT } from '../fixtures/twilio/answers.ts'
import { signed } from '../fixtures/twilio/callbacks.ts'
import { callFields } from '../fixtures/twilio/voice.ts'
import { addChannel, reaches, startWorld, type World } from '../worlds/world.ts'

/** A person has answered and waits for the first word, while something of ours is away. */
const TOKEN = '0123456789abcdef0123456789abcdef'
const ALWAYS = 1_000_000

const placed: URLSearchParams[] = []
async function twilio(request: Request): Promise<Response> {
  if (!request.url.endsWith('/Calls.json')) return Response.json({ sid: ACCOUNT })
  placed.push(new URLSearchParams(await request.text()))
  return Response.json({ sid: `CA${String(placed.length).padStart(32, '0')}`, status: 'queued' }, { status: 201 })
}

let world: World
const fail = (...faults: readonly object[]) =>
  world.chapar.fetch('/faults', { method: 'POST', body: JSON.stringify(faults) })
beforeAll(async () => {
  world = await startWorld({ mode: 'live', entry: 'test/worlds/entries/faults.ts', outbound: twilio })
  const settings = { accountSid: ACCOUNT, authToken: TOKEN }
  await addChannel(world, { channel: 'voice', provider: 'twilio', settings, mode: 'live', address: '+15017122661' })
})
afterAll(() => world.dispose())
beforeEach(async () => {
  await fail()
})

async function place(): Promise<string> {
  const body = { channel: 'voice', to: '+989121234567', content: { say: { text: 'سلام', language: 'ar-AE' } } }
  const { id } = await world.json<{ id: string }>('/v1/messages', { body, status: 202 })
  await reaches(world, id, 'submitted')
  return placed.at(-1)?.get('Url') ?? ''
}

/** What the carrier is told to do by this URL of ours. */
async function actions(url: string): Promise<string> {
  const fields = callFields('in-progress')
  const { pathname, search } = new URL(url)
  const answer = await world.chapar.fetch(pathname + search, {
    method: 'POST',
    headers: { 'x-twilio-signature': signed(TOKEN, url, fields).headers.get('x-twilio-signature') ?? '' },
    body: new URLSearchParams(fields),
  })
  expect(answer.status).toBe(200)
  return (await answer.text()).replace(/^<\?xml[^>]*\?>/, '')
}
const WORDS = '<Response><Say language="ar-AE">سلام</Say></Response>'

test.each([
  ['fails', {}],
  ['never answers', { isHanging: true }],
])('the ledger %s: the carrier comes again in a moment, and then the words are there', async (_, fault) => {
  const url = await place()
  await fail({ on: 'LEDGER_0', match: 'hex(c.content) AS shared', times: ALWAYS, ...fault })
  const told = await actions(url)
  expect(told).toMatch(/^<Response><Pause length="2"\/><Redirect method="POST">/)
  await fail()
  const again = /<Redirect[^>]*>([^<]+)</.exec(told)?.[1]?.replaceAll('&amp;', '&') ?? ''
  expect(await actions(again)).toBe(WORDS)
})

test.each([
  ['fails', {}],
  ['never answers', { isHanging: true }],
])('the control database %s for longer than a connection is fresh: the words are there', async (_, fault) => {
  const url = await place()
  expect(await actions(url)).toBe(WORDS)
  await new Promise((resolve) => setTimeout(resolve, 5_500))
  await fail({ on: 'CONTROL', times: ALWAYS, ...fault })
  expect(await actions(url)).toBe(WORDS)
})
