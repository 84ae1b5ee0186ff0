import { describe, expect, it } from 'vitest'
import type { EmailContent } from '#worker/channels/email/content.ts'
import { smtp } from '#worker/channels/email/smtp.ts'
import { parseBounceAddress } from '#worker/domain/carriers/email-message-id.ts'
import type { Attempt, Settings } from '#worker/domain/carriers/provider.ts'
import type { OpenFile } from '#worker/domain/media.ts'
import { openSmtp, type SmtpServer } from '#worker/lib/mail/smtp.ts'
import { attemptOf, NOW, play, type Scene } from '../../conformance/kit.ts'
import { overSocket, type Peer } from '../../conformance/socket.ts'
import { PATIENCE } from '../../patience.ts'
import { type MailServer, mailServer } from '../../worlds/players/smtp-peer.ts'

const SETTINGS: Settings = { host: 'mx.example.net', user: 'gateway', password: 'not-a-real-password' }
const CONTENT: EmailContent = { subject: 'Hello', text: 'Hi' }
const attempt = (n = 0, content = CONTENT): Attempt<EmailContent> =>
  attemptOf({ content, to: 'ali@example.com', from: 'shop@example.net' }, n)

async function submit(
  server: MailServer | Scene,
  messages = [attempt()],
  settings = SETTINGS,
  files?: () => OpenFile | null,
) {
  const scene = typeof server === 'function' || 'ports' in server ? server : overSocket(mailServer(server))
  const over = files === undefined ? {} : { file: async () => files() }
  const outcomes = await smtp.open(settings, play(scene, 5_000, over).ports).submit(messages)
  return outcomes.map((one) =>
    one.outcome === 'accepted'
      ? 'accepted'
      : `${one.outcome} ${one.failure.code} ${one.failure.carrierCode ?? ''}`.trim(),
  )
}

describe('what each answer means for the mail', () => {
  it.each<[string, MailServer, string]>([
    ['the server is closing as we come', { greeting: '421 4.3.2 no' }, 'deferred provider-throttled 421 4.3.2'],
    ['it wants no mail of ours', { greeting: '554 5.7.1 no' }, 'deferred connection-misconfigured 554 5.7.1'],
    ['sign-in refused', { auth: '535 5.7.8 no' }, 'deferred connection-misconfigured 535 5.7.8'],
    ['sign-in not possible now', { auth: '454 4.7.0 later' }, 'deferred provider-throttled 454 4.7.0'],
    ['no way to sign in', { extensions: ['SIZE 1000'] }, 'deferred connection-misconfigured no-login'],
    ['sender refused', { sender: '553 5.7.1 not yours' }, 'rejected sender-refused 553 5.7.1'],
    ['sign-in asked for after all', { sender: '530 5.7.0 sign in' }, 'deferred connection-misconfigured 530 5.7.0'],
    ['out of step', { sender: '503 5.5.1 bad sequence' }, 'deferred connection-misconfigured 503 5.5.1'],
    ['all that it may today', { sender: '550 5.4.5 limit' }, 'deferred provider-throttled 550 5.4.5'],
    ['all that it may today, after the dot', { answer: '550 5.4.5 limit' }, 'deferred provider-throttled 550 5.4.5'],
    ['sender’s server busy', { sender: '450 4.7.1 later' }, 'deferred provider-throttled 450 4.7.1'],
    ['too large by what we said', { sender: '552 5.3.4 too large' }, 'rejected content-refused 552 5.3.4'],
    ['no such recipient', { recipient: '550 5.1.1 who' }, 'rejected recipient-invalid 550 5.1.1'],
    ['no such recipient, in old words', { recipient: '550 who' }, 'rejected recipient-invalid 550'],
    ['a recipient that policy keeps from us', { recipient: '554 5.7.1 no' }, 'rejected content-refused 554 5.7.1'],
    ['no such domain', { recipient: '550 5.1.2 where' }, 'rejected recipient-invalid 550 5.1.2'],
    ['full, after the dot', { answer: '552 5.2.2 full' }, 'rejected recipient-unreachable 552 5.2.2'],
    ['mailbox full', { recipient: '552 5.2.2 full' }, 'rejected recipient-unreachable 552 5.2.2'],
    ['mailbox disabled', { recipient: '550 5.2.1 off' }, 'rejected recipient-unreachable 550 5.2.1'],
    ['greylisted', { recipient: '451 4.7.1 later' }, 'deferred provider-throttled 451 4.7.1'],
    ['mailbox busy', { recipient: '450 4.2.1 busy' }, 'deferred provider-unavailable 450 4.2.1'],
    ['DATA refused', { data: '554 5.5.1 no' }, 'rejected provider-refused 554 5.5.1'],
    ['spam, after the dot', { answer: '550 5.7.1 spam' }, 'rejected content-refused 550 5.7.1'],
    ['bad content, after the dot', { answer: '554 5.6.0 bad' }, 'rejected content-refused 554 5.6.0'],
    ['no space, after the dot', { answer: '452 4.3.1 full' }, 'deferred provider-throttled 452 4.3.1'],
    ['no such recipient, after the dot', { answer: '550 5.1.1 who' }, 'rejected recipient-invalid 550 5.1.1'],
  ])('%s', async (_name, server, outcome) => {
    expect(await submit(server)).toEqual([outcome])
    // Without PIPELINING the same.
    const plain = server.extensions ?? ['AUTH PLAIN']
    expect(await submit({ ...server, extensions: plain })).toEqual([outcome])
  })

  it.each([
    [{ recipient: '550 5.1.1 who' }, true],
    [{ answer: '550 5.1.1 who' }, true],
    [{ recipient: '550 5.1.10 who' }, true],
    [{ recipient: '550 who' }, false],
    [{ recipient: '550 5.2.1 off' }, false],
    [{ recipient: '550 5.7.1 no' }, false],
    [{ sender: '550 5.1.1 who' }, false],
  ] as const)('%j suppresses the recipient as the same code does in a bounce: %s', async (server, suppresses) => {
    const [outcome] = await smtp.open(SETTINGS, play(overSocket(mailServer(server))).ports).submit([attempt()])
    expect(outcome).toMatchObject({ outcome: 'rejected' })
    expect(outcome && 'suppress' in outcome).toBe(suppresses)
  })

  it.each([
    [['DSN', 'AUTH PLAIN'], 'RCPT TO:<ali+shop@example.com> ORCPT=rfc822;ali+2Bshop@example.com'],
    [['DSN', 'PIPELINING', 'AUTH PLAIN'], 'RCPT TO:<ali+shop@example.com> ORCPT=rfc822;ali+2Bshop@example.com'],
    [['AUTH PLAIN'], 'RCPT TO:<ali+shop@example.com>'],
  ])('a server that offers %j is told the recipient as it was written: %s', async (extensions, line) => {
    const heard: string[] = []
    const server = overSocket(mailServer({ heard, extensions }))
    const one = attemptOf({ content: CONTENT, to: 'ali+shop@example.com', from: 'shop@example.net' })
    const [outcome] = await smtp.open(SETTINGS, play(server).ports).submit([one])
    expect(outcome).toMatchObject({ outcome: 'accepted' })
    expect(heard).toContain(line)
  })

  it('one refused mail leaves the others of the session alone', async () => {
    const server: MailServer = { recipient: ['250 ok', '550 5.1.1 who', '250 ok'], answer: ['250 ok', '250 ok'] }
    expect(await submit(server, [attempt(0), attempt(1), attempt(2)])).toEqual([
      'accepted',
      'rejected recipient-invalid 550 5.1.1',
      'accepted',
    ])
  })

  it.each<[string, MailServer, string]>([
    [
      'recipient, 354, a lone dot refused',
      { recipient: ['550 5.1.1 who'], answer: ['554 5.5.1 no recipients'] },
      '550 5.1.1',
    ],
    ['recipient, 354, a lone dot taken', { recipient: ['550 5.1.1 who'], answer: ['250 queued'] }, '550 5.1.1'],
    ['sender, 354, a lone dot taken', { sender: ['553 5.7.1 not yours'], answer: ['250 queued'] }, '553 5.7.1'],
    ['sender, and all behind it', { sender: ['553 5.7.1 no'], recipient: ['503 5.5.1 order'] }, '553 5.7.1'],
  ])('DATA that went along with a refused envelope (RFC 2920 3.1) sends nothing: %s', async (_name, server, code) => {
    const heard: string[] = []
    const extensions = ['PIPELINING', 'AUTH PLAIN']
    const [first, second] = await submit({ ...server, extensions, heard }, [attempt(0), attempt(1)])
    expect([first, second]).toEqual([expect.stringMatching(`^rejected .* ${code}$`), 'accepted'])
    // The lone dot was an empty mail, and only the second attempt's words went out.
    expect(heard.slice(heard.indexOf('DATA') + 1)[0]).toBe('')
    expect(heard.filter((line) => line.startsWith('Date:'))).toHaveLength(1)
  })

  it('DATA refused behind a refused recipient ends nothing: no dot is sent, and the session goes on', async () => {
    const heard: string[] = []
    const server: MailServer = { recipient: ['550 5.1.1 who'], data: '503 5.5.1 no recipients', heard }
    expect(await submit(server, [attempt(0), attempt(1)])).toEqual([
      'rejected recipient-invalid 550 5.1.1',
      'deferred connection-misconfigured 503 5.5.1',
    ])
    expect(heard).not.toContain('')
    expect(heard.filter((line) => line === 'RSET')).toHaveLength(2)
  })

  it('sender, recipient and DATA go in one packet where the server offers it, body and dot in one as well', async () => {
    const packets: string[] = []
    const { ports } = play(overSocket(mailServer()))
    const connect: typeof ports.connect = (address, options) => {
      const socket = ports.connect(address, options)
      const writer = socket.writable.getWriter()
      const write = (chunk: Uint8Array) => {
        packets.push(new TextDecoder().decode(chunk))
        return writer.write(chunk)
      }
      return { ...socket, writable: new WritableStream<Uint8Array>({ write }) }
    }
    const [outcome] = await smtp.open(SETTINGS, { ...ports, connect }).submit([attempt()])
    expect(outcome).toMatchObject({ outcome: 'accepted' })
    expect(packets.map((packet) => packet.slice(0, 4))).toEqual(['EHLO', 'AUTH', 'MAIL', 'Date', 'QUIT'])
    expect(packets[2]).toMatch(/^MAIL FROM.*\r\nRCPT TO.*\r\nDATA\r\n$/)
    expect(packets[3]).toMatch(/\r\n\.\r\n$/)
  })

  it('an answer that nobody asked for is not the next mail’s: it is deferred, and the session is over', async () => {
    const answer = ['250 ok\r\n550 5.1.1 who', '250 ok']
    expect(await submit({ answer }, [attempt(0), attempt(1), attempt(2)])).toEqual([
      'accepted',
      'deferred provider-invalid-answer',
      'deferred provider-unavailable',
    ])
  })

  it('a server that refuses the sender and hangs up has refused it, whatever else was in the same packet', async () => {
    const scene = overSocket(async (peer) => {
      await mailServer({ extensions: ['PIPELINING', 'AUTH PLAIN'] })({
        ...peer,
        write: async (text) => {
          if (text !== '250 2.1.0 ok\r\n') return peer.write(text)
          await peer.write('553 5.7.1 not yours\r\n')
          await peer.end()
        },
      })
    })
    expect(await submit(scene)).toEqual(['rejected sender-refused 553 5.7.1'])
  })

  it('a slow server is left after a minute: the mails that it has not been given are deferred, not unclear', async () => {
    const heard: string[] = []
    const said = () => heard.filter((line) => line.startsWith('MAIL')).length
    const { ports } = play(overSocket(mailServer({ heard })), 5_000, { now: () => NOW + 25_000 * said() })
    const outcomes = await smtp.open(SETTINGS, ports).submit([0, 1, 2, 3, 4].map((n) => attempt(n)))
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([...Array(3).fill('accepted'), 'deferred', 'deferred'])
    expect(heard.at(-1)).toBe('QUIT')
  })

  it('a server that reads a mail drop by drop gets no more than six deadlines for it', async () => {
    const drops: number[] = []
    const server = overSocket(mailServer({ extensions: [] }))
    const { ports } = play(server)
    const slow: typeof ports.connect = (address, options) => {
      const socket = ports.connect(address, options)
      const writer = socket.writable.getWriter()
      const writable = new WritableStream<Uint8Array>({
        write: async (chunk) => {
          if (chunk.length > 1_000) await new Promise((resolve) => setTimeout(resolve, 20))
          drops.push(chunk.length)
          await writer.write(chunk)
        },
      })
      return { ...socket, writable }
    }
    const session = await openSmtp(slow, {
      host: 'mx',
      port: 465,
      security: 'tls',
      login: null,
      clientName: 'x',
      timeoutMs: 100,
    })
    if ('kind' in session) throw new Error('no session')
    const result = await session.send({ from: 'a@example.com', to: 'b@example.com', data: 'x\r\n'.repeat(2_000_000) })
    expect(result).toEqual({ kind: 'broken', stage: 'data', fault: 'timed-out' })
    expect(drops.filter((length) => length > 1_000).length).toBeLessThan(80)
  })

  it('an answer to the dot that is none (3xx, another code in the middle, no digits): unknown', async () => {
    for (const answer of ['354 go on', '250-a\r\n251 b', '99 luftballons', 'ok', ''])
      expect([answer, await submit({ answer })]).toEqual([answer, ['unknown provider-invalid-answer']])
  })

  it('no words of the server’s get into an outcome but its codes', async () => {
    const answer = '550 5.7.1 <ali@example.com> said not-a-real-password'
    expect(JSON.stringify(await submit({ answer }))).not.toMatch(/ali@|password/)
  })
})

describe('what the server hears', () => {
  const DOMAIN = { ...SETTINGS, bounceDomain: 'B.Example.net' }

  it('is one sender, one recipient and one mail, the bounce address and the Message-ID naming the attempt', async () => {
    const heard: string[] = []
    const message = attempt()
    await submit({ heard }, [message], DOMAIN)
    expect(heard.filter((line) => /^(?:EHLO|MAIL|RCPT|DATA|QUIT)/.test(line))).toEqual([
      'EHLO b.example.net',
      expect.stringMatching(/^MAIL FROM:<bounce\+[0-9a-z]{57}@b\.example\.net> SIZE=\d+$/),
      'RCPT TO:<ali@example.com>',
      'DATA',
      'QUIT',
    ])
    const sender = /<(.*)>/.exec(heard.find((line) => line.startsWith('MAIL')) ?? '')?.[1]
    expect(parseBounceAddress(sender ?? '')).toEqual({ ref: message.ref, mac: '00000000' })
    expect(heard.find((line) => line.startsWith('Date:'))).toContain(`Message-ID: <${message.ref}@b.example.net>`)
  })

  it('is the sender itself as the envelope’s where no bounce domain is set', async () => {
    const heard: string[] = []
    await submit({ heard })
    expect(heard.find((line) => line.startsWith('MAIL'))).toMatch(/^MAIL FROM:<shop@example\.net>/)
    expect(heard[0]).toBe('EHLO example.net')
  })

  it.each([
    'a@example.com>\r\nRCPT TO:<victim@example.net',
    'a@example.com> <victim@example.net',
    'a@example.com\n',
    'a b@example.com',
    '<a@example.com>',
    '',
    'a',
    `${'a'.repeat(65)}@example.com`,
    'é@example.com',
  ])('is never an address like %j, whoever let it through', async (address) => {
    const heard: string[] = []
    const { ports } = play(overSocket(mailServer({ heard, extensions: [] })))
    const server: SmtpServer = {
      host: 'mx',
      port: 465,
      security: 'tls',
      login: null,
      clientName: 'x',
      timeoutMs: PATIENCE,
    }
    for (const envelope of [
      { from: address, to: 'a@example.com' },
      { from: 'a@example.com', to: address },
    ]) {
      const session = await openSmtp(ports.connect, server)
      if ('kind' in session) throw new Error('no session')
      expect(await session.send({ ...envelope, data: 'A: b\r\n\r\nc\r\n' })).toMatchObject({
        kind: 'broken',
        stage: 'sender',
      })
      await session.close()
    }
    expect(heard.filter((line) => !line.startsWith('EHLO'))).toEqual([])
  })

  it('has its dots stuffed, at the first line and everywhere', async () => {
    const heard: string[] = []
    const { ports } = play(overSocket(mailServer({ heard, extensions: [] })))
    const session = await openSmtp(ports.connect, {
      host: 'mx',
      port: 465,
      security: 'tls',
      login: null,
      clientName: 'x',
      timeoutMs: PATIENCE,
    })
    if ('kind' in session) throw new Error('no session')
    const result = await session.send({ from: 'a@example.com', to: 'b@example.com', data: '.a\r\n.\r\n..\r\nb.\r\n' })
    expect(result.kind).toBe('taken')
    expect(heard.find((line) => line.startsWith('..a'))).toBe('..a\r\n..\r\n...\r\nb.')
  })
})

describe('STARTTLS', () => {
  const STARTTLS: Settings = { ...SETTINGS, security: 'starttls', port: 587 }
  const clear = async (peer: Peer, behind = ''): Promise<void> => {
    await peer.write('220 mx\r\n')
    await peer.line()
    await peer.write('250-mx\r\n250 STARTTLS\r\n')
    expect(await peer.line()).toBe('STARTTLS')
    await peer.write(`220 go\r\n${behind}`)
  }

  it('begins anew inside TLS, and signs in only there', async () => {
    const inside: string[] = []
    const scene = overSocket(async (peer) => {
      await clear(peer)
      await peer.tls()
      const write = peer.write
      // The server inside says no greeting: the first that counts is EHLO.
      let isGreeting = true
      await mailServer({ heard: inside })({
        ...peer,
        write: async (text) => {
          if (!isGreeting) await write(text)
          isGreeting = false
        },
      })
    })
    expect(await submit(scene, [attempt()], STARTTLS)).toEqual(['accepted'])
    expect(inside.slice(0, 2)).toEqual(['EHLO example.net', expect.stringMatching(/^AUTH PLAIN /)])
  })

  it('that brings answers from before TLS is an attack, and ends there (CVE-2011-0411)', async () => {
    const scene = overSocket(async (peer) => {
      await clear(peer, '250 mx\r\n235 signed in\r\n')
      expect(await peer.line()).toBeNull()
    })
    expect(await submit(scene, [attempt()], STARTTLS)).toEqual(['deferred provider-invalid-answer'])
  })
})

describe('files', () => {
  const withFile: EmailContent = { ...CONTENT, attachments: [{ media: 'med_a' }] }
  const file = (bytes: number): OpenFile => ({
    id: 'med_a',
    type: 'application/pdf',
    name: 'a.pdf',
    bytes,
    body: new Uint8Array(bytes),
  })

  it('that are gone: rejected, the other mails of the session go', async () => {
    expect(await submit({}, [attempt(0, withFile), attempt(1)], SETTINGS, () => null)).toEqual([
      'rejected media-missing',
      'accepted',
    ])
  })

  it('that cannot be read just now: deferred', async () => {
    const broken = () => {
      throw new Error('the bucket is away')
    }
    expect(await submit({}, [attempt(0, withFile)], SETTINGS, broken)).toEqual(['deferred provider-unavailable'])
  })

  it('that are too large together: rejected before they are read into a mail', async () => {
    expect(await submit({}, [attempt(0, withFile)], SETTINGS, () => file(5_000_001))).toEqual([
      'rejected content-refused',
    ])
  })
})

describe('settings', () => {
  it.each<[string, Settings, RegExp]>([
    ['port 25', { host: 'mx.example.net', port: 25 }, /port must be/],
    ['a port that is none', { host: 'mx.example.net', port: 0.5 }, /port must be/],
    ['in the clear to another machine', { host: 'mx.example.net', security: 'none' }, /security must be/],
    ['a user without a password', { host: 'mx.example.net', user: 'a' }, /belong together/],
    ['a host with a blank', { host: 'mx example' }, /host does not have/],
    ['a client name of two lines', { host: 'mx.example.net', clientName: 'a\r\nMAIL' }, /clientName does not have/],
    ['a bounce domain that is none', { host: 'mx.example.net', bounceDomain: 'localhost' }, /bounceDomain must be/],
    ['no patience', { host: 'mx.example.net', timeoutMs: 0 }, /timeoutMs must be/],
  ])('%s: a clear error', (_name, settings, message) => {
    expect(() => smtp.open(settings, play(overSocket(mailServer())).ports)).toThrow(message)
  })
})
