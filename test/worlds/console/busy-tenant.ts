import { deadLetters, guardAlerts } from '../../api/lists/fill-operator.ts'
import { approvals, disclosures, lostAccess, papers } from '../../api/lists/fill-people.ts'
import { addChannel, until } from '../world.ts'
import type { ConsoleWorld } from './console-world.ts'

const PERSON = '+989121234567'
const USSD_CODE = '*384*7#'
/** A GIF of one pixel. */
const PICTURE = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

/** What pages of their own show. */
export interface Busy {
  readonly messageId: string
  readonly batchId: string
  readonly webhookId: string
  readonly verificationId: string
  readonly sessionId: string
}

interface Made {
  readonly id: string
}
interface Listed {
  readonly data: readonly { readonly id: string; readonly status: string }[]
}

/** A receiver of webhooks that answers what proves it, and fails at all else; an application of USSD that asks on. */
export async function receiver(request: Request): Promise<Response> {
  const text = await request.text()
  const { type, data } = JSON.parse(text) as { readonly type: string; readonly data: { readonly challenge: string } }
  if (type === 'webhook.challenge') return new Response(data.challenge)
  if (type === 'session.turn') return new Response('CON ۱) مانده\n۲) پیگیری سفارش')
  return new Response('<h1>Bad gateway</h1>', { status: 502 })
}

async function connect(world: ConsoleWorld): Promise<void> {
  for (const [channel, address] of [
    ['voice', '+982191000000'],
    ['push', 'shop-app'],
    ['email', 'shop@shop.example'],
    ['ussd', USSD_CODE],
    ['chat', 'telegram:shop_bot'],
  ] as const)
    await addChannel(world, { channel, address })
}

/** Somebody writes to a line that no tenant has. */
async function writesToNobody({ chapar, callbackUrl }: ConsoleWorld): Promise<void> {
  const inbound = [{ id: 'sbx_in_1', from: PERSON, to: '10009999', text: 'این شماره مال کیست؟' }]
  const answer = await chapar.fetch(new URL(callbackUrl).pathname, {
    method: 'POST',
    body: JSON.stringify({ at: Date.now(), inbound }),
  })
  await answer.body?.cancel()
  if (!answer.ok) throw new Error(`a message to nobody was answered ${answer.status}`)
}

/** Everything that a tenant of some days has, on each of its pages, and the licensee's people on theirs. */
export async function fillBusyTenant(world: ConsoleWorld): Promise<Busy> {
  await connect(world)
  const { id: webhookId } = await world.json<Made>('/v1/webhooks', {
    body: { url: 'https://hooks.example.com/chapar', description: 'سفارش‌ها' },
    status: 201,
  })
  // Screens are asked of an endpoint that lists them by name.
  await world.json('/v1/webhooks', {
    body: { url: 'https://menu.example.com/ussd', events: ['session.turn'] },
    status: 201,
  })
  await world.json('/v1/devices', {
    body: { app: 'shop-app', network: 'sandbox', token: 'device-1', user: 'sara', tags: ['news'] },
    status: 201,
  })
  await world.json('/v1/media?name=menu.gif', {
    body: PICTURE,
    headers: { 'content-type': 'image/gif' },
    status: 201,
  })
  await world.json('/v1/suppressions', { body: { channel: 'sms', recipient: '+989121112233' }, status: 201 })
  const send = async (body: object) => (await world.json<Made>('/v1/messages', { body, status: 202 })).id
  const messageId = await send({ channel: 'sms', to: PERSON, content: { text: 'سلام از چاپار' } })
  // A long text whose letters run the other way than the page's.
  const text =
    'Your order 4711 has left our store this morning, and arrives tomorrow before noon. Call us to change that.'
  // A long address, of a person who answers (docs/sandbox.md).
  const to = 'sara.karimi.of.the.square-9912@customers.example.org'
  await send({ channel: 'email', to, content: { subject: 'Receipt', text } })
  await send({ channel: 'voice', to: PERSON, content: { say: { text: 'کد شما ۱۲۳۴ است', language: 'fa' } } })
  const { id: batchId } = await world.json<Made>('/v1/messages/batch', {
    body: {
      channel: 'sms',
      content: { text: 'سلام از چاپار' },
      messages: [{ to: PERSON }, { to: '+989121239901' }, { to: '+989121239902' }, { to: '+989121239912' }],
    },
    status: 202,
  })
  const { id: verificationId } = await world.json<Made>('/v1/verifications', { body: { to: PERSON }, status: 202 })
  await world.json('/v1/sandbox/phone', { body: { number: PERSON, reply: 'بله، متشکرم' } })
  await world.json('/v1/sandbox/phone', { body: { number: PERSON, dial: USSD_CODE } })
  const sessionId = await until('the session stands in its list', async () => {
    return (await world.json<Listed>('/v1/sessions')).data[0]?.id
  })
  await until('all messages have ended', async () => {
    const { data } = await world.json<Listed>('/v1/messages?limit=100')
    return data.every(({ status }) => /delivered|rejected|received/.test(status)) || null
  })
  await writesToNobody(world)
  await Promise.all([approvals, disclosures, lostAccess, papers, deadLetters, guardAlerts].map((fill) => fill(world)))
  // Messages are counted a while after they ended.
  await world.chapar.scheduled('* * * * *', Date.now() + 120_000)
  return { messageId, batchId, webhookId, verificationId, sessionId }
}
