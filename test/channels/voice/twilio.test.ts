import { describe, expect, test } from 'vitest'
import { twilio } from '#worker/channels/voice/twilio.ts'
import type { Attempt, Ports, Settings } from '#worker/domain/carriers/provider.ts'
import { attemptOf, CALLBACK, type Carrier, NOW, play } from '../../conformance/kit.ts'
import { twilioKit } from '../../conformance/voice/twilio.ts'
import { ACCOUNT, refusal } from '../../fixtures/twilio/answers.ts'
import { signed } from '../../fixtures/twilio/callbacks.ts'
import {
  CALL,
  call,
  callerFields,
  callFields,
  RECORDING,
  recordedFields,
  statusFields,
} from '../../fixtures/twilio/voice.ts'

const TOKEN = String(twilioKit.settings['authToken'])

function connect(carrier: Carrier = () => call('queued'), more: Settings = {}, over: Partial<Ports> = {}) {
  const { ports, seen } = play(carrier, 5_000, over)
  return { seen, connection: twilio.open({ ...twilioKit.settings, ...more }, ports) }
}
const attempt = attemptOf(twilioKit)
const hear = (step: string, fields: Record<string, string>, over: Partial<Ports> = {}, settings: Settings = {}) =>
  connect(undefined, settings, over).connection.receive?.(signed(TOKEN, `${CALLBACK}${step}`, fields))
const sentOf = (content: unknown) => ({
  sent: async (): Promise<Attempt> => ({ ...attempt, content }),
})
const markup = async (received: Awaited<ReturnType<typeof hear>>) =>
  (await received?.reply?.text())?.replace('<?xml version="1.0" encoding="UTF-8"?>', '')

describe('placing a call', () => {
  test('past its validity is not done', async () => {
    const { connection, seen } = connect()
    const late: Attempt<never> = { ...(attempt as Attempt<never>), validUntil: NOW }
    expect(await connection.submit([late])).toMatchObject([
      { outcome: 'rejected', failure: { code: 'validity-expired' } },
    ])
    expect(seen).toEqual([])
  })
  test.each([
    [10_004, 400, 'deferred', 'provider-throttled'],
    [20_003, 401, 'deferred', 'connection-misconfigured'],
    [21_210, 400, 'rejected', 'sender-refused'],
    [21_215, 400, 'deferred', 'connection-misconfigured'],
    [21_217, 400, 'rejected', 'recipient-invalid'],
    [99_999, 500, 'unknown', 'provider-invalid-answer'],
  ])('refused with %i is %s', async (code, status, outcome, failure) => {
    const { connection } = connect(() => refusal(status, code))
    expect(await connection.submit([attempt as Attempt<never>])).toMatchObject([
      { outcome, failure: { code: failure } },
    ])
  })
  test('rings as long as the connection says, within the carrier’s bounds', async () => {
    const { connection, seen } = connect(undefined, { ringSeconds: 9_000 })
    await connection.submit([attempt as Attempt<never>])
    expect(new URLSearchParams(await seen[0]?.text()).get('Timeout')).toBe('600')
  })
})

describe('a status', () => {
  test.each([
    ['ringing', 'submitted', undefined],
    ['in-progress', 'submitted', undefined],
    ['completed', 'delivered', undefined],
    ['busy', 'undelivered', 'recipient-busy'],
    ['no-answer', 'undelivered', 'no-answer'],
    ['failed', 'failed', 'not-delivered'],
    ['canceled', 'canceled', 'not-delivered'],
  ])('%s is %s', async (status, told, code) => {
    const received = await hear(`?ref=${attempt.ref}&step=status`, statusFields(status))
    expect(received?.receipts).toMatchObject([{ attemptRef: attempt.ref, status: told }])
    expect(received?.receipts[0]?.failure?.code).toBe(code)
    expect(received?.reply).toBeUndefined()
  })
  test.each(['queued', 'initiated', 'singing', ''])('%o is no news', async (status) => {
    expect(await hear('?step=status', statusFields(status))).toEqual({ receipts: [], inbound: [] })
  })
  test('names the network’s own code, and the time by the carrier’s clock where it names its zone', async () => {
    const fields = statusFields('failed', { SipResponseCode: '404', Timestamp: 'Mon, 23 Nov 1970 11:59:30 +0000' })
    const received = await hear('?step=status', fields)
    expect(received?.receipts).toMatchObject([{ providerRef: CALL, failure: { carrierCode: 'sip-404' } }])
    expect(received?.receipts[0]?.carrierAt).toBe(Date.UTC(1970, 10, 23, 11, 59, 30))
    const unzoned = await hear('?step=status', statusFields('failed', { Timestamp: 'Mon, 23 Nov 2026 11:59:30' }))
    expect(unzoned?.receipts[0]?.carrierAt).toBeUndefined()
  })
})

describe('the script of a call', () => {
  const script = async (content: unknown) =>
    markup(await hear(`?ref=${attempt.ref}&step=script`, callFields('in-progress'), sentOf(content)))
  test('reads a code digit by digit, in the pauses of its language', async () => {
    expect(await script({ digits: { code: '0129' } })).toBe(
      '<Response><Say language="fa-IR">0، 1، 2، 9</Say></Response>',
    )
    expect(await script({ digits: { code: '01', language: 'en-GB', repeat: 2 } })).toBe(
      '<Response><Say language="en-GB">0, 1</Say><Say language="en-GB">0, 1</Say></Response>',
    )
  })
  test('plays a URL and a stored file', async () => {
    expect(await script({ play: { url: 'https://cdn.digikala.com/a.mp3?x=1&y=2' } })).toBe(
      '<Response><Play>https://cdn.digikala.com/a.mp3?x=1&amp;y=2</Play></Response>',
    )
    expect(await script({ play: { media: 'med_1' } })).toBe(
      '<Response><Play>https://gw.example/files/med_1</Play></Response>',
    )
  })
  test.each<[string, unknown]>([
    ['a text message', { text: 'راز' }],
    ['keys', { digits: '12' }],
    ['a recording', { recording: {} }],
    ['nothing', null],
  ])('of %s is none: the call hangs up', async (_, content) => {
    expect(await script(content)).toBe('<Response><Hangup/></Response>')
  })
})

describe('a script that cannot be had now', () => {
  const away = {
    sent: async (): Promise<Attempt> => {
      throw new Error('D1_ERROR: no such luck')
    },
  }
  test('is asked for again after a moment, three times; then the carrier is told', async () => {
    let step = `?ref=${attempt.ref}&step=script`
    for (let time = 1; time <= 3; time++) {
      const answer = await markup(await hear(step, callFields('in-progress'), away))
      const again = /^<Response><Pause length="2"\/><Redirect method="POST">([^<]+)<\/Redirect><\/Response>$/.exec(
        answer ?? '',
      )
      const url = new URL((again?.[1] ?? '').replaceAll('&amp;', '&'))
      expect([url.searchParams.get('ref'), url.searchParams.get('step')]).toEqual([attempt.ref, 'script'])
      step = url.search
    }
    const back = await hear(step, callFields('in-progress'), sentOf({ say: { text: 'a' } }))
    expect(await markup(back)).toBe('<Response><Say language="fa-IR">a</Say></Response>')
    await expect(hear(step, callFields('in-progress'), away)).rejects.toThrow('D1_ERROR')
  })
  test('by a number of tries that nobody wrote is not asked for without end', async () => {
    for (const tries of ['-1', 'x', '1e9', ''])
      await expect(
        hear(`?ref=${attempt.ref}&step=script&tries=${tries}`, callFields('in-progress'), away),
      ).rejects.toThrow('D1_ERROR')
  })
})

describe('what a person does', () => {
  test.each(['', 'hangup', '<Dial>', '۱۲', '1'.repeat(65)])('no message comes of the keys %o', async (Digits) => {
    const received = await hear(`?ref=${attempt.ref}&step=keys`, callFields('in-progress', { Digits }))
    expect(received?.inbound).toEqual([])
    expect(await markup(received)).toBe('<Response><Hangup/></Response>')
  })
  test('a forged ref beside keys that were signed is left out', async () => {
    const received = await hear('?ref=nonsense&step=keys', callFields('in-progress', { Digits: '1' }))
    expect(received?.inbound[0]).not.toHaveProperty('inReplyTo')
  })
  test('without a greeting a call is not taken', async () => {
    expect(await markup(await hear('', callerFields('ringing')))).toBe('<Response><Reject/></Response>')
  })
  test('a greeting cannot leave its element', async () => {
    const answer = await markup(await hear('', callerFields('ringing'), {}, { greeting: '</Say><Dial>1</Dial>' }))
    expect(answer).toContain('&lt;/Say&gt;&lt;Dial&gt;1')
    expect(answer).not.toContain('<Dial>')
  })
  test.each([
    ['no recording', {}],
    ['a recording that is none', { RecordingUrl: 'https://evil.example/steal' }],
  ])('%s: no message', async (_, fields) => {
    expect((await hear('?step=recorded', callerFields('in-progress', fields)))?.inbound).toEqual([])
  })
})

test('a call and a recording whose SIDs have capitals are known', async () => {
  const hex = '0aBcDeF1'.repeat(4)
  const fields = { ...recordedFields, CallSid: `CA${hex}`, RecordingUrl: `https://x.example/Recordings/RE${hex}` }
  const file = (await hear('?step=recorded', fields))?.inbound[0]?.files?.[0]
  const url = file !== undefined && 'url' in file ? file.url : ''
  expect(url).toContain(`/Recordings/RE${hex}.mp3`)
  const { connection } = connect(() => new Response('audio'))
  expect((await connection.download?.(url))?.status).toBe(200)
  const made = connect(() => Response.json({ sid: `CA${hex}`, status: 'queued' }, { status: 201 }))
  expect(await made.connection.submit([attempt as Attempt<never>])).toMatchObject([{ providerRef: `CA${hex}` }])
})

describe('a recording', () => {
  test('is fetched from the account’s own place, whatever host was named', async () => {
    const fields = { ...recordedFields, RecordingUrl: `https://evil.example/Recordings/${RECORDING}` }
    const file = (await hear('?step=recorded', fields))?.inbound[0]?.files?.[0]
    const url = file !== undefined && 'url' in file ? file.url : ''
    expect(url).toBe(`https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Recordings/${RECORDING}.mp3`)
    const { connection, seen } = connect(() => new Response('audio'))
    await connection.download?.(url)
    expect(seen[0]?.url).toBe(url)
    expect(seen[0]?.headers.get('authorization')).toMatch(/^Basic /)
  })
  test.each([
    'https://evil.example/x.mp3',
    `https://api.twilio.com.evil.example/2010-04-01/Accounts/${ACCOUNT}/Recordings/${RECORDING}.mp3`,
    `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Recordings/../../Balance.json`,
    `https://api.twilio.com/2010-04-01/Accounts/AC${'f'.repeat(32)}/Recordings/${RECORDING}.mp3`,
  ])('of %s is not fetched, and no credentials leave', async (url) => {
    const { connection, seen } = connect()
    await expect(connection.download?.(url)).rejects.toThrow('no recording')
    expect(seen).toEqual([])
  })
})
