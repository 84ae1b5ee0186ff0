import { domainOf, mailDomain } from '#worker/domain/addresses/email-address.ts'
import { bounceAddressOf, mailMessageIdOf } from '#worker/domain/carriers/email-message-id.ts'
import type { Attempt, Connection, Ports, Provider, Settings, Submission } from '#worker/domain/carriers/provider.ts'
import { type OpenSettings, openSettings } from '#worker/domain/carriers/settings.ts'
import { buildMail } from '#worker/lib/mail/mime.ts'
import { openSmtp, type SmtpMail, type SmtpServer, type SmtpSession } from '#worker/lib/mail/smtp.ts'
import type { EmailContent } from './content.ts'
import { outgoingMail, UNBUILDABLE } from './outgoing.ts'
import { NOT_TRIED, submissionOf } from './smtp-outcome.ts'

/** Most mails over one session. A server that dies leaves one of them unclear and the others untried. */
const BATCH = 50
/**
 * Milliseconds after which a session begins no further mail. All of a slice is claimed before it is submitted, and an
 * invocation that a slow server holds beyond its 15 minutes leaves all of them unclear.
 */
const LONGEST_SESSION = 60_000
/** Name in EHLO of a client without one (RFC 5321 4.1.3), where only the server's health is asked. */
const NAMELESS = '[127.0.0.1]'
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1'])

/**
 * Any mail server that takes submissions (RFC 6409): TLS from the first byte (465, RFC 8314) or by STARTTLS (587), which is
 * then required. The server signs with DKIM, because it knows the key of the domain.
 */
export const smtp: Provider<EmailContent> = {
  name: 'smtp',
  features: ['outbound', 'html', 'attachments', 'headers'],
  settings: {
    host: {
      title: 'Server',
      help: 'Name of the submission server; its certificate must be for this name.',
      kind: 'text',
      required: true,
      pattern: '[A-Za-z0-9.:-]{1,253}',
    },
    port: {
      title: 'Port',
      help: '465 with TLS, 587 with STARTTLS; 25 is closed on Cloudflare.',
      kind: 'number',
      required: false,
      default: 465,
    },
    security: {
      title: 'Security',
      help: '`tls`, `starttls`, or `none`: in the clear, for a server on this machine only.',
      kind: 'text',
      required: false,
      default: 'tls',
      pattern: 'tls|starttls|none',
    },
    user: { title: 'User', help: 'Signs in; needs the password too.', kind: 'text', required: false },
    password: { title: 'Password', help: 'Belongs to the user.', kind: 'secret', required: false },
    bounceDomain: {
      title: 'Bounce domain',
      help: 'A domain whose mail comes to this gateway: bounces go to `bounce+<attempt><MAC>@` it. Absent: to the sender itself.',
      kind: 'text',
      required: false,
      pattern: '[A-Za-z0-9.-]{3,253}',
    },
    clientName: {
      title: 'Client name',
      help: 'What EHLO says; default the bounce domain, or the sender’s.',
      kind: 'text',
      required: false,
      pattern: '[A-Za-z0-9.-]{1,253}',
    },
    timeoutMs: {
      title: 'Patience',
      help: 'Milliseconds to wait in each step, three times as long for the answer to a mail.',
      kind: 'number',
      required: false,
      default: 20_000,
    },
  },
  batch: BATCH,
  // No dedupeWindow: servers do not drop a second mail with the same Message-ID.
  // Bounces and replies name the attempt in Message-ID and bounce address.
  echoesRef: true,
  callbackProof: 'path-secret',
  open: openServer,
}

const wrong = (detail: string): Error => new Error(`settings of smtp: ${detail}`)

function serverOf(settings: OpenSettings): Omit<SmtpServer, 'clientName'> {
  const [host, port] = [settings.text('host'), settings.number('port')]
  const [user, password] = [settings.optionalText('user'), settings.optionalText('password')]
  const security = settings.text('security') as SmtpServer['security']
  const timeoutMs = settings.number('timeoutMs')
  if (!Number.isInteger(port) || port < 1 || port > 65_535 || port === 25)
    throw wrong('port must be 1 to 65535, not 25')
  if (security === 'none' && !LOOPBACK.has(host)) throw wrong('security must be tls or starttls for another machine')
  if ((user === '') !== (password === '')) throw wrong('user and password belong together')
  if (timeoutMs < 1 || timeoutMs > 60_000) throw wrong('timeoutMs must be 1 to 60000')
  return { host, port, security, login: user === '' ? null : { user, password }, timeoutMs }
}

/** Makes the mail as the server gets it. Throws if a field cannot be written. */
async function mailOf(
  ports: Ports,
  message: Attempt<EmailContent>,
  bounceDomain: string | null,
): Promise<{ readonly mail: SmtpMail; readonly id: string } | { readonly submission: Submission }> {
  const parts = await outgoingMail(ports, message)
  if ('submission' in parts) return parts
  const { subject, fromName, replyTo } = message.content
  const messageId = mailMessageIdOf(message.ref, bounceDomain ?? domainOf(message.from))
  const data = buildMail(
    { ...parts, from: message.from, fromName, to: message.to, replyTo, subject, date: ports.now(), messageId },
    ports.random,
  )
  const from =
    bounceDomain === null
      ? message.from
      : bounceAddressOf(message.ref, bounceDomain, await ports.bounceMac(message.ref))
  return { mail: { from, to: message.to, data }, id: messageId.slice(1, -1) }
}

function openServer(raw: Settings, ports: Ports): Connection<EmailContent> {
  const settings = openSettings(smtp, raw)
  const server = serverOf(settings)
  const bounceDomain = settings.optionalText('bounceDomain') === '' ? null : mailDomain(settings.text('bounceDomain'))
  if (settings.optionalText('bounceDomain') !== '' && bounceDomain === null)
    throw wrong('bounceDomain must be a domain')
  const clientName = settings.optionalText('clientName') || bounceDomain
  const open = (sender?: string) =>
    openSmtp(ports.connect, { ...server, clientName: clientName ?? (sender ? domainOf(sender) : NAMELESS) })

  async function submitOne(session: SmtpSession, message: Attempt<EmailContent>): Promise<Submission> {
    let made: Awaited<ReturnType<typeof mailOf>>
    try {
      made = await mailOf(ports, message, bounceDomain)
    } catch {
      return UNBUILDABLE
    }
    if ('submission' in made) return made.submission
    const result = await session.send(made.mail)
    return result.kind === 'taken' ? { outcome: 'accepted', providerRef: made.id } : submissionOf(result)
  }

  return {
    async submit(messages) {
      const session = await open(messages[0]?.from)
      if ('kind' in session) return messages.map(() => submissionOf(session))
      const until = ports.now() + LONGEST_SESSION
      const outcomes: Submission[] = []
      for (const message of messages)
        outcomes.push(session.isOpen() && ports.now() < until ? await submitOne(session, message) : NOT_TRIED)
      await session.close()
      return outcomes
    },
    async health() {
      const session = await open()
      if ('kind' in session) return false
      await session.close()
      return true
    },
  }
}
