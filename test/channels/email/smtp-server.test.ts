import { createServer, type Socket as NodeSocket } from 'node:net'
import { simpleParser } from 'mailparser'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import PostalMime from 'postal-mime'
import type { SMTPServerOptions } from 'smtp-server'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { EmailContent } from '#worker/channels/email/content.ts'
import { parseBounceAddress, refOfMailMessageId } from '#worker/domain/carriers/email-message-id.ts'
import type { Attempt, Submission } from '#worker/domain/carriers/provider.ts'
import { bundleWorker } from '../../../local/build/bundle.ts'
import { attemptOf } from '../../conformance/kit.ts'
import { stranger } from '../../fixtures/tls/index.ts'
import { type MailReceiver, mailReceiver, PASSWORD, USER } from '../../worlds/players/mail-receiver.ts'

let mf: Miniflare
let url: string
const open: { close(): Promise<void> | void }[] = []

beforeAll(async () => {
  const { code } = await bundleWorker({ entry: 'test/worlds/entries/smtp.ts' })
  mf = new Miniflare(
    convertV4MiniflareOptions({
      modules: [{ type: 'ESModule', path: 'worker.mjs', contents: code }],
      compatibilityDate: '2026-01-01',
      host: '127.0.0.1',
      port: 0,
      log: new Log(LogLevel.NONE),
      // workerd writes down every TLS handshake that fails, as some here must.
      handleStructuredLogs: () => {},
    }),
  )
  url = (await mf.ready).href
})
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})
afterAll(() => mf.dispose())

const CONTENT: EmailContent = { subject: 'سفارش شما', text: 'سفارش شما ارسال شد.\n.\n..\n.QUIT\n' }

const attempt = (n = 0, content: EmailContent = CONTENT, to = 'ali@example.com'): Attempt<EmailContent> =>
  attemptOf({ content, to, from: 'shop@example.net' }, n)

async function ask(settings: Record<string, unknown>, messages?: readonly Attempt<EmailContent>[]): Promise<unknown> {
  const body = JSON.stringify({ settings, ...(messages ? { messages } : {}) })
  const answer = await fetch(url, { method: 'POST', body })
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return JSON.parse(text)
}
const submit = async (settings: Record<string, unknown>, messages = [attempt()]): Promise<readonly Submission[]> =>
  (await ask(settings, messages)) as readonly Submission[]

async function receiver(options?: Parameters<typeof mailReceiver>[0]): Promise<MailReceiver> {
  const server = await mailReceiver(options)
  open.push(server)
  return server
}
const login = { host: 'localhost', user: USER, password: PASSWORD }

it.each([
  ['tls from the first byte', { security: 'tls' }, { secure: true }],
  ['STARTTLS', { security: 'starttls' }, { secure: false }],
])('%s: signed in, several mails over one session, each as it was written', async (_name, settings, options) => {
  const server = await receiver(options)
  const all = { ...login, ...settings, port: server.port, bounceDomain: 'b.example.net' }
  const messages = [attempt(0), attempt(1), attempt(2)]
  const outcomes = await submit(all, messages)
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted'])
  expect(server.mails).toHaveLength(3)
  expect(new Set(server.mails.map(({ session }) => session)).size).toBe(1)
  for (const [n, mail] of server.mails.entries()) {
    const ref = messages[n]?.ref
    expect(mail).toMatchObject({ isSecure: true, user: USER, to: ['ali@example.com'] })
    expect(parseBounceAddress(mail.from)?.ref).toBe(ref)
    const [postal, parsed] = [await PostalMime.parse(mail.raw), await simpleParser(mail.raw)]
    expect(refOfMailMessageId(postal.messageId ?? '')).toBe(ref)
    expect(postal.subject).toBe(CONTENT.subject)
    expect(parsed.subject).toBe(CONTENT.subject)
    for (const text of [postal.text, parsed.text])
      expect(text?.replaceAll('\r\n', '\n').trimEnd()).toBe(CONTENT.text?.toString().trimEnd())
  }
})

it('lines of dots arrive as they were, in plain text too', async () => {
  const server = await receiver({ secure: true })
  const text = '.\n..\n...\n.a\nQUIT\n.\nRCPT TO:<victim@example.net>\n'
  await submit({ ...login, port: server.port }, [attempt(0, { subject: 'dots', text })])
  expect(server.mails).toHaveLength(1)
  expect((await PostalMime.parse(server.mails[0]?.raw ?? '')).text?.trimEnd()).toBe(text.trimEnd())
})

it.each([
  ['tls', { secure: true }],
  ['starttls', { secure: false }],
])(
  '%s: a certificate for another name, or of nobody’s, is refused before anything is said',
  async (security, options) => {
    const users: unknown[] = []
    const onAuth: NonNullable<SMTPServerOptions['onAuth']> = ({ username }, _session, done) => {
      users.push(username)
      done(new Error('no'))
    }
    const named = await receiver({ ...options, onAuth })
    const strange = await receiver({ ...options, onAuth, ...stranger })
    const outcomes = [
      ...(await submit({ ...login, security, host: '127.0.0.1', port: named.port })),
      ...(await submit({ ...login, security, port: strange.port })),
    ]
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ outcome: 'deferred', failure: { code: 'provider-unavailable' } })
    expect(users).toEqual([])
  },
)

it('a server without STARTTLS, where it is required: deferred, and no password went out', async () => {
  const heard: string[] = []
  const server = await receiver({
    hideSTARTTLS: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _s, done) => {
      heard.push(auth.username ?? '')
      done(null, { user: 'x' })
    },
  })
  const [outcome] = await submit({ ...login, security: 'starttls', port: server.port })
  expect(outcome).toMatchObject({
    outcome: 'deferred',
    failure: { code: 'connection-misconfigured', carrierCode: 'no-starttls' },
  })
  expect(heard).toEqual([])
})

it('a wrong password: deferred as the operator’s matter, so that the next connection of the route carries it', async () => {
  const server = await receiver({ secure: true })
  const outcomes = await submit({ ...login, password: 'wrong', port: server.port }, [attempt(0), attempt(1)])
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({
      outcome: 'deferred',
      failure: { code: 'connection-misconfigured', carrierCode: '535' },
    })
  expect(JSON.stringify(outcomes)).not.toContain('wrong"')
})

it('signs in by LOGIN where there is nothing better', async () => {
  const server = await receiver({ secure: true, authMethods: ['LOGIN'] })
  const [outcome] = await submit({ ...login, port: server.port })
  expect(outcome).toMatchObject({ outcome: 'accepted' })
})

it('each recipient’s refusal is its own: 5xx rejected, 4xx deferred, the rest of the session goes on', async () => {
  const codes: Record<string, number> = { 'gone@example.com': 550, 'later@example.com': 451, 'full@example.com': 552 }
  const server = await receiver({
    secure: true,
    onRcptTo: ({ address }, _session, done) => {
      const code = codes[address]
      done(code === undefined ? null : Object.assign(new Error('no'), { responseCode: code }))
    },
  })
  const to = ['ali@example.com', 'gone@example.com', 'later@example.com', 'full@example.com', 'bahar@example.com']
  const outcomes = await submit(
    { ...login, port: server.port },
    to.map((one, n) => attempt(n, CONTENT, one)),
  )
  expect(
    outcomes.map((one) => (one.outcome === 'accepted' ? 'accepted' : `${one.outcome} ${one.failure.code}`)),
  ).toEqual([
    'accepted',
    'rejected recipient-invalid',
    'deferred provider-throttled',
    'rejected recipient-unreachable',
    'accepted',
  ])
  expect(server.mails.map((mail) => mail.to)).toEqual([['ali@example.com'], ['bahar@example.com']])
})

it('a mail that is larger than the server takes is refused before it is sent', async () => {
  const server = await receiver({ secure: true, size: 1_000 })
  const [large, small] = await submit({ ...login, port: server.port }, [
    attempt(0, { subject: 'large', text: 'x'.repeat(5_000) }),
    attempt(1, { subject: 'small', text: 'x' }),
  ])
  expect(large).toMatchObject({ outcome: 'rejected', failure: { code: 'content-refused', carrierCode: 'size' } })
  expect(small).toMatchObject({ outcome: 'accepted' })
})

it('health is true for a server that lets us in, and false for one that does not', async () => {
  const server = await receiver({ secure: true })
  expect(await ask({ ...login, port: server.port })).toBe(true)
  expect(await ask({ ...login, password: 'wrong', port: server.port })).toBe(false)
  await server.close()
  open.length = 0
  expect(await ask({ ...login, port: server.port })).toBe(false)
})

/** A server in the clear on loopback that dies by destroying its socket when `when` is heard. */
async function dying(when: RegExp, after: string): Promise<number> {
  const sockets = new Set<NodeSocket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.write('220 mx\r\n')
    let held = ''
    let isData = false
    socket.on('data', (chunk: Buffer) => {
      held += chunk.toString('latin1')
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
        const line = held.slice(0, end)
        held = held.slice(end + 2)
        if (when.test(isData && line !== '.' ? `data ${line}` : line)) return socket.destroy()
        if (isData && line !== '.') continue
        const was = isData
        isData = line === 'DATA'
        socket.write(
          line.startsWith('EHLO') ? '250-mx\r\n250 PIPELINING\r\n' : isData ? '354 go\r\n' : was ? after : '250 ok\r\n',
        )
      }
      return undefined
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
const plain = (port: number) => ({ host: '127.0.0.1', security: 'none', port })
const ended = (outcomes: readonly Submission[]) =>
  outcomes.map((one) => (one.outcome === 'accepted' ? 'accepted' : `${one.outcome} ${one.failure.code}`))

it.each([
  ['at the sender', /^MAIL/],
  ['at DATA', /^DATA/],
])('a server that dies %s has taken nothing: deferred', async (_name, when) => {
  const outcomes = await submit(plain(await dying(when, '250 ok\r\n')), [attempt(0), attempt(1)])
  expect(ended(outcomes)).toEqual(['deferred provider-unavailable', 'deferred provider-unavailable'])
})

it('a server that dies while a long mail is written has not seen its end: deferred', async () => {
  // Far more than a connection buffers before its reader reads on: what fits may be written to its end.
  const long = { subject: 'long', text: 'a line of a long mail\n'.repeat(700_000) }
  const outcomes = await submit(plain(await dying(/^data Date/, '250 ok\r\n')), [attempt(0, long), attempt(1)])
  expect(ended(outcomes)).toEqual(['deferred provider-unavailable', 'deferred provider-unavailable'])
})

it('a server that dies after the final dot may have it: unknown, and only that one mail', async () => {
  const outcomes = await submit(plain(await dying(/^\.$/, '')), [attempt(0), attempt(1), attempt(2)])
  expect(ended(outcomes)).toEqual([
    'unknown provider-unavailable',
    'deferred provider-unavailable',
    'deferred provider-unavailable',
  ])
})

it('no answer to the final dot in time: unknown', async () => {
  const port = await dying(/^never$/, '')
  const outcomes = await submit({ ...plain(port), timeoutMs: 2_000 }, [attempt(0)])
  expect(ended(outcomes)).toEqual(['unknown provider-timeout'])
})

it('421 to the final dot: certainly not taken, and the session is over', async () => {
  const outcomes = await submit(plain(await dying(/^never$/, '421 4.3.2 closing\r\n')), [attempt(0), attempt(1)])
  expect(ended(outcomes)).toEqual(['deferred provider-throttled', 'deferred provider-unavailable'])
})
