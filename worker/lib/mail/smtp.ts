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

/** A submission server (RFC 6409): `tls` from the first byte (RFC 8314, port 465), or after STARTTLS, or never. */
export interface SmtpServer {
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls' | 'none'
  /** Null: no sign-in. */
  readonly login: { readonly user: string; readonly password: string } | null
  /** What EHLO says we are. */
  readonly clientName: string
  /** Milliseconds for each step; three times as long for the answer to a mail. */
  readonly timeoutMs: number
}

/** Where a session stood when it failed. Before `answer` the server has certainly taken nothing. */
export type SmtpStage = 'connect' | 'tls' | 'login' | 'sender' | 'recipient' | 'data' | 'answer'

/** refused: an answer of 4xx or 5xx · broken: no answer that can be read. */
export type SmtpFailure =
  | { readonly kind: 'refused'; readonly stage: SmtpStage; readonly reply: SmtpReply }
  | { readonly kind: 'broken'; readonly stage: SmtpStage; readonly fault: SmtpFault }
  /** STARTTLS or a way to sign in that this server must have and has not; or the mail is larger than it takes. */
  | { readonly kind: 'unfit'; readonly what: 'starttls' | 'login' | 'size' }

type SmtpResult = { readonly kind: 'taken'; readonly reply: SmtpReply } | SmtpFailure

export interface SmtpMail {
  /** Addresses that were checked: ASCII, no brackets, no blanks. */
  readonly from: string
  readonly to: string
  /** ASCII lines that end in CRLF (`lib/mail/mime.ts`). */
  readonly data: string
}

export interface SmtpSession {
  /** One mail to one recipient. After `broken` the session is over. */
  send(mail: SmtpMail): Promise<SmtpResult>
  /** False: the next mail needs a session of its own. */
  isOpen(): boolean
  close(): Promise<void>
}

type Connect = (address: SocketAddress, options: SocketOptions) => Socket

/** A failure thrown inside a session, always caught in this file. */
function thrown(failure: SmtpFailure): Error {
  return Object.assign(new Error('smtp'), { failure })
}

function smtpFailureOf(error: unknown, stage: SmtpStage): SmtpFailure {
  if (error instanceof Error && 'failure' in error) return error.failure as SmtpFailure
  return { kind: 'broken', stage, fault: smtpFaultOf(error) }
}

/** RFC 5321 4.1.2 in the narrow form that this gateway's addresses have; what is not exactly that never reaches a server. */
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

/** As `sendCommand`; throws the refusal unless the answer is of this hundred. */
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
  // What came in the clear behind that answer was put there by somebody else (CVE-2011-0411).
  if (lines.hasMore()) throw smtpFault('garbled')
  lines.release()
  const inside = socket.startTls()
  const insideLines = smtpLines(inside)
  // Whatever was said before TLS counts for nothing.
  return { socket: inside, lines: insideLines, extensions: await greet(insideLines, server, 'tls') }
}

/** RFC 4954: PLAIN, or LOGIN where a server has nothing better. */
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
/** Bytes that must be through within one deadline. */
const WRITE_BYTES = 65_536
/** Deadlines that the whole of a mail must be through in: a server that reads a little at a time would hold us for an hour. */
const BODY_STEPS = 6

/** Lines that start with a dot get a second one (RFC 5321 4.5.2). */
const stuffed = (data: string): Uint8Array => utf8(data.replace(/^\./gm, '..'))

async function sendMail({ lines, extensions }: Talk, mail: SmtpMail, timeoutMs: number): Promise<SmtpResult> {
  let stage: SmtpStage = 'sender'
  const refused = (reply: SmtpReply): SmtpFailure | null =>
    reply.code >= 400 ? { kind: 'refused', stage, reply } : null
  try {
    if (!PATH.test(mail.from) || !PATH.test(mail.to) || !mail.data.endsWith('\r\n')) throw smtpFault('garbled')
    // Out of step: an answer that nobody asked for would be taken for this mail's.
    if (lines.hasMore()) throw smtpFault('garbled')
    const body = stuffed(mail.data)
    const most = Number(extensions.get('SIZE') ?? 0)
    if (most > 0 && body.length > most) return { kind: 'unfit', what: 'size' }
    const size = extensions.has('SIZE') ? ` SIZE=${body.length}` : ''
    const both = `MAIL FROM:<${mail.from}>${size}\r\nRCPT TO:<${mail.to}>\r\n`
    const pipelined = extensions.has('PIPELINING')
    if (pipelined) await lines.write(utf8(both), timeoutMs)
    const sender = pipelined
      ? await lines.reply(timeoutMs)
      : await sendCommand(lines, `MAIL FROM:<${mail.from}>${size}`, timeoutMs)
    const noSender = refused(sender)
    // Pipelined, the second answer comes too and has to be read, unless the server hung up behind the first: RSET will tell.
    if (noSender && pipelined) await lines.reply(timeoutMs).catch(() => undefined)
    if (noSender) return noSender
    stage = 'recipient'
    const recipient = pipelined
      ? await lines.reply(timeoutMs)
      : await sendCommand(lines, `RCPT TO:<${mail.to}>`, timeoutMs)
    const noRecipient = refused(recipient)
    if (noRecipient) return noRecipient
    stage = 'data'
    await expectReply('data', 3, sendCommand(lines, 'DATA', timeoutMs))
    const until = Date.now() + BODY_STEPS * timeoutMs
    for (let at = 0; at < body.length; at += WRITE_BYTES)
      await lines.write(body.subarray(at, at + WRITE_BYTES), Math.max(1, Math.min(timeoutMs, until - Date.now())))
    // From here on the server may have the mail.
    stage = 'answer'
    await lines.write(END, timeoutMs)
    const answer = await lines.reply(3 * timeoutMs)
    if (answer.code >= 300 && answer.code < 400) throw smtpFault('garbled')
    return refused(answer) ?? { kind: 'taken', reply: answer }
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
        // Half a transaction must not become part of the next.
        const reset = await sendCommand(talk.lines, 'RSET', timeoutMs).catch(() => null)
        if (reset === null || reset.code >= 300) await close()
      }
      return result
    },
    isOpen: () => open,
    close,
  }
}

/** Opens a session, secured and signed in; a failure instead where that did not come about. Never throws. */
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
