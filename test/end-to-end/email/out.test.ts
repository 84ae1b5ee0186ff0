import PostalMime from 'postal-mime'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { refOfMailMessageId } from '#worker/domain/carriers/email-message-id.ts'
import { qmail } from '../../fixtures/mail/bounces.ts'
import { MAY_BE_SET, NEVER_SET } from '../../fixtures/mail/header-names.ts'
import { handIn } from '../../worlds/mail-world.ts'
import { type MailReceiver, mailReceiver, PASSWORD, USER } from '../../worlds/players/mail-receiver.ts'
import { addChannel, reaches, startWorld, until, type World } from '../../worlds/world.ts'

let world: World
let server: MailReceiver

beforeAll(async () => {
  server = await mailReceiver({
    secure: true,
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('gone') ? Object.assign(new Error('5.1.1 nobody'), { responseCode: 550 }) : null),
  })
  world = await startWorld({ mode: 'live', sockets: true })
  await addChannel(world, {
    channel: 'email',
    provider: 'smtp',
    settings: { host: 'localhost', port: server.port, user: USER, password: PASSWORD },
    mode: 'live',
    address: '@Shop.example',
    sender: { isDefault: false },
  })
})
afterAll(async () => {
  await world?.dispose()
  await server?.close()
})

const email = (to: string, content: Record<string, unknown>, from = 'Orders@shop.example') => ({
  channel: 'email',
  to,
  from,
  content,
})
const send = async (body: unknown): Promise<string> =>
  (await world.json<{ id: string }>('/v1/messages', { body, status: 202 })).id
/** Fields that may be set, each once. */
const distinct = [...new Map(MAY_BE_SET.map((name) => [name.toLowerCase(), name])).values()]
/** The mail as the server took it, read back. */
async function taken(to: string) {
  const mail = await until(`a mail for ${to}`, async () => server.mails.find((one) => one.to.includes(to)))
  return { ...mail, parsed: await PostalMime.parse(mail.raw) }
}

it('a mail with text, HTML and a file goes through the API, the ledger and a TLS session to a real server', async () => {
  const html = `<p>${'سلام '.repeat(4_000)}</p>`
  const data = Buffer.from('%PDF-1.7 …').toString('base64')
  const id = await send(
    email('Ali@Example.com', {
      subject: 'سفارش شما',
      text: 'ارسال شد.',
      html,
      fromName: 'فروشگاه',
      attachments: [{ name: 'فاکتور.pdf', type: 'application/pdf', data }],
      headers: { 'X-Order-ID': '17' },
    }),
  )
  const mail = await taken('ali@example.com')
  expect(mail).toMatchObject({ from: 'orders@shop.example', to: ['ali@example.com'], isSecure: true, user: USER })
  expect(mail.parsed).toMatchObject({ subject: 'سفارش شما', from: { name: 'فروشگاه', address: 'orders@shop.example' } })
  expect(mail.parsed.text?.trim()).toBe('ارسال شد.')
  expect(mail.parsed.html?.trim()).toBe(html)
  expect(mail.parsed.attachments.map(({ filename, mimeType }) => [filename, mimeType])).toEqual([
    ['فاکتور.pdf', 'application/pdf'],
  ])
  expect(mail.parsed.headers.find(({ key }) => key === 'x-order-id')?.value).toBe('17')
  expect(refOfMailMessageId(mail.parsed.messageId ?? '')).toContain(id.slice(4))
  await reaches(world, id, 'submitted')
})

it('what the ledger keeps of a large mail names files, and these are the tenant’s to fetch', async () => {
  const text = 'a long text\n'.repeat(2_000)
  const id = await send(email('files@example.com', { subject: 'long', text }))
  const mail = await taken('files@example.com')
  expect(mail.parsed.text?.replaceAll('\r\n', '\n').trimEnd()).toBe(text.trimEnd())
  const { content } = await reaches<{ status: string; content: { text: { media: string } } }>(world, id, 'submitted')
  const file = await world.call(`/v1/media/${content.text.media}/content`)
  expect([file.status, await file.text()]).toEqual([200, text])
})

it('advertising, and what informs several at once, has the button to unsubscribe in the pack `generic`, the rest has none', async () => {
  await world.operator.post(`/admin/v1/tenants/${world.tenantId}/senders`, {
    channel: 'email',
    address: 'news@shop.example',
    lineClass: 'advertising',
    isDefault: false,
  })
  const content = { subject: 'News', text: 'x' }
  const refused = { ...content, unsubscribe: false }
  await send({ ...email('ad@example.com', refused, 'news@shop.example'), purpose: 'advertising' })
  await send({ ...email('one@example.com', content, 'news@shop.example'), purpose: 'informational' })
  await send(email('order@example.com', content))
  const several = { channel: 'email', from: 'orders@shop.example', content, purpose: 'informational' }
  const messages = [{ to: 'all1@example.com' }, { to: 'all2@example.com' }]
  await world.json('/v1/messages/batch', { body: { ...several, messages }, status: 202 })
  for (const [name, hasButton] of Object.entries({ ad: true, all1: true, all2: true, one: false, order: false })) {
    const { headers } = (await taken(`${name}@example.com`)).parsed
    const field = (key: string) => headers.find((one) => one.key === key)?.value
    expect(field('list-unsubscribe') ?? '', name).toMatch(hasButton ? /^<https:\/\/\S+\/p\/unsubscribe\/\S+>$/ : /^$/)
    expect(field('list-unsubscribe-post'), name).toBe(hasButton ? 'List-Unsubscribe=One-Click' : undefined)
  }
})

it('a batch travels over few sessions, each mail with its own words and its own Message-ID', async () => {
  const people = Array.from({ length: 60 }, (_, n) => `person${n}@example.com`)
  const messages = people.map((to, n) => ({ to, content: { subject: `No. ${n}`, text: `for ${to}` } }))
  const body = { channel: 'email', from: 'orders@shop.example', messages }
  await world.json('/v1/messages/batch', { body, status: 202 })
  await until('all have theirs', async () => people.every((to) => server.mails.some((mail) => mail.to.includes(to))))
  const mails = server.mails.filter(({ to }) => to[0]?.startsWith('person'))
  expect(mails).toHaveLength(60)
  for (const { to, raw } of mails) expect((await PostalMime.parse(raw)).text?.trim()).toBe(`for ${to[0]}`)
  expect(new Set(mails.map(({ session }) => session)).size).toBeLessThan(12)
  const ids = await Promise.all(mails.map(async ({ raw }) => (await PostalMime.parse(raw)).messageId))
  expect(new Set(ids).size).toBe(60)
})

it('`from` is of an assigned domain and of no other, not of one above or below it', async () => {
  for (const from of ['a@example.com', 'a@mail.shop.example', 'a@evilshop.example', '@shop.example', 'nobody']) {
    const answer = await world.call('/v1/messages', {
      body: email('ali@example.com', { subject: 'x', text: 'x' }, from),
    })
    expect([from, answer.status]).toEqual([from, 422])
    expect(((await answer.json()) as { errors: { pointer: string }[] }).errors[0]?.pointer).toBe('/from')
  }
})

it('a field that would break out of its line is a 422 that names it, and nothing is sent', async () => {
  const before = server.mails.length
  const crlf = 'x\r\nBcc: victim@example.net'
  const bad: readonly (readonly [pointer: string, content: Record<string, unknown>])[] = [
    ['/content/subject', { subject: crlf, text: 'x' }],
    ['/content/fromName', { subject: 'x', text: 'x', fromName: crlf }],
    ['/content/replyTo', { subject: 'x', text: 'x', replyTo: `a@example.com${crlf}` }],
    ['/content/headers/X-Custom-One', { subject: 'x', text: 'x', headers: { 'X-Custom-One': crlf } }],
    ['/content/headers/Bcc', { subject: 'x', text: 'x', headers: { Bcc: 'victim@example.net' } }],
    ['/content/text', { subject: 'x' }],
  ]
  for (const [pointer, content] of bad) {
    const answer = await world.call('/v1/messages', { body: email('ali@example.com', content) })
    const { errors } = (await answer.json()) as { errors: { pointer: string }[] }
    expect([answer.status, errors.map((error) => error.pointer)]).toEqual([422, [pointer]])
  }
  const to = await world.call('/v1/messages', {
    body: email('ali@example.com\r\nRCPT TO:<victim@example.net>', { subject: 'x', text: 'x' }),
  })
  expect(to.status).toBe(422)
  await send(email('last@example.com', { subject: 'x', text: 'x' }))
  await taken('last@example.com')
  expect(server.mails.length).toBe(before + 1)
  expect(server.mails.flatMap((mail) => mail.to)).not.toContain('victim@example.net')
})

it('header fields that are not listed are refused by name and with what to use instead, those that are listed arrive', async () => {
  const before = server.mails.length
  const never = Object.entries(NEVER_SET).flatMap(([says, names]) => names.map((name) => ({ says, name })))
  const { accepted, rejected } = await world.json<{
    readonly accepted: readonly unknown[]
    readonly rejected: readonly { index: number; errors: readonly { pointer: string; detail: string }[] }[]
  }>('/v1/messages/batch', {
    body: {
      channel: 'email',
      from: 'Orders@shop.example',
      messages: [
        ...never.map(({ name }) => ({
          to: 'never@example.com',
          content: { subject: 'x', text: 'x', headers: { [name]: '<a@example.com>' } },
        })),
        ...[0, 20].map((start) => ({
          to: `listed-${start}@example.com`,
          content: {
            subject: 'x',
            text: 'x',
            headers: Object.fromEntries(distinct.slice(start, start + 20).map((name) => [name, '<a@example.com>'])),
          },
        })),
      ],
    },
    status: 202,
  })
  expect(accepted).toHaveLength(2)
  const unlike = never.filter(({ says, name }, n) => {
    const [error] = rejected[n]?.errors ?? []
    return error?.pointer !== `/messages/${n}/content/headers/${name}` || !error.detail.includes(says)
  })
  expect(unlike).toEqual([])
  for (const start of [0, 20]) {
    const { parsed } = await taken(`listed-${start}@example.com`)
    const keys = parsed.headers.map(({ key }) => key)
    expect(distinct.slice(start, start + 20).filter((name) => !keys.includes(name.toLowerCase()))).toEqual([])
  }
  expect(server.mails.length).toBe(before + 2)
})

it('a mail that asks for it carries one-click unsubscribe: one https link that takes a POST', async () => {
  await send(email('leaver@example.com', { subject: 'news', text: 'x', unsubscribe: true }))
  const { parsed } = await taken('leaver@example.com')
  const header = (name: string) => parsed.headers.find(({ key }) => key === name)?.value
  expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
  const [, link = ''] =
    /^<(https:\/\/chapar\.test\/p\/unsubscribe\/[0-9a-z.]+)>$/.exec(header('list-unsubscribe') ?? '') ?? []
  const answer = await world.chapar.fetch(new URL(link).pathname, {
    method: 'POST',
    body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
  })
  expect(answer.status).toBe(200)
  const { data } = await world.json<{ data: unknown[] }>('/v1/suppressions?channel=email&recipient=leaver@example.com')
  expect(data).toMatchObject([{ sender: 'orders@shop.example', source: 'recipient' }])
})

const suppressionsOf = async (recipient: string) => {
  const query = new URLSearchParams({ channel: 'email', recipient })
  return (await world.json<{ data: { source: string; messageId: string }[] }>(`/v1/suppressions?${query}`)).data
}

it('a mailbox that the server knows not is asked for once: the refusal suppresses it, as a bounce would', async () => {
  const body = { ...email('gone@example.com', { subject: 'x', text: 'x' }), purpose: 'informational' }
  const id = await send(body)
  const read = await reaches<{ status: string; failure: { code: string } }>(world, id, 'rejected')
  expect(read.failure.code).toBe('recipient-invalid')
  expect(await suppressionsOf('gone@example.com')).toMatchObject([{ source: 'carrier', messageId: id }])
  await reaches(world, await send(body), 'suppressed')
})

it('each mail of a batch has a bounce address that proves its own bounce, and no other’s', async () => {
  const { operator, tenantId } = world
  const { id } = (await operator.post('/admin/v1/connections', {
    channel: 'email',
    provider: 'smtp',
    name: 'Mail with bounces',
    settings: {
      host: 'localhost',
      port: server.port,
      user: USER,
      password: PASSWORD,
      bounceDomain: 'bounces.shop.example',
    },
  })) as { id: string }
  await operator.put('/admin/v1/routes', { tenantId, channel: 'email', mode: 'live', connections: [id] })
  const messages = ['one', 'two', 'three'].map((name) => ({ to: `${name}@batch.example` }))
  const content = { subject: 'x', text: 'x' }
  const { accepted } = await world.json<{ accepted: { id: string }[] }>('/v1/messages/batch', {
    body: { channel: 'email', from: 'orders@shop.example', content, messages },
    status: 202,
  })
  const ids = accepted.map((one) => one.id)
  for (const one of ids) await reaches(world, one, 'submitted')
  const [first, second] = await Promise.all(messages.slice(0, 2).map(({ to }) => taken(to)))
  if (!first || !second) throw new Error('three were sent')
  const failure = (to: string) => ({
    recipient: 'one@batch.example',
    sender: to,
    to,
    reply: '550 5.1.1 nobody',
    messageId: '<x@shop.example>',
  })
  // Swaps what names the message and keeps the MAC, as a reader of the first mail could.
  const digits = (address: string): string => address.slice(0, -8 - '@bounces.shop.example'.length)
  const forged = first.from.replace(digits(first.from), digits(second.from))
  expect((await handIn(world.chapar, '<>', forged, qmail(failure(forged)))).outcome).toBe('rejected')
  expect((await handIn(world.chapar, '<>', first.from, qmail(failure(first.from)))).outcome).toBe('ok')
  await reaches(world, ids[0] ?? '', 'rejected')
  expect((await world.json<{ status: string }>(`/v1/messages/${ids[1]}`)).status).toBe('submitted')
})
