import { describe, expect, it } from 'vitest'
import { twilio } from '#worker/channels/sms/twilio.ts'
import type { Settings } from '#worker/domain/carriers/provider.ts'
import { settingErrors } from '#worker/domain/carriers/settings.ts'
import { attemptOf, CALLBACK, type Carrier, NOW, play } from '../../conformance/kit.ts'
import { twilioKit } from '../../conformance/sms/twilio.ts'
import { ACCOUNT, message, refusal, SID } from '../../fixtures/twilio/answers.ts'
import { inboundFields, signed, statusFields } from '../../fixtures/twilio/callbacks.ts'

const TOKEN = String(twilioKit.settings['authToken'])

function connect(carrier: Carrier, more: Settings = {}) {
  const { ports, seen } = play(carrier)
  return { seen, connection: twilio.open({ ...twilioKit.settings, ...more }, ports) }
}

describe('submit', () => {
  it('posts one form, signs in with the account, and asks for reports under our ref', async () => {
    const { connection, seen } = connect(() => message('queued'))
    const attempt = attemptOf(twilioKit)
    expect(await connection.submit([attempt])).toEqual([{ outcome: 'accepted', providerRef: SID }])
    const [request] = seen
    expect(request?.url).toBe(`https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Messages.json`)
    expect(request?.headers.get('authorization')).toBe(`Basic ${btoa(`${ACCOUNT}:${TOKEN}`)}`)
    expect(Object.fromEntries(new URLSearchParams(await request?.text()))).toEqual({
      To: attempt.to,
      From: attempt.from,
      Body: 'سفارش شما ارسال شد.',
      StatusCallback: `${CALLBACK}?ref=${attempt.ref}`,
    })
  })

  it('signs in with an API key where one is set, and only with its secret', async () => {
    const keySid = `SK${'0'.repeat(32)}`
    const { connection, seen } = connect(() => message('queued'), { keySid, keySecret: 's' })
    await connection.submit([attemptOf(twilioKit)])
    expect(seen[0]?.headers.get('authorization')).toBe(`Basic ${btoa(`${keySid}:s`)}`)
    expect(() => connect(() => message('queued'), { keySid })).toThrow('belong together')
  })

  it.each([
    [90_000, '90'],
    [999_000_000, '36000'],
  ])('turns %i ms of validity into %s seconds', async (left, period) => {
    const { connection, seen } = connect(() => message('queued'))
    await connection.submit([{ ...attemptOf(twilioKit), validUntil: NOW + left }])
    expect(new URLSearchParams(await seen[0]?.text()).get('ValidityPeriod')).toBe(period)
  })

  it('does not call for a message whose validity has ended', async () => {
    const { connection, seen } = connect(() => message('queued'))
    const [outcome] = await connection.submit([{ ...attemptOf(twilioKit), validUntil: NOW }])
    expect(outcome).toMatchObject({ outcome: 'rejected', failure: { code: 'validity-expired' } })
    expect(seen).toEqual([])
  })

  it.each([
    [400, 21211, 'rejected', 'recipient-invalid'],
    [400, 21610, 'rejected', 'recipient-blocked'],
    [400, 21612, 'rejected', 'recipient-unreachable'],
    [400, 21606, 'rejected', 'sender-refused'],
    [400, 21617, 'rejected', 'content-refused'],
    [400, 21999, 'rejected', 'provider-refused'],
    [400, 21408, 'deferred', 'connection-misconfigured'],
    [400, 21611, 'deferred', 'provider-throttled'],
    [401, 20003, 'deferred', 'connection-misconfigured'],
    [403, 20005, 'deferred', 'connection-misconfigured'],
    [404, 20404, 'deferred', 'connection-misconfigured'],
    [429, 20429, 'deferred', 'provider-throttled'],
  ])('HTTP %i with %i is %s, %s', async (status, code, outcome, failure) => {
    const outcomes = await connect(() => refusal(status, code)).connection.submit([attemptOf(twilioKit)])
    expect(outcomes[0]).toMatchObject({ outcome, failure: { code: failure, carrierCode: String(code) } })
  })

  it('says unknown on 500 and 503 in the carrier’s own words: they may come after the message was taken', async () => {
    for (const status of [500, 503]) {
      const outcomes = await connect(() => refusal(status, 20500)).connection.submit([attemptOf(twilioKit)])
      expect(outcomes[0]?.outcome).toBe('unknown')
    }
  })

  it('rejects what is taken and failed in one answer', async () => {
    const outcomes = await connect(() => message('failed', { error_code: 30007 })).connection.submit([
      attemptOf(twilioKit),
    ])
    expect(outcomes[0]).toMatchObject({ outcome: 'rejected', failure: { code: 'content-refused' } })
  })
})

describe('receive', () => {
  const { ref } = attemptOf(twilioKit)
  const hear = (request: Request) => connect(() => refusal(500, 0)).connection.receive?.(request)
  const report = (status: string, extra: Record<string, string> = {}, query = `?ref=${ref}`) =>
    hear(signed(TOKEN, CALLBACK + query, statusFields(status, extra)))

  it.each([
    ['delivered', {}, { status: 'delivered' }],
    ['sent', {}, { status: 'submitted' }],
    ['read', {}, { status: 'read' }],
    [
      'undelivered',
      { ErrorCode: '30003' },
      { status: 'undelivered', failure: { code: 'recipient-unreachable', carrierCode: '30003' } },
    ],
    ['undelivered', { ErrorCode: '30007' }, { status: 'rejected', failure: { code: 'content-refused' } }],
    ['undelivered', { ErrorCode: '21610' }, { status: 'rejected', failure: { code: 'recipient-blocked' } }],
    ['undelivered', { ErrorCode: '30036' }, { status: 'expired', failure: { code: 'validity-expired' } }],
    ['failed', {}, { status: 'failed', failure: { code: 'not-delivered' } }],
  ])('reads %s %o', async (status, extra, receipt) => {
    expect((await report(status, extra as Record<string, string>))?.receipts).toMatchObject([
      { attemptRef: ref, ...receipt },
    ])
  })

  it.each(['accepted', 'queued', 'sending', 'partially_delivered', 'a-new-word', 'constructor', '__proto__'])(
    'takes %s and makes nothing of it',
    async (status) => {
      expect((await report(status))?.receipts).toEqual([])
    },
  )

  it('goes by the SID where the URL names no ref of ours', async () => {
    for (const query of ['', '?ref=', '?ref=not-one'])
      expect((await report('delivered', {}, query))?.receipts).toMatchObject([{ providerRef: SID }])
  })

  it('refuses a ref that was put into a URL after it was signed', async () => {
    const request = signed(TOKEN, `${CALLBACK}?ref=${ref}`, statusFields('delivered'), `${CALLBACK}?ref=other`)
    await expect(hear(request)).rejects.toMatchObject({ name: 'CallbackRefused', status: 403 })
  })

  it('refuses a signed request without a message', async () => {
    await expect(hear(signed(TOKEN, CALLBACK, { a: 'b' }))).rejects.toMatchObject({ status: 400 })
  })

  it('answers an inbound message with TwiML that does nothing', async () => {
    const heard = await hear(signed(TOKEN, CALLBACK, inboundFields))
    expect(heard?.reply?.headers.get('content-type')).toMatch(/^text\/xml/)
    expect(await heard?.reply?.text()).toMatch(/<Response\/>$/)
    expect(heard?.inbound).toMatchObject([{ providerRef: SID, content: { text: 'سلام' } }])
  })

  it('keeps an inbound message without text: a picture is one', async () => {
    const { Body: _, ...picture } = inboundFields
    expect((await hear(signed(TOKEN, CALLBACK, { ...picture, NumMedia: '1' })))?.inbound).toMatchObject([
      { content: { text: '' } },
    ])
  })

  const MEDIA = `ME${'aB'.repeat(16)}`
  const MMS = `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Messages/${SID}/Media/${MEDIA}`
  it.each([
    ['a picture', { Body: '', NumMedia: '1', MediaUrl0: MMS, MediaContentType0: 'image/png' }, { text: '' }, 1],
    ['two pictures and words', { NumMedia: '2', MediaUrl0: MMS, MediaUrl1: MMS }, { text: 'سلام' }, 2],
    ['a count and no file', { NumMedia: 'x' }, { text: 'سلام' }, undefined],
    ['a blank text', { Body: '' }, { text: '' }, undefined],
    [
      'a place, by WhatsApp',
      { Body: '', MessageType: 'location', Latitude: '35.7', Longitude: '51.4', Label: 'کافه' },
      { text: '', unsupported: 'location', details: { latitude: '35.7', longitude: '51.4', name: 'کافه' } },
      undefined,
    ],
    [
      'a place without a type',
      { Body: '', Latitude: '35.7' },
      { text: '', unsupported: 'location', details: { latitude: '35.7' } },
      undefined,
    ],
    [
      'a button, by WhatsApp',
      { Body: 'بله', MessageType: 'button', ButtonPayload: 'yes' },
      { text: 'بله', details: { reply: 'yes' } },
      undefined,
    ],
    ['a kind to come', { Body: '', MessageType: 'hologram' }, { text: '', unsupported: 'hologram' }, undefined],
  ])('hears %s', async (_, fields, content, files) => {
    const heard = await hear(signed(TOKEN, CALLBACK, { ...inboundFields, ...(fields as Record<string, string>) }))
    expect(heard?.inbound[0]?.content).toEqual(content)
    expect(heard?.inbound[0]?.files?.length).toBe(files)
  })

  it('fetches a picture of its own account only, and takes no credentials to where it lies', async () => {
    const { connection, seen } = connect((request) =>
      request.url === MMS
        ? new Response(null, { status: 307, headers: { location: 'https://media.twiliocdn.com/x' } })
        : new Response('png'),
    )
    expect(await (await connection.download?.(MMS))?.text()).toBe('png')
    expect(seen.map(({ url, headers }) => [url, headers.has('authorization')])).toEqual([
      [MMS, true],
      ['https://media.twiliocdn.com/x', false],
    ])
    const elsewhere = [
      'https://evil.example/x',
      MMS.replace('api.twilio.com', 'api.twilio.com.evil.example'),
      MMS.replace(ACCOUNT, `AC${'f'.repeat(32)}`),
      MMS.replace('/Media/', '/../../Balance/'),
    ]
    for (const url of elsewhere) expect((await connection.download?.(url))?.status).toBe(410)
    expect(seen).toHaveLength(2)
  })

  it('knows SIDs with capitals', async () => {
    const sid = `SM${'0aBcDeF1'.repeat(4)}`
    const heard = await hear(signed(TOKEN, CALLBACK, { ...inboundFields, MessageSid: sid, SmsSid: sid }))
    expect(heard?.inbound).toMatchObject([{ providerRef: sid }])
    const made = connect(() => message('queued', { sid }))
    const [submission] = await made.connection.submit([attemptOf(twilioKit)])
    expect(submission).toEqual({ outcome: 'accepted', providerRef: sid })
    await made.connection.query?.([{ ...attemptOf(twilioKit), providerRef: sid, submittedAt: NOW }])
    expect(made.seen.at(-1)?.url).toContain(sid)
    for (const [name, value] of [
      ['accountSid', `AC${'0aBcDeF1'.repeat(4)}`],
      ['keySid', `SK${'0aBcDeF1'.repeat(4)}`],
    ] as const)
      expect(settingErrors(twilio.settings, { ...twilioKit.settings, [name]: value })).toEqual([])
  })

  it('reads a callback that comes by GET: all of it is in the signed URL', async () => {
    const url = `${CALLBACK}?ref=${ref}&MessageSid=${SID}&MessageStatus=delivered`
    const post = signed(TOKEN, url, {})
    const heard = await hear(new Request(url, { headers: post.headers }))
    expect(heard?.receipts).toMatchObject([{ attemptRef: ref, status: 'delivered' }])
  })
})

it('asks nothing about an attempt whose SID is not known', async () => {
  const { connection, seen } = connect(() => message('delivered', {}, 200))
  const { ref, to } = attemptOf(twilioKit)
  expect(await connection.query?.([{ ref, to, providerRef: null, submittedAt: NOW }])).toEqual([])
  expect(seen).toEqual([])
})
