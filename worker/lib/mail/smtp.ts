import { toBase64, utf8 } from '#worker/lib/bytes.ts'
import {
  inTime,
  type SmtpFault,
  type SmtpLines,
  type SmtpReply,
  smtpFault,
  smtpFaultOf,
  smtpLines,
} from './smtp-lines.ts'

/** A submission server (RFC 6409). TLS begins with the first byte (`tls`: RFC 8314, port 465), after STARTTLS, or never. */
export interface SmtpServer {
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls' | 'none'
  /** User and password; null: no sign-in. */
  readonly login: { readonly user: string; readonly password: string } | null
  /** Name that we give in EHLO. */
  readonly clientName: string
  /** Milliseconds for each step; the answer to a mail gets three times as many. */
  readonly timeoutMs: number
}

/** Step at which a session failed. Before `answer` the server has certainly taken nothing. */
export type SmtpStage = 'connect' | 'tls' | 'login' | 'sender' | 'recipient' | 'data' | 'answer'

/** Failure of a session or a mail. refused: a reply of 4xx or 5xx · broken: no reply that can be read. */
export type SmtpFailure =
  | { readonly kind: 'refused'; readonly stage: SmtpStage; readonly reply: SmtpReply }
  | { readonly kind: 'broken'; readonly stage: SmtpStage; readonly fault: SmtpFault }
  /** The server lacks STARTTLS or a way to sign in that we need, or takes no mail of this size. */
  | { readonly kind: 'unfit'; readonly what: 'starttls' | 'login' | 'size' }

type SmtpResult = { readonly kind: 'taken'; readonly reply: SmtpReply } | SmtpFailure

/** A mail with its envelope. */
export interface SmtpMail {
  /** Sender and recipient as checked addresses: ASCII, no brackets, no blanks. */
  readonly from: string
  readonly to: string
  /** Header and body as ASCII lines that end in CRLF (`lib/mail/mime.ts`). */
  readonly data: string
}

/** A session that is open, secured and signed in. */
export interface SmtpSession {
  /** Sends one mail to one recipient. Never throws; after `broken` the session is over. */
  send(mail: SmtpMail): Promise<SmtpResult>
  /** False once the next mail needs a new session. */
  isOpen(): boolean
  close(): Promise<void>
}

type Connect = (address: SocketAddress, options: SocketOptions) => Socket

/** Wraps a failure for throwing inside a session; it is always caught in this file. */
function thrown(failure: SmtpFailure): Error {
  return Object.assign(new Error('smtp'), { failure })
}

function smtpFailureOf(error: unknown, stage: SmtpStage): SmtpFailure {
  if (error instanceof Error && 'failure' in error) return error.failure as SmtpFailure
  return { kind: 'broken', stage, fault: smtpFaultOf(error) }
}

/** Mailbox of RFC 5321 4.1.2 in the narrow form that this gateway's addresses have. Nothing else ever reaches a server. */
const PATH = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9.-]{1,253}$/i

interface Talk {
  readonly socket: Socket
  readonly lines: SmtpLines
  readonly extensions: ReadonlyMap<string, string>
}

async function sendCommand(lines: SmtpLines, command: string, timeoutMs: number): Promise<SmtpReply> {
  if (/[\r\n\0]/.test(command)) throw smtpFault('garbled')
  await lines.write(utf8(`${command}\r\n`), timeoutMs)
  return lines.reply(timeoutMs)
}

/** Awaits a reply; throws the refusal unless its code is of this hundred. */
async function expectReply(stage: SmtpStage, hundred: 2 | 3, work: Promise<SmtpReply>): Promise<SmtpReply> {
  const reply = await work
  if (Math.floor(reply.code / 100) === hundred) return reply
  throw reply.code >= 400 ? thrown({ kind: 'refused', stage, reply }) : smtpFault('garbled')
}

async function greet(lines: SmtpLines, server: SmtpServer, stage: SmtpStage): Promise<ReadonlyMap<string, string>> {
  const reply = await expectReply(stage, 2, sendCommand(lines, `EHLO ${server.clientName}`, server.timeoutMs))
  return new Map(
    reply.lines.slice(1).map((line) => {
      const [name = '', ...rest] = line.trim().split(/[ =]+/)
      return [name.toUpperCase(), rest.join(' ').toUpperCase()]
    }),
  )
}

async function secured(server: SmtpServer, socket: Socket): Promise<Talk> {
  const lines = smtpLines(socket)
  await expectReply('connect', 2, lines.reply(server.timeoutMs))
  const extensions = await greet(lines, server, 'connect')
  if (server.security !== 'starttls') return { socket, lines, extensions }
  if (!extensions.has('STARTTLS')) throw thrown({ kind: 'unfit', what: 'starttls' })
  await expectReply('tls', 2, sendCommand(lines, 'STARTTLS', server.timeoutMs))
  // Bytes that came in the clear behind that reply were put there by somebody on the way (CVE-2011-0411).
  if (lines.hasMore()) throw smtpFault('garbled')
  lines.release()
  const inside = socket.startTls()
  const insideLines = smtpLines(inside)
  // Greets anew, because nothing that was said before TLS can be believed (RFC 3207 4.2).
  return { socket: inside, lines: insideLines, extensions: await greet(insideLines, server, 'tls') }
}

/** Signs in (RFC 4954) by PLAIN, or by LOGIN where the server has nothing better. */
async function signIn({ lines, extensions }: Talk, server: SmtpServer): Promise<void> {
  if (server.login === null) return
  const { user, password } = server.login
  const ways = (extensions.get('AUTH') ?? '').split(' ')
  const encoded = (text: string): string => toBase64(utf8(text))
  const step = (hundred: 2 | 3, command: string) =>
    expectReply('login', hundred, sendCommand(lines, command, server.timeoutMs))
  if (ways.includes('PLAIN')) {
    await step(2, `AUTH PLAIN ${encoded(`\0${user}\0${password}`)}`)
  } else if (ways.includes('LOGIN')) {
    await step(3, 'AUTH LOGIN')
    await step(3, encoded(user))
    await step(2, encoded(password))
  } else throw thrown({ kind: 'unfit', what: 'login' })
}

const END = utf8('.\r\n')
/** Bytes of a mail that must be written within one deadline. */
const WRITE_BYTES = 65_536
/**
 * Number of deadlines in which a whole mail must be written: a server that reads a little at a time would hold us for an hour.
 */
const BODY_STEPS = 6

/** The mail with a second dot before each line that starts with one (RFC 5321 4.5.2), and the dot that ends it. */
const stuffed = (data: string): Uint8Array => utf8(`${data.replace(/^\./gm, '..')}.\r\n`)

/** Writes an address as a parameter of RFC 3461 4.2 takes it (xtext). */
const xtext = (text: string): string =>
  text.replace(/[^!-~]|[+=]/g, (sign) => `+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)

/** The command that names the recipient. Where reports can show it (RFC 3461), they are told the address that was written. */
const recipientCommand = ({ to }: SmtpMail, extensions: Talk['extensions']): string =>
  `RCPT TO:<${to}>${extensions.has('DSN') ? ` ORCPT=rfc822;${xtext(to)}` : ''}`

/** The three commands of a mail's envelope, as lines without their ends. */
type Envelope = readonly [sender: string, recipient: string, data: string]

function envelopeOf(mail: SmtpMail, extensions: Talk['extensions'], bytes: number): Envelope {
  const size = extensions.has('SIZE') ? ` SIZE=${bytes}` : ''
  return [`MAIL FROM:<${mail.from}>${size}`, recipientCommand(mail, extensions), 'DATA']
}

/**
 * Reads what a server says of the commands behind one that it refused, which came in the same group (RFC 2920 3.1). If it
 * takes DATA all the same, it waits for a mail, and a lone dot is one without a recipient. Silence is no fault of the mail:
 * the RSET that follows a refusal notices it.
 */
async function readOn(lines: SmtpLines, replies: number, timeoutMs: number): Promise<void> {
  try {
    let code = 0
    for (let left = replies; left > 0; left--) code = (await lines.reply(timeoutMs)).code
    if (Math.floor(code / 100) !== 3) return
    await lines.write(END, timeoutMs)
    await lines.reply(timeoutMs)
  } catch {
    // The refusal stands, whatever became of the connection.
  }
}

/** Gives sender and recipient and opens the mail's text, in one packet where the server offers it; null: it is open. */
async function announce(
  { lines, extensions }: Talk,
  envelope: Envelope,
  timeoutMs: number,
  at: (stage: SmtpStage) => void,
): Promise<SmtpFailure | null> {
  const pipelined = extensions.has('PIPELINING')
  if (pipelined) await lines.write(utf8(`${envelope.join('\r\n')}\r\n`), timeoutMs)
  const said = (command: string): Promise<SmtpReply> =>
    pipelined ? lines.reply(timeoutMs) : sendCommand(lines, command, timeoutMs)
  for (const [n, stage] of (['sender', 'recipient'] as const).entries()) {
    at(stage)
    const reply = await said(envelope[n] ?? '')
    if (reply.code < 400) continue
    if (pipelined) await readOn(lines, 2 - n, timeoutMs)
    return { kind: 'refused', stage, reply }
  }
  at('data')
  await expectReply('data', 3, said(envelope[2]))
  return null
}

/**
 * Writes a mail and its final dot. `last` is told before the bytes that hold the dot go, from which on the server may have
 * taken the mail: of a short one, all of them.
 */
async function writeBody(lines: SmtpLines, body: Uint8Array, timeoutMs: number, last: () => void): Promise<void> {
  let isOver = false
  const steps = async (): Promise<void> => {
    for (let at = 0; at < body.length && !isOver; at += WRITE_BYTES) {
      if (at + WRITE_BYTES >= body.length) last()
      await lines.write(body.subarray(at, at + WRITE_BYTES), timeoutMs)
    }
  }
  try {
    await inTime(steps(), BODY_STEPS * timeoutMs)
  } finally {
    isOver = true
  }
}

async function sendMail(talk: Talk, mail: SmtpMail, timeoutMs: number): Promise<SmtpResult> {
  const { lines, extensions } = talk
  let stage: SmtpStage = 'sender'
  try {
    if (!PATH.test(mail.from) || !PATH.test(mail.to) || !mail.data.endsWith('\r\n')) throw smtpFault('garbled')
    // Stops at a reply that no command asked for: it would be read as the reply to this mail.
    if (lines.hasMore()) throw smtpFault('garbled')
    const body = stuffed(mail.data)
    const bytes = body.length - END.length
    const most = Number(extensions.get('SIZE') ?? 0)
    if (most > 0 && bytes > most) return { kind: 'unfit', what: 'size' }
    const refused = await announce(talk, envelopeOf(mail, extensions, bytes), timeoutMs, (now) => {
      stage = now
    })
    if (refused) return refused
    await writeBody(lines, body, timeoutMs, () => {
      stage = 'answer'
    })
    const answer = await lines.reply(3 * timeoutMs)
    if (answer.code >= 300 && answer.code < 400) throw smtpFault('garbled')
    return answer.code >= 400 ? { kind: 'refused', stage, reply: answer } : { kind: 'taken', reply: answer }
  } catch (error) {
    return smtpFailureOf(error, stage)
  }
}

function sessionOf(talk: Talk, { timeoutMs }: SmtpServer): SmtpSession {
  let open = true
  const close = async (): Promise<void> => {
    if (open) await sendCommand(talk.lines, 'QUIT', Math.min(timeoutMs, 2_000)).catch(() => undefined)
    open = false
    await inTime(talk.socket.close(), 2_000).catch(() => undefined)
  }
  return {
    async send(mail) {
      const result = await sendMail(talk, mail, timeoutMs)
      if (result.kind === 'broken' || (result.kind === 'refused' && result.reply.code === 421)) {
        open = false
        await close()
      } else if (result.kind === 'refused' && result.stage !== 'answer') {
        // RSET ends the half transaction, which would become part of the next mail.
        const reset = await sendCommand(talk.lines, 'RSET', timeoutMs).catch(() => null)
        if (reset === null || reset.code >= 300) await close()
      }
      return result
    },
    isOpen: () => open,
    close,
  }
}

/** Opens a session, secured and signed in, or answers the failure. Never throws. */
export async function openSmtp(connect: Connect, server: SmtpServer): Promise<SmtpSession | SmtpFailure> {
  let stage: SmtpStage = 'connect'
  let socket: Socket | null = null
  try {
    const secureTransport = { tls: 'on', starttls: 'starttls', none: 'off' }[server.security]
    socket = connect({ hostname: server.host, port: server.port }, { secureTransport, allowHalfOpen: false })
    socket.closed.catch(() => undefined)
    await inTime(socket.opened, server.timeoutMs)
    const talk = await secured(server, socket)
    talk.socket.closed.catch(() => undefined)
    stage = 'login'
    await signIn(talk, server)
    return sessionOf(talk, server)
  } catch (error) {
    if (socket !== null) await inTime(socket.close(), 2_000).catch(() => undefined)
    return smtpFailureOf(error, stage)
  }
}
