import { connect } from 'cloudflare:sockets'
import { smtp } from '#worker/channels/email/smtp.ts'
import type { Attempt, Ports } from '#worker/domain/carriers/provider.ts'
import { encrypt, newMaterial } from '#worker/vendors/web-push-crypto.ts'

/** What a driver that only opens sockets asks for. */
const ports = {
  connect,
  now: Date.now,
  random: (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)),
} as unknown as Ports

const TEXT = 'سلام از چاپار. کد پیگیری سفارش شما ۴۵۱۲۲ است.\n'.repeat(20)
/** Mails over one connection, as dispatch gives them. */
const BATCH = smtp.batch

const mailOf = (n: number): Attempt<{ subject: string; text: string }> => ({
  ref: `000000000001.${String(n).padStart(34, '0')}.1`,
  id: `msg_${String(n).padStart(34, '0')}`,
  to: 'ali@example.com',
  from: 'shop@example.net',
  content: { subject: 'سفارش شما', text: TEXT },
})

async function sendMails(count: number, port: number): Promise<void> {
  const settings = { host: '127.0.0.1', port, security: 'none' }
  for (let from = 0; from < count; from += BATCH) {
    const mails = Array.from({ length: Math.min(BATCH, count - from) }, (_, n) => mailOf(from + n))
    const outcomes = await smtp.open(settings, ports).submit(mails)
    const bad = outcomes.find(({ outcome }) => outcome !== 'accepted')
    if (bad) throw new Error(JSON.stringify(bad))
  }
}

async function encryptAll(count: number, point: Uint8Array<ArrayBuffer>): Promise<void> {
  const keys = { p256dh: point, auth: new Uint8Array(16) }
  const payload = new TextEncoder().encode(TEXT.slice(0, 340))
  for (let n = 0; n < count; n++) await encrypt(payload, keys, await newMaterial(ports.random(16)))
}

/** The drivers' own work without the queue and the ledger: `/push?count=` and `/smtp?count=&port=`. */
export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const count = Number(searchParams.get('count'))
    if (pathname === '/push') await encryptAll(count, new Uint8Array(await request.arrayBuffer()))
    else await sendMails(count, Number(searchParams.get('port')))
    return new Response('done')
  },
}
