import type { EmailContent } from '#worker/channels/email/content.ts'
import { smtp } from '#worker/channels/email/smtp.ts'
import { mailServer } from '../../worlds/players/smtp-peer.ts'
import type { ConformanceKit } from '../kit.ts'
import { notListening, overSocket } from '../socket.ts'

export const smtpKit: ConformanceKit<EmailContent> = {
  provider: smtp,
  settings: { host: 'mx.example.net', user: 'gateway', password: 'not-a-real-password', bounceDomain: 'b.example.net' },
  content: { subject: 'سفارش شما', text: 'سفارش شما ارسال شد.', html: '<p>سفارش شما ارسال شد.</p>' },
  to: 'ali@example.com',
  from: 'shop@example.net',
  carrier: {
    takes: overSocket(mailServer()),
    throttles: overSocket(mailServer({ recipient: '451 4.7.1 greylisted, come again' })),
    refuses: overSocket(mailServer({ recipient: '550 5.1.1 <ali@example.com> unknown' })),
    isHealthy: overSocket(mailServer()),
    hangs: overSocket(mailServer({ answer: () => new Promise(() => undefined) })),
    resets: overSocket(mailServer({ answer: async (peer) => peer.reset() })),
    garbles: overSocket(mailServer({ answer: (peer) => peer.write('HTTP/1.1 200 OK\r\n\r\n') })),
    floods: overSocket(
      mailServer({
        answer: async (peer) => {
          for (let i = 0; i < 160; i++) await peer.write(new Uint8Array(65_536).fill(50))
        },
      }),
    ),
    isAway: notListening,
  },
  impatient: { timeoutMs: 500 },
  retryAfter: null,
  skips: { 'a wrong number of entries': 'every mail of a session has an answer of its own' },
}
