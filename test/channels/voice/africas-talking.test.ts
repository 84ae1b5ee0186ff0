import { describe, expect, test } from 'vitest'
import { africasTalking } from '#worker/channels/voice/africas-talking.ts'
import type { Attempt, Ports, Settings } from '#worker/domain/carriers/provider.ts'
import { attemptOf, CALLBACK, type Carrier, play } from '../../conformance/kit.ts'
import { africasTalkingKit, asForm } from '../../conformance/voice/africas-talking.ts'
import {
  activeFields,
  callerFields,
  endFields,
  notQueued,
  queued,
  recordedFields,
  SESSION,
} from '../../fixtures/africas-talking/voice.ts'

const attempt = attemptOf(africasTalkingKit)
function connect(carrier: Carrier = () => queued(attempt.to), more: Settings = {}, over: Partial<Ports> = {}) {
  const { ports, seen } = play(carrier, 5_000, over)
  return { seen, connection: africasTalking.open({ ...africasTalkingKit.settings, ...more }, ports) }
}
const sentOf = (content: unknown) => ({
  sent: async (ref: string): Promise<Attempt | null> => (ref === attempt.ref ? { ...attempt, content } : null),
})
const hear = (fields: Record<string, string>, over: Partial<Ports> = {}, settings: Settings = {}, query = '') =>
  connect(undefined, settings, over).connection.receive?.(asForm(CALLBACK + query, fields))
const markup = async (received: Awaited<ReturnType<typeof hear>>) =>
  (await received?.reply?.text())?.replace('<?xml version="1.0" encoding="UTF-8"?>', '')

describe('placing a call', () => {
  test('names our ref, so that its callbacks can', async () => {
    const { connection, seen } = connect()
    expect(await connection.submit([attempt])).toEqual([{ outcome: 'accepted', providerRef: SESSION }])
    expect(seen[0]?.headers.get('apikey')).toBe(africasTalkingKit.settings['apiKey'])
    expect(Object.fromEntries(new URLSearchParams(await seen[0]?.text()))).toEqual({
      username: 'chapar',
      to: attempt.to,
      from: attempt.from,
      clientRequestId: attempt.ref,
    })
  })
  const failed = (errorMessage: string) => Response.json({ entries: [], errorMessage })
  test.each<[string, () => Response, string, string]>([
    ['an unknown number', () => notQueued(attempt.to, 'InvalidPhoneNumber'), 'rejected', 'recipient-invalid'],
    ['no credit', () => notQueued(attempt.to, 'InsufficientCredit'), 'deferred', 'credit-exhausted'],
    ['a status to come', () => notQueued(attempt.to, 'Zzz'), 'unknown', 'provider-invalid-answer'],
    ['a foreign caller id', () => failed(`Invalid callerId: ${attempt.from}`), 'rejected', 'sender-refused'],
    ['another error', () => failed(`No: ${attempt.to}`), 'rejected', 'provider-refused'],
    ['another person’s entry', () => queued('+254700000000'), 'unknown', 'provider-invalid-answer'],
    ['a wrong key', () => new Response('Invalid', { status: 401 }), 'deferred', 'connection-misconfigured'],
  ])('answered with %s', async (_, answer, outcome, code) => {
    const outcomes = await connect(answer).connection.submit([attempt])
    expect(outcomes).toMatchObject([{ outcome, failure: { code } }])
    expect(JSON.stringify(outcomes)).not.toContain(attempt.to.slice(-9))
  })
})

describe('the end of a call', () => {
  test.each([
    ['NORMAL_CLEARING', 'delivered', undefined],
    ['USER_BUSY', 'undelivered', 'recipient-busy'],
    ['CALL_REJECTED', 'undelivered', 'recipient-busy'],
    ['NO_ANSWER', 'undelivered', 'no-answer'],
    ['NO_USER_RESPONSE', 'undelivered', 'no-answer'],
    ['SUBSCRIBER_ABSENT', 'undelivered', 'recipient-unreachable'],
    ['UNALLOCATED_NUMBER', 'undelivered', 'recipient-invalid'],
    ['', 'undelivered', 'no-answer'],
  ])('by %o is %s', async (cause, status, code) => {
    const received = await hear(endFields(cause, { clientRequestId: attempt.ref }))
    expect(received?.receipts).toMatchObject([{ attemptRef: attempt.ref, status }])
    expect(received?.receipts[0]?.failure?.code).toBe(code)
    expect(received?.reply).toBeUndefined()
  })
  test.each(['constructor', 'toString', '__proto__'])(
    'by the cause %s, a word of the language, has failed',
    async (cause) => {
      const receipts = (await hear(endFields(cause, { callSessionState: 'Zzz', status: 'Zzz' })))?.receipts
      expect(receipts).toMatchObject([{ status: 'failed', failure: { code: 'not-delivered' } }])
    },
  )
  test.each([
    [
      { amount: '2.50', currencyCode: 'KES' },
      { amount: 250, currency: 'KES' },
    ],
    [
      { amount: '0', currencyCode: 'KES' },
      { amount: 0, currency: 'KES' },
    ],
    [{ amount: '0.0125', currencyCode: 'KES' }, undefined],
    [{ amount: 'None', currencyCode: 'KES' }, undefined],
    [{ amount: '2', currencyCode: '' }, undefined],
  ])('that cost %o has this price', async (cost, price) => {
    const received = await hear(endFields('NORMAL_CLEARING', cost))
    expect(received?.receipts).toMatchObject([{ status: 'delivered' }])
    expect(received?.receipts[0]?.price).toEqual(price)
  })
  test('by a cause that nobody knows has failed, and odd words are not repeated', async () => {
    const fields = endFields(`<b>${attempt.to}</b>`, { callSessionState: 'Zzz', status: 'Zzz' })
    const receipts = (await hear(fields))?.receipts
    expect(receipts).toMatchObject([
      { providerRef: SESSION, status: 'failed', failure: { code: 'not-delivered', carrierCode: 'other' } },
    ])
  })
})

const KEYS = `${CALLBACK}?ref=${attempt.ref}&amp;step=keys`

describe('the actions of a call of ours', () => {
  const actions = async (content: unknown, extra: Record<string, string> = {}) =>
    markup(await hear(activeFields(attempt.ref, extra), sentOf(content)))
  test('say, play and collect keys', async () => {
    expect(await actions({ say: { text: '</Say><Dial phoneNumbers="1"/>', repeat: 2 } })).toBe(
      `<Response>${'<Say>&lt;/Say&gt;&lt;Dial phoneNumbers=&quot;1&quot;/&gt;</Say>'.repeat(2)}</Response>`,
    )
    expect(await actions({ play: { media: 'med_1' }, gather: { digits: 2 } })).toBe(
      `<Response><GetDigits timeout="5" finishOnKey="#" numDigits="2" callbackUrl="${KEYS}">` +
        '<Play url="https://gw.example/files/med_1"/></GetDigits></Response>',
    )
  })
  test('a call that stands is submitted; one that we do not know is not spoken to', async () => {
    const known = await hear(activeFields(attempt.ref), sentOf({ say: { text: 'a' } }))
    expect(known?.receipts).toMatchObject([{ attemptRef: attempt.ref, status: 'submitted' }])
    const other = await hear(activeFields('nonsense'), sentOf({ say: { text: 'a' } }))
    expect(await markup(other)).toBe('<Response><Reject/></Response>')
    expect(await actions({ text: 'a text message' })).toBe('<Response><Reject/></Response>')
  })
  test('fields that are empty are as if they were not there', async () => {
    const empty = { dtmfDigits: '', recordingUrl: '', hangupCause: '' }
    expect(await actions({ say: { text: 'a' } }, empty)).toBe('<Response><Say>a</Say></Response>')
  })
  test('who presses no key does not hear it all again and again', async () => {
    const content = sentOf({ say: { text: 'a' }, gather: { digits: 3 } })
    for (const fields of [activeFields(attempt.ref), activeFields(attempt.ref, { dtmfDigits: '' })])
      expect(await markup(await hear(fields, content, {}, `?ref=${attempt.ref}&step=keys`))).toBe('<Response/>')
  })
  test('keys come as a message of the person called, in reply to it, and the call ends', async () => {
    const { clientRequestId: _, ...fields } = activeFields('', { dtmfDigits: '12#' })
    const content = sentOf({ say: { text: 'a' }, gather: { digits: 3 } })
    const received = await hear(fields, content, {}, `?ref=${attempt.ref}`)
    expect(received?.inbound).toMatchObject([
      {
        providerRef: `${SESSION}.keys`,
        from: attempt.to,
        to: attempt.from,
        content: { digits: '12#' },
        inReplyTo: attempt.ref,
      },
    ])
    expect(await markup(received)).toBe('<Response/>')
    const garbage = await hear({ ...fields, dtmfDigits: 'A<B>' }, content, {}, `?ref=${attempt.ref}`)
    expect(garbage?.inbound).toEqual([])
  })
})

describe('a call of somebody', () => {
  test('is greeted and recorded, or not taken', async () => {
    expect(await markup(await hear(callerFields()))).toBe('<Response><Reject/></Response>')
    expect(await markup(await hear(callerFields(), {}, { greeting: 'Tell us & go', recordSeconds: 30 }))).toBe(
      `<Response><Record finishOnKey="#" maxLength="30" trimSilence="true" playBeep="true" callbackUrl="${CALLBACK}?step=recorded">` +
        '<Say>Tell us &amp; go</Say></Record></Response>',
    )
  })
  test('leaves a recording once, which is fetched over TLS from the carrier alone', async () => {
    const received = await hear(recordedFields)
    expect(received?.inbound).toMatchObject([
      {
        providerRef: `${SESSION}.recording`,
        files: [{ url: 'https://recordings.africastalking.com/0a1b2c.mp3', type: 'audio/mpeg' }],
      },
    ])
    const { connection, seen } = connect(() => new Response('audio'))
    await connection.download?.('https://recordings.africastalking.com/0a1b2c.mp3')
    expect(seen).toHaveLength(1)
    expect(seen[0]?.headers.get('apikey')).toBeNull()
  })
  test('whose recording lies where it cannot be fetched is told, as missing; nobody is greeted twice', async () => {
    for (const recordingUrl of ['http://41.210.130.212:8080/5d5e24.mp3', 'https://evil.example/a.mp3']) {
      const fields = callerFields({ recordingUrl })
      const received = await hear(fields, {}, { greeting: 'Tell us' }, '?step=recorded')
      expect(received?.inbound).toMatchObject([
        { providerRef: `${SESSION}.recording`, content: { recording: { missing: true } } },
      ])
      expect(received?.inbound[0]).not.toHaveProperty('files')
      expect(await markup(received)).toBe('<Response/>')
    }
    const silent = await hear(callerFields(), {}, { greeting: 'Tell us' }, '?step=recorded')
    expect([await markup(silent), silent?.inbound]).toEqual(['<Response/>', []])
  })
  test.each([
    'https://evil.example/a.mp3',
    'https://africastalking.com.evil.example/a.mp3',
    'https://user:pass@recordings.africastalking.com/a.mp3',
    'https://recordings.africastalking.com:8443/a.mp3',
    'http://recordings.africastalking.com/a.mp3',
    'nonsense',
  ])('a recording at %s is not fetched', async (url) => {
    const { connection, seen } = connect()
    await expect(connection.download?.(url)).rejects.toThrow('no recording')
    expect(seen).toEqual([])
  })
  test('that is neither in nor out is refused', async () => {
    await expect(hear({ ...callerFields(), direction: 'sideways' })).rejects.toThrow('neither')
    await expect(hear({ sessionId: 'x' })).rejects.toThrow('not a call')
  })
})
