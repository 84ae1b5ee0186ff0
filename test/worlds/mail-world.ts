import { bounceAddressOf, mailMessageIdOf } from '#worker/domain/carriers/email-message-id.ts'
import type { Harness } from './harness.ts'
import { hexOf, rowOf, setTimeline } from './tenant-rows.ts'
import { addChannel, caller, newTenant, until } from './world.ts'

/** What Cloudflare's edge would tell the sender's server. */
export interface Dialogue {
  readonly outcome: 'ok' | 'rejected' | 'exception'
  readonly reason: string | null
}

let mails = 0
let people = 0
/** Address of somebody who has not written yet. */
export const newPerson = (): string => `person${people++}@person.example`

/** A plain mail; fields of the header before the words. A `Message-ID` is added if there is none. */
export function mail(fields: Readonly<Record<string, string>>, words = 'Hello'): string {
  const all = {
    'Message-ID': `<mail-${mails++}@person.example>`,
    'Content-Type': 'text/plain; charset=utf-8',
    ...fields,
  }
  const header = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${header.join('')}\r\n${words}\r\n`
}

/** Hands a mail to email() as the edge would; `from` and `to` are of the envelope. */
export async function handIn(chapar: Harness, from: string, to: string, raw: string | Uint8Array): Promise<Dialogue> {
  const query = new URLSearchParams({ from, to, format: 'json' })
  const answer = await chapar.mf.dispatchFetch(`http://localhost/cdn-cgi/local/email?${query}`, {
    method: 'POST',
    body: raw,
  })
  const text = await answer.text()
  try {
    const { outcome, rejectReason } = JSON.parse(text) as { outcome: string; rejectReason?: string }
    if (rejectReason) return { outcome: 'rejected', reason: rejectReason }
    return { outcome: outcome === 'ok' ? 'ok' : 'exception', reason: null }
  } catch {
    return { outcome: answer.ok ? 'ok' : 'exception', reason: text }
  }
}

interface Suppressed {
  readonly source: string
  readonly sender: string | null
  readonly messageId?: string | null
}

interface Timeline {
  readonly id: string
  readonly status: string
  readonly failure?: { readonly code: string; readonly carrierCode?: string }
  readonly timeline: readonly { readonly status: string; readonly code?: string }[]
}

/** A tenant that writes and is written to by e-mail through the sandbox, from `sender`: an address or `@domain`. */
export async function newMailTenant(chapar: Harness, sender: string) {
  const { operator, tenantId, token } = await newTenant(chapar, { line: `1000${String(10_000 + mails++)}` })
  const isDefault = !sender.startsWith('@')
  const { id: connectionId } = await addChannel(
    { operator, tenantId },
    { channel: 'email', address: sender, sender: { isDefault } },
  )
  const call = caller(chapar, token)
  const json = async <Body>(path: string, body?: unknown): Promise<Body> => {
    const answer = await call(path, body === undefined ? {} : { body })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 400)}`)
    return JSON.parse(text) as Body
  }
  const read = (id: string): Promise<Timeline> => json<Timeline>(`/v1/messages/${id}`)
  return {
    operator,
    tenantId,
    connectionId,
    call,
    json,
    read,
    /** Sends a mail that its carrier has taken and not reported on. */
    send: async (to: string, from: string): Promise<string> => {
      const body = { channel: 'email', to, from, content: { subject: 'Your order', text: 'It is on its way.' } }
      const { id } = await json<{ id: string }>('/v1/messages', body)
      await until('it is delivered', async () => (await read(id)).status === 'delivered')
      const ledger = chapar.ledger()
      const timeline = (await rowOf(ledger, id))?.timeline ?? []
      await setTimeline(
        ledger,
        id,
        timeline.filter(({ status }) => status !== 'delivered'),
      )
      await ledger.prepare('UPDATE messages SET status = 20 WHERE id = unhex(?1)').bind(hexOf(id)).run()
      return id
    },
    /** The messages that came in from a person. */
    from: async <Body>(person: string): Promise<Body[]> => {
      const { data } = await json<{ data: (Body & { from: string })[] }>(
        '/v1/messages?channel=email&direction=inbound&limit=100',
      )
      return data.filter((one) => one.from === person)
    },
    suppressed: async (person: string): Promise<Suppressed[]> => {
      const query = `channel=email&recipient=${encodeURIComponent(person)}`
      return (await json<{ data: Suppressed[] }>(`/v1/suppressions?${query}`)).data
    },
  }
}

export type MailTenant = Awaited<ReturnType<typeof newMailTenant>>

/** The ref of a message's first attempt, as carriers see it. */
export const refOf = (tenant: Pick<MailTenant, 'tenantId'>, id: string, attempt = 1): string =>
  `${tenant.tenantId.slice(4)}.${id.slice(4)}.${attempt}`

/** A mail of the tenant's that its carrier took and that comes back. */
export async function comesBack(tenant: MailTenant, from: string, recipient = newPerson()) {
  const id = await tenant.send(recipient, from)
  const ref = refOf(tenant, id)
  const domain = from.slice(from.indexOf('@') + 1)
  return { id, recipient, messageId: mailMessageIdOf(ref, domain), to: bounceAddressOf(ref, domain) }
}

/** Waits until a message of the tenant's stands so. */
export const becomes = (tenant: MailTenant, id: string, status: string): Promise<Timeline> =>
  until(`the message is ${status}`, async () => {
    const found = await tenant.read(id)
    return found.status === status && found
  })

/** What lies in the bucket under the mails' prefix. */
export async function keptMail(chapar: Harness): Promise<string[]> {
  const bucket = await chapar.mf.getR2Bucket('MEDIA', 'chapar')
  return (await bucket.list({ prefix: 'mail/' })).objects.map(({ key }) => key)
}

/** Waits until no mail is left to work. */
export const worked = (chapar: Harness) =>
  until('all mail is worked', async () => (await keptMail(chapar)).length === 0)
