import { afterAll, beforeAll, expect, test } from 'vitest'
import { taken } from '../fixtures/resend/answers.ts'
import { sent, TOKEN } from '../fixtures/telegram/answers.ts'
import type { Submitted, Trouble } from '../worlds/faults/carriers.ts'
import { type Stage, startStage } from '../worlds/faults/drill.ts'
import { doubles, heldOf, settled } from '../worlds/faults/invariant.ts'
import { fiveHundred, half, html, reset } from '../worlds/faults/troubles.ts'
import { addChannel } from '../worlds/world.ts'

const COUNT = 12
const SENDER = 'shop@example.net'
const BOT = 'telegram:chapar_shop_bot'
/** Every second answer is one of these, after the carrier has taken the message. */
const TROUBLES: readonly Trouble[] = [reset, html, half, fiveHundred]

interface Half {
  readonly calls: Submitted[]
  readonly took: Submitted[]
}
const bot: Half = { calls: [], took: [] }
const mail: Half = { calls: [], took: [] }

/** Every second message's first answer is lost; `isNew` tells what the carrier makes a new message of. */
async function answer(carrier: Half, one: Submitted, isNew: boolean, well: () => Response): Promise<Response> {
  carrier.calls.push(one)
  if (!isNew) return well()
  const n = carrier.took.push(one) - 1
  const trouble = n % 2 === 1 ? TROUBLES[(n >> 1) % TROUBLES.length] : undefined
  return (await trouble?.(n)) ?? well()
}

async function telegram(request: Request): Promise<Response> {
  if (!request.url.endsWith('/sendMessage')) return Response.json({ ok: true, result: {} })
  const { chat_id: chat } = (await request.json()) as { chat_id: number | string }
  const number = bot.took.length + 1
  return answer(bot, { ref: String(number), to: String(chat) }, true, () => sent(Number(chat), number))
}

const ids = new Map<string, string>()
async function resend(request: Request): Promise<Response> {
  if (request.method !== 'POST') return new Response('not found', { status: 404 })
  const ref = request.headers.get('idempotency-key') ?? ''
  const { to } = (await request.json()) as { to: string[] }
  const isNew = !ids.has(ref)
  const id = ids.get(ref) ?? `49a3999c-0ce1-4ea6-ab68-${String(ids.size).padStart(12, '0')}`
  ids.set(ref, id)
  return answer(mail, { ref, to: to[0] ?? '' }, isNew, () => taken(id))
}

let stage: Stage
beforeAll(async () => {
  stage = await startStage({
    mode: 'live',
    carriers: { 'api.telegram.org': telegram, 'api.resend.com': resend },
  })
  const connect = (channel: string, provider: string, address: string, settings: object) =>
    addChannel(stage.world, { channel, provider, address, settings, mode: 'live' })
  await connect('chat', 'telegram', BOT, {
    token: TOKEN,
    username: 'chapar_shop_bot',
    webhookSecret: 'webhook-secret-of-the-tests',
  })
  await connect('email', 'resend', SENDER, {
    apiKey: 're_123456789',
    webhookSecret: `whsec_${'A'.repeat(43)}=`,
  })
})
afterAll(() => stage?.world.dispose())

test('a bot’s network that garbles every second answer: those messages are unknown, and nobody gets one twice', async () => {
  const people = Array.from({ length: COUNT }, (_, n) => `telegram:7700${n + 100}`)
  const own = await stage.send(people, { channel: 'chat', content: { text: 'سلام' } })
  expect(await settled(stage.world, own)).toEqual({ unknown: COUNT / 2, submitted: COUNT / 2 })
  expect(bot.calls).toHaveLength(COUNT)
  expect(doubles(bot.took)).toEqual([])
  const states = new Map((await heldOf(stage.world, own)).map(({ party, status }) => [party, status]))
  for (const [n, { to }] of bot.took.entries())
    expect([n, states.get(`telegram:${to}`)]).toEqual([n, n % 2 === 1 ? 'unknown' : 'submitted'])
})

test('a mail service that garbles every second answer is asked again under the same key, and nobody gets a mail twice', async () => {
  const people = Array.from({ length: COUNT }, (_, n) => `person${n}@example.com`)
  const own = await stage.send(people, { channel: 'email', content: { subject: 'Hello', text: 'Hi' } })
  expect(await settled(stage.world, own)).toEqual({ submitted: COUNT })
  expect(new Set(mail.calls.map(({ ref }) => ref)).size).toBe(COUNT)
  expect(mail.calls.length).toBe(COUNT + COUNT / 2)
  expect(doubles(mail.took)).toEqual([])
})
