import { bounceAddressOf, mailMessageIdOf } from '#worker/domain/carriers/email-message-id.ts'
import { CREDENTIAL_SCOPES } from '#worker/domain/people/scopes.ts'
import { HOUR } from '#worker/domain/time.ts'
import { LINES, type PersonWorld, startPersonWorld } from '../../end-to-end/persons/carriers.ts'
import { postfix } from '../../fixtures/mail/reports.ts'
import { stateFolder } from '../harness.ts'
import { handIn, keptMail, mail, refOf } from '../mail-world.ts'
import { addChannel, caller, reaches, tokenOf, until } from '../world.ts'
import { queuedOf } from './dump.ts'
import { IPS, NUMBERS, WORDS } from './said.ts'

interface Made {
  readonly id: string
  readonly callbackUrl: string
}
interface Listed {
  readonly data: readonly { readonly id: string; readonly status: string }[]
}

/** A gateway that keeps what it is told on disk, with its tenant, and what it was given and has told. */
export interface SpokenWorld {
  readonly it: PersonWorld
  readonly persist: string
  readonly log: readonly string[]
  /** Bodies of all requests that left the gateway. */
  readonly heard: readonly string[]
  /** Codes that people got: of ten digits, which nothing else is by chance. */
  readonly codes: string[]
  /** What operators were shown of a message to nobody's line. */
  readonly disclosed: string[]
  /** Calls as the tenant's program of test. */
  readonly test: ReturnType<typeof caller>
}

const SMS_CODE = '30007777'
const USSD_CODE = '*384*7#'
const SHOP = 'shop@shop.example'

/** Name of a message at WhatsApp: as real ones do, it holds the number. */
function wamidOf(to: string, n: number): string {
  const bytes = [Buffer.from([0x1c, 0x18, to.length]), Buffer.from(to), Buffer.from([0x15, 2, 0, 0x11, 0x18, n])]
  return `wamid.${Buffer.concat(bytes).toString('base64')}`
}

let wamids = 0
/** Plays receivers, an application, and carriers that quote numbers in what they answer. */
async function played(heard: string[], request: Request): Promise<Response | null> {
  const { hostname } = new URL(request.url)
  const text = await request.text()
  heard.push(decodeURIComponent(request.url), text)
  if (hostname === 'down.example.com' || hostname === 'app.example.org') {
    const { type, data } = JSON.parse(text) as { type: string; data: { challenge?: string; inputs?: string[] } }
    if (type === 'webhook.challenge') return Response.json({ challenge: data.challenge })
    return hostname === 'down.example.com'
      ? new Response(`${WORDS.answered} ${text}`, { status: 500 })
      : new Response(`CON ${WORDS.ussdScreen}`)
  }
  if (hostname === 'api.twilio.com' && text.includes(NUMBERS.refusedTo.slice(1))) {
    const message = `The number ${NUMBERS.inCarrierError} cannot be reached`
    return Response.json({ code: 21_211, message, more_info: '', status: 400 }, { status: 400 })
  }
  if (hostname !== 'graph.facebook.com') return null
  const { to } = JSON.parse(text) as { to: string }
  const known = to === NUMBERS.whatsappTo.slice(1) ? NUMBERS.whatsappKnown.slice(1) : to
  const messages = [{ id: wamidOf(known, wamids++), message_status: 'accepted' }]
  return Response.json({ messaging_product: 'whatsapp', contacts: [{ input: to, wa_id: known }], messages })
}

/** Starts the gateway with every channel, in live and in test. */
export async function startSpokenWorld(): Promise<SpokenWorld> {
  const [heard, log, persist]: [string[], string[], string] = [[], [], stateFolder()]
  const it = await startPersonWorld({
    region: 'IR',
    entry: 'test/worlds/entries/queued.ts',
    persist,
    onLog: (line) => log.push(line),
    played: (request) => played(heard, request),
  })
  const client = (await it.operator.post(`/admin/v1/tenants/${it.tenantId}/credentials`, {
    name: WORDS.credentialName,
    mode: 'test',
    kind: 'secret',
    scopes: CREDENTIAL_SCOPES,
  })) as { clientId: string; clientSecret: string }
  const token = await until('a token', () => tokenOf(it.chapar, client.clientId, client.clientSecret).catch(() => null))
  return { it, persist, log, heard, codes: [], disclosed: [], test: caller(it.chapar, token) }
}

/** Posts what a sandbox carrier brings; its answer. */
async function callback({ it }: SpokenWorld, { callbackUrl }: Made, body: object): Promise<string> {
  const { pathname } = new URL(callbackUrl)
  const answer = await it.chapar.fetch(pathname, { method: 'POST', body: JSON.stringify({ at: Date.now(), ...body }) })
  const text = await answer.text()
  if (answer.status !== 200) throw new Error(`a callback was answered ${answer.status}: ${text.slice(0, 200)}`)
  return text
}

/** Sends a message and waits until a carrier has answered; its id. */
async function send({ it }: SpokenWorld, body: object, headers = {}): Promise<string> {
  const { id } = await until('the route is known', async () => {
    const answer = await it.call('/v1/messages', { body, headers })
    return answer.status === 202 && ((await answer.json()) as Made)
  })
  await reaches(it, id, 'submitted', 'delivered', 'rejected', 'failed', 'unknown', 'undelivered')
  return id
}

const inboundTexts = async (call: ReturnType<typeof caller>): Promise<string> =>
  (await call('/v1/messages?direction=inbound&limit=100')).text()
const arrives = (call: ReturnType<typeof caller>, text: string) =>
  until(`«${text}» comes in`, async () => (await inboundTexts(call)).includes(text))

const hasRows =
  ({ it }: SpokenWorld, of: string) =>
  async (): Promise<boolean> =>
    (await it.ledger.prepare(`SELECT 1 FROM ${of} LIMIT 1`).first()) !== null

async function webhooks({ it, test }: SpokenWorld): Promise<void> {
  const url = `https://hooks.example.com/${WORDS.webhookPath}?key=1`
  await it.json('/v1/webhooks', { body: { url, description: WORDS.webhookDescription }, status: 201 })
  await it.json('/v1/webhooks', { body: { url: `https://down.example.com/${WORDS.failingPath}` }, status: 201 })
  await test('/v1/webhooks', { body: { url: 'https://app.example.org/in', events: ['session.turn'] } })
}

async function sms(world: SpokenWorld): Promise<void> {
  const { it } = world
  const { kavenegar, twilio } = LINES
  const text = `${WORDS.smsText} ${WORDS.persianText} ${NUMBERS.inText}`
  const clientRef = `${WORDS.clientRef}-${NUMBERS.inRef}`
  const metadata = { note: `${WORDS.metadata} ${NUMBERS.inMetadata}` }
  const headers = { 'idempotency-key': WORDS.idempotencyKey, 'cf-connecting-ip': IPS.clientIp }
  const body = { channel: 'sms', to: NUMBERS.smsTo, from: kavenegar, content: { text }, clientRef, metadata }
  await send(world, body, headers)
  await send(world, { channel: 'sms', to: NUMBERS.twilioTo, from: twilio, content: { text: 'x' } })
  await send(world, { channel: 'sms', to: NUMBERS.refusedTo, from: twilio, content: { text: 'x' } })
  const batch = {
    channel: 'sms',
    from: kavenegar,
    content: { text: WORDS.batchText },
    clientRef: WORDS.batchRef,
    messages: [{ to: NUMBERS.batchTo }, { to: NUMBERS.lateTo, content: { text: WORDS.ownText } }],
  }
  const { accepted } = await it.json<{ accepted: Made[] }>('/v1/messages/batch', { body: batch, status: 202 })
  for (const { id } of accepted) await reaches(it, id, 'submitted', 'delivered')
  await it.hear('kavenegar', NUMBERS.smsFrom.slice(1), WORDS.heardText)
  await it.hear('kavenegar', NUMBERS.stopFrom.slice(1), 'لغو')
  await arrives(it.call, WORDS.heardText)
}

/** What carriers of test bring: parts, a message to nobody's line, reports that quote, and one that finds no message. */
async function brought(world: SpokenWorld): Promise<void> {
  const { it } = world
  const line = await addChannel(it, { channel: 'sms', address: SMS_CODE, mode: 'test', sender: { isDefault: false } })
  const part = { ref: 'p', number: 1, total: 2 }
  const inbound = [
    { id: 'part-1', from: NUMBERS.partFrom, to: SMS_CODE, text: WORDS.partText, part },
    { id: WORDS.providerRef, from: NUMBERS.unownedFrom, to: '30009999', text: WORDS.unownedText },
  ]
  await callback(world, line, { inbound })
  const { id } = (await (
    await world.test('/v1/messages', {
      body: { channel: 'sms', to: '+989120000000', from: SMS_CODE, content: { text: 'x' } },
    })
  ).json()) as Made
  await reaches({ ...it, json: async (path) => (await world.test(path)).json() } as PersonWorld, id, 'delivered')
  const code = `${WORDS.failureCode} ${NUMBERS.inFailure}`
  await callback(world, line, { receipts: [{ id: 'sbx_1', ref: refOf(it, id), status: 'undelivered', code }] })
  const queue = await it.chapar.queue('REPORT')
  const [at, receivedAt] = [Date.now(), Date.now() - HOUR]
  const lost = { providerRef: `p-${NUMBERS.parkedRef}`, status: 'delivered', carrierAt: at, at }
  const report = { kind: 'report', id: 'lost', connectionId: line.id, receivedAt, proof: 'path-secret' }
  // As the queue has it an hour after the callback.
  await queue.send({ ...report, receipts: [lost] })
  await queue.send({ kind: 'of another age', to: NUMBERS.deadLetter })
  const holds = (text: string) => async () => (await (await world.test(`/v1/messages/${id}`)).text()).includes(text)
  await until('the report that quotes is kept', holds(WORDS.failureCode))
  await until('a part waits', hasRows(world, 'inbound_parts'))
  await until('a report waits for its message', hasRows(world, "work WHERE kind = 'parked-report'"))
  await until('a job is dead', hasRows(world, 'dead_letters'))
}

async function chat(world: SpokenWorld): Promise<void> {
  const { it } = world
  const body = { channel: 'chat', from: LINES.whatsapp, to: `whatsapp:${NUMBERS.whatsappTo}` }
  await send(world, { ...body, content: { text: WORDS.chatText } })
  await it.hear('whatsapp', NUMBERS.whatsappFrom.slice(1), WORDS.chatHeard)
  await it.hear('telegram', WORDS.telegramAccount, WORDS.telegramText)
  await arrives(it.call, WORDS.chatHeard)
  await arrives(it.call, WORDS.telegramText)
  const to = `telegram:${WORDS.telegramAccount}`
  await send(world, { channel: 'chat', from: LINES.telegram, to, content: { text: 'x' } })
}

async function voiceAndUssd(world: SpokenWorld): Promise<void> {
  const { it, test } = world
  await addChannel(it, { channel: 'voice', address: '+982191001235', mode: 'live' })
  await send(world, { channel: 'voice', to: NUMBERS.voiceTo, content: { say: { text: WORDS.voiceText } } })
  const ussd = await addChannel(it, { channel: 'ussd', address: USSD_CODE, mode: 'live' })
  await send(world, { channel: 'ussd', to: NUMBERS.ussdTo, content: { text: WORDS.ussdText } })
  const turn = { session: WORDS.ussdSession, from: NUMBERS.ussdFrom, to: USSD_CODE }
  await callback(world, ussd, { turn: { ...turn, event: 'start' } })
  await callback(world, ussd, { turn: { ...turn, event: 'input', input: WORDS.ussdInput } })
  await until('the session is written down', async () => {
    const { data } = (await (await test('/v1/sessions')).json()) as { data: { turnCount: number }[] }
    return (data[0]?.turnCount ?? 0) > 1
  })
}

async function email(world: SpokenWorld): Promise<void> {
  const { it } = world
  await addChannel(it, { channel: 'email', address: SHOP, mode: 'live' })
  const content = {
    subject: WORDS.mailSubject,
    text: `${WORDS.mailText} ${NUMBERS.inMailBody}`,
    html: `<p>${WORDS.mailHtml}</p>`,
  }
  await send(world, { channel: 'email', to: WORDS.mailTo, from: SHOP, content })
  const id = await send(world, {
    channel: 'email',
    to: WORDS.bouncedTo,
    from: SHOP,
    content: { subject: 'x', text: 'x' },
  })
  const ref = refOf(it, id)
  const to = bounceAddressOf(ref, 'shop.example')
  await handIn(
    it.chapar,
    '',
    to,
    postfix({ messageId: mailMessageIdOf(ref, 'shop.example'), recipient: WORDS.bouncedTo, to }),
  )
  const boundary = 'b1'
  const fields = {
    From: `${WORDS.mailName} <${WORDS.mailFrom}>`,
    To: SHOP,
    Subject: WORDS.mailHeardSubject,
    'MIME-Version': '1.0',
    'Content-Type': `multipart/mixed; boundary=${boundary}`,
  }
  const file = `Content-Type: text/csv; name="${WORDS.attachedName}.csv"\r\nContent-Disposition: attachment; filename="${WORDS.attachedName}.csv"\r\n\r\n${WORDS.attachedBytes}`
  const words = `--${boundary}\r\nContent-Type: text/plain\r\n\r\n${WORDS.mailHeard}\r\n--${boundary}\r\n${file}\r\n--${boundary}--`
  await handIn(it.chapar, WORDS.mailFrom, SHOP, mail(fields, words))
  await until('all mail is worked', async () => (await keptMail(it.chapar)).length === 0)
}

async function pushAndFiles(world: SpokenWorld): Promise<void> {
  const { it } = world
  const name = `${WORDS.fileName}-${NUMBERS.inFileName}.pdf`
  const upload = { method: 'POST', body: `%PDF-1.7 ${WORDS.fileBytes}`, headers: { 'content-type': 'application/pdf' } }
  await it.json(`/v1/media?name=${encodeURIComponent(name)}`, { ...upload, status: 201 })
  await addChannel(it, { channel: 'push', address: 'shop.example', mode: 'live' })
  const device = {
    network: 'sandbox',
    token: WORDS.deviceToken,
    user: `${WORDS.deviceUser}-${NUMBERS.inLabel}`,
    tags: [WORDS.deviceTag],
  }
  const { id } = await until('the application is known', async () => {
    const answer = await it.call('/v1/devices', { body: device })
    return answer.status === 201 && ((await answer.json()) as Made)
  })
  await send(world, { channel: 'push', to: id, content: { title: WORDS.pushTitle } })
}

async function calls({ it, disclosed }: SpokenWorld): Promise<void> {
  const headers = { 'idempotency-key': 'kept', 'cf-connecting-ip': IPS.clientIp6 }
  await it.json('/v1/suppressions', { body: { channel: 'sms', recipient: NUMBERS.optedOut }, status: 201, headers })
  const kept = { channel: 'email', recipient: WORDS.keptRecipient }
  await it.json('/v1/suppressions', { body: kept, status: 201, headers: { 'idempotency-key': 'kept-too' } })
  const settings = { host: WORDS.setting, user: 'shop', password: WORDS.secretSetting }
  await it.operator.post('/admin/v1/connections', { channel: 'email', provider: 'smtp', name: 'mail', settings })
  await it.operator.post('/admin/v1/tenants', { name: WORDS.tenantName })
  const { data } = await until('the message to nobody', async () => {
    const page = (await it.operator.get('/admin/v1/unowned')) as Listed
    return page.data.length > 0 && page
  })
  const path = `/admin/v1/unowned/${data[0]?.id}/disclose`
  disclosed.push(JSON.stringify(await it.operator.post(path, { reason: WORDS.disclosed })))
}

const phoneOf = (number: string): string => `/v1/sandbox/phone?${new URLSearchParams({ number })}`

/** Writes to a test telephone, and from it. */
async function phone({ test }: SpokenWorld): Promise<void> {
  const number = NUMBERS.phoneTo
  await test('/v1/messages', {
    body: { channel: 'sms', to: number, from: SMS_CODE, content: { text: WORDS.phoneText } },
  })
  await until('it arrives', async () => (await (await test(phoneOf(number))).text()).includes(WORDS.phoneText))
  await test('/v1/sandbox/phone', { body: { number, reply: WORDS.phoneSaid } })
  await arrives(test, WORDS.phoneSaid)
}

/** Starts verifications: of one the code is checked and wrong, a repeat gets the kept answer. */
async function verifications({ it, heard, codes }: SpokenWorld): Promise<void> {
  const sender = { channel: 'sms', address: '10009990', lineClass: 'otp' }
  await it.operator.post(`/admin/v1/tenants/${it.tenantId}/senders`, sender)
  const labels = { clientRef: WORDS.codeRef, metadata: { note: WORDS.codeMetadata } }
  const body = { to: NUMBERS.codeTo, digits: 10, locale: 'en', ...labels }
  let n = 0
  const { id } = await until('the line for codes is known', async () => {
    const answer = await it.call('/v1/verifications', { body, headers: { 'idempotency-key': `code-${n++}` } })
    return answer.status === 202 && ((await answer.json()) as Made)
  })
  const code = await until('the code has arrived', async () => {
    const texts = heard.flatMap((text) => [...new URLSearchParams(text).values()])
    return texts.map((text) => /Your code: (\d{10})/.exec(text)?.[1]).find((found) => found !== undefined)
  })
  codes.push(code)
  await it.json(`/v1/verifications/${id}/check`, {
    body: { code: '0000000000' },
    headers: { 'idempotency-key': 'one' },
  })
  await it.json(`/v1/verifications/${id}/check`, { body: { code }, headers: { 'idempotency-key': 'two' } })
  await until('it is written down', async () => {
    const { data } = await it.json<Listed>('/v1/verifications')
    return data[0]?.status === 'approved'
  })
}

/** Lets every channel send and hear what said.ts lists. */
export async function speak(world: SpokenWorld): Promise<void> {
  await webhooks(world)
  await sms(world)
  await brought(world)
  await chat(world)
  await voiceAndUssd(world)
  await email(world)
  await pushAndFiles(world)
  await phone(world)
  await verifications(world)
  await calls(world)
  await until('a POST is tried again', async () => {
    const queued = await queuedOf(world.it.chapar)
    return queued.some(({ queue }) => queue === 'NOTIFY_RETRY')
  })
  await until('calls are in the access log', hasRows(world, `requests WHERE object LIKE 'msg_%' AND actor IS NULL`))
}

const LISTS = [
  'messages?limit=100',
  'batches',
  'suppressions',
  'devices',
  'sessions',
  'verifications',
  'media',
  'webhooks',
  'requests?limit=100',
]
const OPERATORS_LISTS = ['connections', 'tenants', 'requests?limit=100&tenantId=']

/** What a call shows of each thing in a list. */
async function of(call: ReturnType<typeof caller>, list: string, path: (id: string) => string): Promise<string> {
  const { data } = (await (await call(`/v1/${list}`)).json()) as Listed
  const all = await Promise.all(data.map(async ({ id }) => (await call(`/v1/${path(id)}`)).text()))
  return all.join('\n')
}

/** What receivers answered to the newest POSTs of each endpoint. */
async function answersOf(call: ReturnType<typeof caller>): Promise<string> {
  const { data } = (await (await call('/v1/webhooks')).json()) as Listed
  const all = data.map(({ id }) =>
    of(call, `webhooks/${id}/deliveries?limit=3`, (delivery) => `webhooks/${id}/deliveries/${delivery}`),
  )
  return (await Promise.all(all)).join('\n')
}

/** All that the gateway shows of it to its tenant and to operators, and tells carriers and receivers. */
export async function shown({ it, test, heard, disclosed }: SpokenWorld): Promise<string> {
  const ofTenant = [it.call, test].flatMap((call) => LISTS.map(async (list) => (await call(`/v1/${list}`)).text()))
  const phones = (await test(phoneOf(NUMBERS.phoneTo))).text()
  const operators = [...OPERATORS_LISTS, `tenants/${it.tenantId}/credentials`]
  const ofOperators = operators.map(async (list) => JSON.stringify(await it.operator.get(`/admin/v1/${list}`)))
  const each = [it.call, test].flatMap((call) => [
    of(call, 'media', (id) => `media/${id}/content`),
    of(call, 'messages?limit=100', (id) => `messages/${id}`),
    of(call, 'sessions', (id) => `sessions/${id}`),
    answersOf(call),
  ])
  const all = await Promise.all([phones, ...ofTenant, ...ofOperators, ...each])
  return [...all, ...heard, ...disclosed].join('\n')
}
