import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { localhost } from '../../fixtures/tls/index.ts'

/** A mail as a real server took it: the envelope, and the bytes after dot-unstuffing. */
export interface TakenMail {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: Buffer
  readonly session: string
  readonly isSecure: boolean
  readonly user: string | undefined
}

export interface MailReceiver {
  readonly port: number
  readonly mails: TakenMail[]
  close(): Promise<void>
}

export const USER = 'gateway@example.net'
export const PASSWORD = 'رمز not-a-real-password'

/** `smtp-server` on loopback, with sign-in and a certificate for `localhost`. */
export async function mailReceiver(options: SMTPServerOptions = {}): Promise<MailReceiver> {
  const mails: TakenMail[] = []
  const server = new SMTPServer({
    ...localhost,
    authMethods: ['PLAIN', 'LOGIN'],
    onAuth: ({ username, password }, _session, done) =>
      username === USER && password === PASSWORD ? done(null, { user: username }) : done(new Error('wrong')),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks),
          session: session.id,
          isSecure: session.secure === true,
          user: session.user,
        })
        done()
      })
    },
    ...options,
  })
  // A client that breaks off is what these tests are about.
  server.on('error', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
