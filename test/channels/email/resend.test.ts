import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { EmailContent } from '#worker/channels/email/content.ts'
import { emailReceived } from '#worker/channels/email/received.ts'
import { resend } from '#worker/channels/email/resend.ts'
import { CallbackRefused, type Receipt } from '#worker/domain/carriers/provider.ts'
import { attemptOf, CALLBACK, type Carrier, NOW, play } from '../../conformance/kit.ts'
import { MAIL_ID, mail, refusal, taken } from '../../fixtures/resend/answers.ts'
import { event, SECRET, signed } from '../../fixtures/resend/callbacks.ts'

const SETTINGS = { apiKey: 're_not_a_real_key', webhookSecret: SECRET }
const BASE = { to: 'ali@example.com', from: 'shop@example.net' }
const attempt = (content: EmailContent = { subject: 'Hello', text: 'Hi' }) => attemptOf({ ...BASE, content })

async function submit(carrier: Carrier, content?: EmailContent) {
  const { ports, seen } = play(carrier, 5_000, {
    file: async (id) => ({ id, type: 'text/csv', name: 'list.csv', bytes: 3, body: new Uint8Array([1, 2, 3]) }),
  })
  const [outcome] = await resend.open(SETTINGS, ports).submit([attempt(content)])
  return { outcome, request: seen[0] }
}

describe('a submit', () => {
  it('says everything once: sender with its name, one recipient, words, files, headers, the attempt as key and tag', async () => {
    const content: EmailContent = {
      subject: 'سفارش',
      text: 'Hi',
      html: '<p>Hi</p>',
      fromName: 'Shop "A" \\ B',
      replyTo: 'answers@example.net',
      headers: { 'X-Order-ID': '17' },
      attachments: [{ media: 'med_a' }, { name: 'a.pdf', type: 'application/pdf', data: 'YWJj' }],
      unsubscribe: true,
    }
    const { request } = await submit(() => taken(), content)
    const { ref } = attempt()
    expect(request?.headers.get('idempotency-key')).toBe(ref)
    expect(request?.headers.get('authorization')).toBe('Bearer re_not_a_real_key')
    expect(await request?.json()).toEqual({
      from: '"Shop \\"A\\" \\\\ B" <shop@example.net>',
      to: ['ali@example.com'],
      subject: 'سفارش',
      reply_to: 'answers@example.net',
      text: 'Hi',
      html: '<p>Hi</p>',
      headers: {
        'X-Order-ID': '17',
        'List-Unsubscribe': `<https://gw.example/p/unsubscribe/${ref}.mac>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
      attachments: [
        { filename: 'list.csv', content_type: 'text/csv', content: 'AQID' },
        { filename: 'a.pdf', content_type: 'application/pdf', content: 'YWJj' },
      ],
      tags: [{ name: 'chapar_ref', value: ref.replaceAll('.', '-') }],
    })
  })

  it.each<[number, string, string, string]>([
    [401, 'missing_api_key', 'deferred', 'connection-misconfigured'],
    [403, 'invalid_api_key', 'deferred', 'connection-misconfigured'],
    [403, 'validation_error', 'deferred', 'connection-misconfigured'],
    [422, 'validation_error', 'rejected', 'content-refused'],
    [422, 'invalid_from_address', 'rejected', 'sender-refused'],
    [422, 'missing_required_field', 'rejected', 'content-refused'],
    [429, 'rate_limit_exceeded', 'deferred', 'provider-throttled'],
    [429, 'daily_quota_exceeded', 'deferred', 'credit-exhausted'],
    // An earlier request with the key is there, or is on its way: the mail may have been taken.
    [409, 'invalid_idempotent_request', 'unknown', 'provider-invalid-answer'],
    [409, 'concurrent_idempotent_requests', 'unknown', 'provider-invalid-answer'],
    [500, 'application_error', 'unknown', 'provider-invalid-answer'],
    [500, 'validation_error', 'unknown', 'provider-invalid-answer'],
    [418, 'something_new', 'unknown', 'provider-invalid-answer'],
    [422, '__proto__', 'unknown', 'provider-invalid-answer'],
  ])('answered %i %s: %s %s', async (status, name, outcome, code) => {
    const answered = await submit(() => refusal(status, name))
    expect(answered.outcome).toMatchObject({ outcome, failure: { code } })
    expect(JSON.stringify(answered.outcome)).not.toContain('ali@')
  })
})

describe('a webhook', () => {
  const receive = (body: unknown, now = NOW, at = now) => {
    const { ports } = play(() => taken(), 5_000, { now: () => at })
    return resend.open(SETTINGS, ports).receive?.(signed(CALLBACK, body, now))
  }
  const hear = async (...called: Parameters<typeof receive>): Promise<readonly Receipt[]> =>
    (await receive(...called))?.receipts ?? []

  it.each<[string, Record<string, unknown>, Partial<Receipt>]>([
    ['email.delivered', {}, { status: 'delivered' }],
    ['email.opened', {}, { status: 'read' }],
    ['email.delivery_delayed', {}, { status: 'submitted' }],
    ['email.failed', { failed: { reason: 'x' } }, { status: 'failed' }],
    ['email.complained', {}, { status: 'delivered', suppress: true }],
    ['email.suppressed', {}, { status: 'rejected' }],
    [
      'email.bounced',
      { bounce: { type: 'Permanent', subType: 'General', message: 'no' } },
      { status: 'undelivered', suppress: true },
    ],
    ['email.bounced', { bounce: { type: 'Permanent', subType: 'Suppressed' } }, { status: 'rejected' }],
    ['email.bounced', { bounce: { type: 'Transient', subType: 'MailboxFull' } }, { status: 'undelivered' }],
    ['email.bounced', {}, { status: 'undelivered' }],
    ['email.bounced', { bounce: 'x' }, { status: 'undelivered' }],
  ])('%s %j', async (type, more, receipt) => {
    const [heard, ...others] = await hear(event(type, more))
    expect(heard).toMatchObject({ providerRef: MAIL_ID, ...receipt })
    expect(heard?.suppress).toBe(receipt.suppress)
    expect(others).toEqual([])
  })

  it('of a full mailbox, or of an unclear bounce, suppresses nobody', async () => {
    for (const bounce of [
      { type: 'Transient', subType: 'General' },
      { type: 'Permanent', subType: 'MailboxFull' },
      {},
    ]) {
      const [heard] = await hear(event('email.bounced', { bounce }))
      expect(heard?.suppress).toBeUndefined()
      expect(heard?.failure?.code).not.toBe('recipient-blocked')
    }
  })

  it('names the attempt by its tag where it has one, in either form', async () => {
    const { ref } = attempt()
    const value = ref.replaceAll('.', '-')
    for (const tags of [{ chapar_ref: value }, [{ name: 'chapar_ref', value }]])
      expect(await hear(event('email.delivered', { tags }))).toMatchObject([{ attemptRef: ref }])
    expect(await hear(event('email.delivered', { tags: { chapar_ref: 'somebody-elses' } }))).toMatchObject([
      { providerRef: MAIL_ID },
    ])
  })

  it('with null for what it does not say is read as one without it', async () => {
    const { ref } = attempt()
    const { data } = event('email.delivered') as { data: object }
    const nulls = { email_id: null, tags: { chapar_ref: ref.replaceAll('.', '-') }, bounce: null }
    expect(await hear({ ...event('email.delivered'), created_at: null, data: { ...data, ...nulls } })).toMatchObject([
      { attemptRef: ref, status: 'delivered', carrierAt: undefined },
    ])
  })

  it('of what is no news is taken and says nothing', async () => {
    for (const type of ['email.sent', 'email.clicked', 'email.scheduled', 'email.received', 'contact.created', 'x'])
      expect(await hear(event(type))).toEqual([])
  })

  it('of a mail that came in tells who wrote, to which addresses, and its id', async () => {
    const mail = {
      from: 'Sara <sara@example.org>',
      to: ['shop@example.net', 'Shop <info@example.net>'],
      subject: 'STOP',
    }
    const heard = await receive(event('email.received', mail))
    expect(heard?.inbound).toMatchObject(
      ['shop@example.net', 'info@example.net'].map((to) => ({
        providerRef: `${MAIL_ID}/${to}`,
        from: 'sara@example.org',
        to,
        content: { subject: 'STOP', unsupported: 'email.received', details: { id: MAIL_ID } },
      })),
    )
    for (const { carrierAt, content } of heard?.inbound ?? []) {
      expect(carrierAt).toBe(NOW)
      expect(z.strictObject(emailReceived.shape).safeParse(content).success).toBe(true)
    }
    for (const strange of [{ from: undefined }, { to: 'x' }, { email_id: 'x' }])
      expect((await receive(event('email.received', strange)))?.inbound).toEqual([])
  })

  it('that is older or newer than five minutes is a repeat by somebody: refused', async () => {
    for (const off of [-301_000, 301_000])
      await expect(hear(event('email.delivered'), NOW, NOW + off)).rejects.toBeInstanceOf(CallbackRefused)
    expect(await hear(event('email.delivered'), NOW, NOW + 290_000)).toHaveLength(1)
  })

  it('whose body was changed, or whose signature is of another version or missing: refused', async () => {
    const { ports } = play(() => taken())
    const connection = resend.open(SETTINGS, ports)
    const genuine = signed(CALLBACK, event('email.delivered'), NOW)
    const text = await genuine.clone().text()
    const withHeaders = (change: (headers: Headers) => void, body = text): Request => {
      const headers = new Headers(genuine.headers)
      change(headers)
      return new Request(CALLBACK, { method: 'POST', headers, body })
    }
    const signature = genuine.headers.get('svix-signature') ?? ''
    for (const forged of [
      withHeaders(() => undefined, text.replace('delivered', 'bounced')),
      withHeaders((headers) => headers.delete('svix-signature')),
      withHeaders((headers) => headers.delete('svix-id')),
      withHeaders((headers) => headers.set('svix-timestamp', 'x')),
      withHeaders((headers) => headers.set('svix-signature', signature.replace('v1,', 'v2,'))),
      withHeaders((headers) => headers.set('svix-signature', 'v1,')),
    ])
      await expect(connection.receive?.(forged)).rejects.toMatchObject({ name: 'CallbackRefused', status: 403 })
    // While a secret rotates two signatures come.
    const two = withHeaders((headers) => headers.set('svix-signature', `v1,AAAA ${signature}`))
    expect((await connection.receive?.(two))?.receipts).toHaveLength(1)
  })
})

it('a mail is asked for by its id, and what it says last is the report', async () => {
  const { ref, to } = attempt()
  const past = [{ ref, providerRef: MAIL_ID, to, submittedAt: NOW - 60_000 }]
  const ask = (last: string) => resend.open(SETTINGS, play(() => mail(last)).ports).query?.(past)
  expect(await ask('complained')).toMatchObject([{ attemptRef: ref, status: 'delivered', suppress: true }])
  expect(await ask('bounced')).toMatchObject([{ status: 'undelivered' }])
  expect(await ask('sent')).toEqual([])
})
