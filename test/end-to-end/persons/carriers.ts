import { asForm } from '../../fixtures/kavenegar/callbacks.ts'
import { sent, TOKEN } from '../../fixtures/telegram/answers.ts'
import { message as chatMessage, post as postUpdate, update } from '../../fixtures/telegram/updates.ts'
import { message as created, refusal } from '../../fixtures/twilio/answers.ts'
import {
  signed as signedByTwilio,
  statusFields,
  inboundFields as twilioFields,
} from '../../fixtures/twilio/callbacks.ts'
import { PHONE_ID } from '../../fixtures/whatsapp/answers.ts'
import { APP_SECRET, notification, said, signed as signedByMeta } from '../../fixtures/whatsapp/callbacks.ts'
import { fakeKavenegar, KAVENEGAR, TWILIO, TWILIO_TOKEN } from '../../worlds/faults/carriers.ts'
import type { HarnessOptions } from '../../worlds/harness.ts'
import { startWorld, type World } from '../../worlds/world.ts'

export const LINES = {
  twilio: '+15017122661',
  kavenegar: '10004346',
  telegram: 'telegram:chapar_shop_bot',
  whatsapp: 'whatsapp:+982191001234',
} as const
export type CarrierName = keyof typeof LINES

interface Made {
  readonly id: string
  readonly callbackUrl: string
}

const HOOKS = 'hooks.example.com'

export interface Told {
  readonly id: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Whom WhatsApp takes a number for, where that is another than the one written. */
export type WhatsappBook = Map<string, string>

/** A live tenant on four real carriers' wire formats. */
export interface PersonWorld extends World {
  /** To whom carriers were asked to send, in their own words. */
  readonly asked: string[]
  readonly book: WhatsappBook
  /** Error codes with which Twilio and WhatsApp refuse messages to some numbers, as each spells them. */
  readonly refusals: Map<string, number>
  /** What the tenant's webhook heard of opt-outs. */
  readonly told: readonly Told[]
  /** Posts Twilio's signed report of the last message that it was asked to send. */
  report(status: string, more?: Readonly<Record<string, string>>): Promise<void>
  /** Names that WhatsApp gave to the messages that it took, in their order. */
  readonly wamids: readonly string[]
  /** Posts this body, signed as the messenger does. */
  tell(carrier: 'telegram' | 'whatsapp', body: unknown): Promise<void>
  /** Posts what the carrier would, signed as it does, of a message from a person in the carrier's spelling. */
  hear(carrier: CarrierName, from: string, text: string, more?: Readonly<Record<string, unknown>>): Promise<void>
}

interface PersonOptions extends Pick<HarnessOptions, 'entry' | 'persist' | 'onLog'> {
  readonly region?: string | null
  readonly shards?: readonly number[]
  /** Plays what it answers before these carriers do; null: it is theirs. */
  readonly played?: (request: Request) => Promise<Response | null>
}

export async function startPersonWorld({
  region = null,
  shards = [0],
  played = async () => null,
  ...options
}: PersonOptions = {}): Promise<PersonWorld> {
  const asked: string[] = []
  const book: WhatsappBook = new Map()
  const refusals = new Map<string, number>()
  const kavenegar = fakeKavenegar()
  const told: Told[] = []
  const wamids: string[] = []
  let numbers = 1
  let statusUrl = ''

  async function outbound(request: Request): Promise<Response> {
    const { hostname, pathname } = new URL(request.url)
    const other = await played(request.clone() as Request)
    if (other) return other
    if (hostname === 'api.kavenegar.com') {
      const answer = await kavenegar.outbound(request)
      asked.push(...kavenegar.took.splice(0).map(({ to }) => to))
      return answer
    }
    const body = await request.text()
    if (hostname === HOOKS) {
      const { type, data } = JSON.parse(body) as Told & { data: { challenge?: string } }
      if (type === 'webhook.challenge') return Response.json({ challenge: data.challenge })
      told.push({ id: request.headers.get('webhook-id') ?? '', type, data })
      return new Response(null, { status: 204 })
    }
    if (hostname === 'api.twilio.com' && request.method === 'GET')
      return new Response('a picture', { headers: { 'content-type': 'image/png' } })
    if (hostname === 'api.twilio.com') {
      const form = new URLSearchParams(body)
      asked.push(form.get('To') ?? '')
      statusUrl = form.get('StatusCallback') ?? ''
      const code = refusals.get(form.get('To') ?? '')
      if (code !== undefined) return refusal(400, code)
      return created('queued', { sid: `SM${String(numbers++).padStart(32, '0')}` })
    }
    const to = String(
      (JSON.parse(body) as Record<string, unknown>)[hostname === 'graph.facebook.com' ? 'to' : 'chat_id'],
    )
    asked.push(to)
    if (pathname.endsWith('/sendMessage')) return sent(Number(to), numbers++)
    const code = refusals.get(to)
    if (code !== undefined) return Response.json({ error: { code, message: 'Refused' } }, { status: 400 })
    const wamid = `wamid.${numbers++}`
    wamids.push(wamid)
    const messages = [{ id: wamid, message_status: 'accepted' }]
    const contacts = /^\d/.test(to) ? [{ input: to, wa_id: book.get(to) ?? to }] : []
    return Response.json({ messaging_product: 'whatsapp', contacts, messages })
  }

  const world = await startWorld({
    ...options,
    outbound,
    mode: 'live',
    shards: shards.length,
    connection: { ...TWILIO, name: 'twilio' },
    tenant: { pack: 'generic', region, shards },
  })
  const { operator, tenantId } = world
  const connect = async (channel: string, provider: string, settings: Record<string, unknown>): Promise<Made> =>
    (await operator.post('/admin/v1/connections', { channel, provider, name: provider, settings })) as Made
  const assign = (channel: string, address: string, connectionId: string) =>
    operator.post(`/admin/v1/tenants/${tenantId}/senders`, { channel, address, lineClass: 'service', connectionId })
  const callbacks: Record<CarrierName, string> = {
    twilio: world.callbackUrl,
    kavenegar: '',
    telegram: '',
    whatsapp: '',
  }
  // The sender that every world is given is a line of Iran: Kavenegar's here.
  const made = {
    kavenegar: await connect('sms', 'kavenegar', KAVENEGAR.settings),
    telegram: await connect('chat', 'telegram', {
      token: TOKEN,
      username: 'chapar_shop_bot',
      webhookSecret: 'webhook-secret-of-the-tests',
    }),
    whatsapp: await connect('chat', 'whatsapp', {
      phoneNumber: '+982191001234',
      phoneNumberId: PHONE_ID,
      accessToken: 'EAAJB-not-a-real-token-0123456789',
      appSecret: APP_SECRET,
      verifyToken: 'verify-token-of-the-tests',
    }),
  }
  for (const [name, { callbackUrl }] of Object.entries(made)) callbacks[name as CarrierName] = callbackUrl
  const route = (channel: string, connections: string[]) =>
    operator.put('/admin/v1/routes', { tenantId, channel, mode: 'live', connections })
  await route('sms', [made.kavenegar.id, world.connectionId])
  await route('chat', [made.telegram.id, made.whatsapp.id])
  await assign('sms', LINES.twilio, world.connectionId)
  await assign('chat', LINES.telegram, made.telegram.id)
  await assign('chat', LINES.whatsapp, made.whatsapp.id)

  const updateOf = (body: object): Request =>
    postUpdate(callbacks.telegram, update(900_000_100 + numbers++, { ...body }), {
      'x-telegram-bot-api-secret-token': 'webhook-secret-of-the-tests',
    })

  function requestOf(
    carrier: CarrierName,
    from: string,
    text: string,
    more: Readonly<Record<string, unknown>>,
  ): Request {
    const url = callbacks[carrier]
    const id = `${numbers++}`
    switch (carrier) {
      case 'twilio': {
        const sid = `SM${id.padStart(32, '0')}`
        return signedByTwilio(TWILIO_TOKEN, url, {
          ...twilioFields,
          From: from,
          Body: text,
          MessageSid: sid,
          SmsSid: sid,
          ...(more as Record<string, string>),
        })
      }
      case 'kavenegar':
        return asForm(url, { messageid: id, message: text, from, to: LINES.kavenegar, date: '1795435200' })
      case 'telegram': {
        const chat = { id: Number(from), type: 'private' }
        return updateOf(chatMessage({ text, chat, message_id: Number(id) }))
      }
      case 'whatsapp': {
        const heard = { ...said({ type: 'text', text: { body: text }, id: `wamid.in${id}` }), from, ...more }
        return signedByMeta(url, notification({ messages: [heard] }))
      }
    }
  }

  async function post(request: Request): Promise<void> {
    const { pathname, search } = new URL(request.url)
    const body = await request.text()
    const answer = await world.chapar.fetch(pathname + search, { method: 'POST', headers: request.headers, body })
    if (answer.status !== 200) throw new Error(`a callback was answered ${answer.status}`)
  }

  await world.json('/v1/webhooks', {
    body: { url: `https://${HOOKS}/in`, events: ['suppression.added', 'message.received'] },
    status: 201,
  })

  return {
    ...world,
    asked,
    told,
    book,
    refusals,
    wamids,
    tell: (carrier, body) =>
      post(carrier === 'telegram' ? updateOf(body as object) : signedByMeta(callbacks.whatsapp, body)),
    hear: (carrier, from, text, more = {}) => post(requestOf(carrier, from, text, more)),
    report: (status, more = {}) => post(signedByTwilio(TWILIO_TOKEN, statusUrl, statusFields(status, { ...more }))),
  }
}
