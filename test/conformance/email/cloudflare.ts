import { cloudflare } from '#worker/channels/email/cloudflare.ts'
import type { EmailContent } from '#worker/channels/email/content.ts'
import type { ConformanceKit, Wire } from '../kit.ts'

/** The `send_email` binding, which answers with what `send` gives. */
const binding = (send: () => Promise<unknown>): Wire => ({
  ports: () => ({ email: { send: send as SendEmail['send'] } }),
})
const throws = (code: string | null, message = 'something about ali@example.com'): Wire =>
  binding(async () => {
    throw Object.assign(new Error(message), code === null ? {} : { code })
  })
let sent = 0

export const cloudflareKit: ConformanceKit<EmailContent> = {
  provider: cloudflare,
  settings: {},
  content: { subject: 'سفارش شما', text: 'سفارش شما ارسال شد.' },
  to: 'ali@example.com',
  from: 'shop@example.net',
  carrier: {
    takes: binding(async () => ({ messageId: `<${++sent}@example.net>` })),
    throttles: throws('E_RATE_LIMIT_EXCEEDED'),
    refuses: throws('E_RECIPIENT_SUPPRESSED'),
    hangs: binding(() => new Promise(() => undefined)),
    resets: throws(null, 'Network connection lost.'),
    garbles: binding(async () => ({ ok: true })),
    floods: binding(async () => ({ messageId: 'x'.repeat(10_000_000) })),
  },
  impatient: { timeoutMs: 40 },
  retryAfter: null,
}
