import { describe, expect, test } from 'vitest'
import type { VoiceContent } from '#worker/channels/voice/content.ts'
import { kavenegar } from '#worker/channels/voice/kavenegar.ts'
import { voiceRules } from '#worker/channels/voice/rules.ts'
import type { Settings } from '#worker/domain/carriers/provider.ts'
import { localIdOf } from '#worker/vendors/kavenegar.ts'
import { attemptOf, CALLBACK, type Carrier, play } from '../../conformance/kit.ts'
import { kavenegarKit } from '../../conformance/voice/kavenegar.ts'
import { refusal } from '../../fixtures/kavenegar/answers.ts'
import { asForm, asJson, asQuery, inboundFields, statusFields } from '../../fixtures/kavenegar/callbacks.ts'
import { callTaken, sentCall } from '../../fixtures/kavenegar/voice.ts'

const takes: Carrier = async (request) => callTaken(await sentCall(request))
function connect(carrier: Carrier = takes, more: Settings = {}) {
  const { ports, seen } = play(carrier)
  return { seen, connection: kavenegar.open({ ...kavenegarKit.settings, ...more }, ports) }
}
const attempt = attemptOf(kavenegarKit)
const content = (body: unknown): VoiceContent => voiceRules.parse(body)

async function sent(body: unknown, settings: Settings = {}) {
  const { connection, seen } = connect(takes, settings)
  const [outcome] = await connection.submit([{ ...attempt, content: content(body) }])
  const request = seen[0]
  if (!request) throw new Error('nothing was sent')
  return { outcome, ...(await sentCall(request)) }
}

describe('a call', () => {
  test('reads the text as often as asked, with the key of its attempt', async () => {
    const { outcome, method, fields } = await sent({ say: { text: 'سلام', repeat: 3 } })
    expect(outcome).toEqual({ outcome: 'accepted', providerRef: '8792343', price: { amount: 950, currency: 'IRR' } })
    expect(method).toBe('call/maketts')
    expect(fields).toEqual({
      receptor: attempt.to,
      message: 'سلام. \nسلام. \nسلام',
      localid: await localIdOf(attempt.ref),
    })
  })
  test('repeats a long text only as often as 900 characters hold', async () => {
    const twice = await sent({ say: { text: 'ا'.repeat(440), repeat: 5 } })
    expect(twice.fields['message']?.length).toBe(883)
    const once = await sent({ say: { text: 'ا'.repeat(900), repeat: 5 } })
    expect(once.fields['message']?.length).toBe(900)
  })
  test('reads a code as text, and by its template where one is set', async () => {
    expect(await sent({ digits: { code: '4021' } })).toMatchObject({
      method: 'call/maketts',
      fields: { message: '4، 0، 2، 1' },
    })
    const { method, fields } = await sent({ digits: { code: '4021' } }, { template: 'otp' })
    expect(method).toBe('verify/lookup')
    expect(fields).toEqual({ receptor: attempt.to, template: 'otp', token: '4021', type: 'call' })
    expect((await sent({ say: { text: 'سلام' } }, { template: 'otp' })).method).toBe('call/maketts')
  })
  test('that plays a file is refused and not placed', async () => {
    const { connection, seen } = connect()
    const play = content({ play: { url: 'https://cdn.digikala.com/a.mp3' } })
    expect(await connection.submit([{ ...attempt, content: play }])).toMatchObject([
      { outcome: 'rejected', failure: { code: 'not-supported' } },
    ])
    expect(seen).toEqual([])
  })
  test.each([
    [411, 'rejected', 'recipient-invalid'],
    [418, 'deferred', 'credit-exhausted'],
    [424, 'deferred', 'connection-misconfigured'],
    [428, 'rejected', 'content-refused'],
    [402, 'unknown', 'provider-invalid-answer'],
  ])('answered with %i is %s', async (code, outcome, failure) => {
    const { connection } = connect(() => refusal(code))
    expect(await connection.submit([attempt])).toMatchObject([{ outcome, failure: { code: failure } }])
  })
  test('answered with one entry that is no list is taken; of another person it is unclear', async () => {
    const alone = connect(async (request) => callTaken(await sentCall(request), 1, false))
    expect(await alone.connection.submit([attempt])).toMatchObject([{ outcome: 'accepted' }])
    const other = connect(async () => callTaken({ method: '', fields: { receptor: '+989120000000' } }))
    expect(await other.connection.submit([attempt])).toMatchObject([{ outcome: 'unknown' }])
    const blocked = connect(async (request) => callTaken(await sentCall(request), 14))
    expect(await blocked.connection.submit([attempt])).toMatchObject([
      { outcome: 'rejected', failure: { code: 'recipient-blocked' } },
    ])
  })
})

describe('a status', () => {
  const hear = (request: Request) => connect().connection.receive?.(request)
  test.each([
    [5, 'submitted', undefined],
    [10, 'delivered', undefined],
    [11, 'undelivered', 'no-answer'],
    [14, 'rejected', 'recipient-blocked'],
  ])('%i is %s', async (status, told, code) => {
    for (const form of [asForm, asQuery, asJson]) {
      const received = await hear(form(CALLBACK, statusFields('77', status)))
      expect(received?.receipts).toMatchObject([{ providerRef: '77', status: told }])
      expect(received?.receipts[0]?.failure?.code).toBe(code)
    }
  })
  test('that says nothing is taken and forgotten; a message of a person is none', async () => {
    expect(await hear(asForm(CALLBACK, statusFields('77', 100)))).toEqual({ receipts: [], inbound: [] })
    await expect(hear(asForm(CALLBACK, inboundFields))).rejects.toThrow('not a status')
  })
})
