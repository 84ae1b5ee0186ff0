import { createHmac } from 'node:crypto'
import { sentArray, taken } from '../../fixtures/kavenegar/answers.ts'
import { ACCOUNT } from '../../fixtures/twilio/answers.ts'
import type { Harness } from '../harness.ts'

/** A submit as a carrier got it, taken or not. */
export interface Submitted {
  /** The carrier's dedupe key, or the attempt ref. */
  readonly ref: string
  readonly to: string
}

/** What a carrier does with one call: null is well. Throwing resets the connection. */
export type Trouble = (call: number) => Response | Promise<Response | null> | null

export interface Carrier {
  readonly outbound: (request: Request) => Promise<Response>
  /** Every message of every call that reached it. */
  readonly calls: Submitted[]
  /** What it took: these reach a phone. By recipient, the distinct messages it made. */
  readonly took: Submitted[]
  /** Before it takes (nothing is taken), and after (taken, and the answer is lost). */
  before: Trouble
  after: Trouble
}

export const KAVENEGAR_KEY = 'A1b2C3d4E5f6A1b2C3d4E5f6'
export const KAVENEGAR = { provider: 'kavenegar', settings: { apiKey: KAVENEGAR_KEY } }

/** Takes a localid once and answers a repeat with what it stands for. */
export function fakeKavenegar(): Carrier & { readonly ids: Map<string, string> } {
  const ids = new Map<string, string>()
  let calls = 0
  const carrier: Carrier & { readonly ids: Map<string, string> } = {
    calls: [],
    took: [],
    ids,
    before: () => null,
    after: () => null,
    async outbound(request) {
      const path = new URL(request.url).pathname
      if (path.endsWith('/utils/getdate.json'))
        return (await carrier.before(calls)) ?? Response.json({ return: { status: 200 }, entries: {} })
      if (!path.endsWith('/sms/sendarray.json'))
        return statusAnswer(path, new URLSearchParams(await request.text()), ids)
      const sent = await sentArray(request)
      const messages = sent.localids.map((ref, i) => ({ ref, to: sent.receptor[i] ?? '' }))
      carrier.calls.push(...messages)
      calls++
      const refused = await carrier.before(calls)
      if (refused) return refused
      for (const one of messages) {
        if (ids.has(one.ref)) continue
        ids.set(one.ref, String(8_000_000 + ids.size))
        carrier.took.push(one)
      }
      const lost = await carrier.after(calls)
      if (lost) return lost
      const body = (await taken(sent).json()) as { entries: { messageid: number }[] }
      body.entries.forEach((entry, i) => {
        entry.messageid = Number(ids.get(sent.localids[i] ?? ''))
      })
      return Response.json(body)
    },
  }
  return carrier
}

/** What the carrier knows of localids: taken and delivered. */
function statusAnswer(path: string, form: URLSearchParams, ids: ReadonlyMap<string, string>): Response {
  if (!path.endsWith('/sms/statuslocalmessageid.json')) return new Response('not found', { status: 404 })
  const entries = (form.get('localid') ?? '').split(',').flatMap((localid) => {
    const id = ids.get(localid)
    return id === undefined ? [] : [{ messageid: Number(id), localid, status: 10, statustext: '' }]
  })
  return Response.json({ return: { status: 200, message: '' }, entries })
}

export const TWILIO_TOKEN = '0123456789abcdef0123456789abcdef'
export const TWILIO = { provider: 'twilio', settings: { accountSid: ACCOUNT, authToken: TWILIO_TOKEN } }

/** Makes a new message of every call, repeated or not. */
export function fakeTwilio(): Carrier & { readonly callbacks: Map<string, string> } {
  let calls = 0
  const callbacks = new Map<string, string>()
  const carrier: Carrier & { readonly callbacks: Map<string, string> } = {
    calls: [],
    took: [],
    callbacks,
    before: () => null,
    after: () => null,
    async outbound(request) {
      if (request.method === 'GET') return (await carrier.before(calls)) ?? Response.json({ sid: ACCOUNT })
      const form = new URLSearchParams(await request.text())
      const url = form.get('StatusCallback') ?? ''
      const message = { ref: new URL(url).searchParams.get('ref') ?? '', to: form.get('To') ?? '' }
      carrier.calls.push(message)
      calls++
      const refused = await carrier.before(calls)
      if (refused) return refused
      carrier.took.push(message)
      const sid = `SM${carrier.took.length.toString(16).padStart(32, '0')}`
      callbacks.set(sid, url)
      return (await carrier.after(calls)) ?? Response.json({ sid, status: 'queued', error_code: null }, { status: 201 })
    },
  }
  return carrier
}

/** A signed status callback for a message that the carrier took. */
export async function twilioReport(chapar: Harness, sid: string, url: string, status: string, token = TWILIO_TOKEN) {
  const fields: Record<string, string> = { AccountSid: ACCOUNT, MessageSid: sid, MessageStatus: status }
  const text = Object.keys(fields)
    .sort()
    .reduce((all, name) => all + name + fields[name], url)
  const signature = createHmac('sha1', token).update(text, 'utf8').digest('base64')
  const { pathname, search } = new URL(url)
  return chapar.fetch(pathname + search, {
    method: 'POST',
    headers: { 'x-twilio-signature': signature },
    body: new URLSearchParams(fields),
  })
}

/** Reports on messages that kavenegar took, in one callback. */
export async function kavenegarReport(chapar: Harness, callbackUrl: string, ids: readonly string[], status: number) {
  return chapar.fetch(new URL(callbackUrl).pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ids.map((messageid) => ({ messageid, status }))),
  })
}
