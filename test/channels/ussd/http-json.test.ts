import { describe, expect, test } from 'vitest'
import { httpJson } from '#worker/channels/ussd/http-json.ts'
import type { Settings } from '#worker/domain/carriers/provider.ts'
import { attemptOf, CALLBACK, type Carrier, NOW, play } from '../../conformance/kit.ts'
import { resets } from '../../conformance/promise.ts'
import { httpJsonKit as kit } from '../../conformance/ussd/http-json.ts'
import { reportBody, SECRET, signed, turnBody } from '../../fixtures/ussd-dialect/calls.ts'

const receive = (request: Request, settings: Settings = kit.settings) =>
  httpJson.open(settings, play(resets).ports).receive?.(request)
const bare = (body: unknown): Request => new Request(CALLBACK, { method: 'POST', body: JSON.stringify(body) })

async function push(carrier: Carrier, settings: Settings = kit.settings) {
  const { ports, seen } = play(carrier)
  const [outcome] = await httpJson.open(settings, ports).submit([{ ...attemptOf(kit), validUntil: NOW + 60_000 }])
  return { outcome, seen }
}
const says =
  (body: unknown, status = 200): Carrier =>
  () =>
    Response.json(body, { status })

describe('a call that should be signed', () => {
  test('is heard when it is, by a carrier whose clock is some minutes off', async () => {
    for (const at of [NOW, NOW - 299_000, NOW + 299_000])
      expect((await receive(signed(CALLBACK, turnBody, at)))?.turn).toMatchObject({ sessionRef: 'c0ffee-1' })
  })

  test.each([
    ['is not', bare(turnBody)],
    ['is by another secret', signed(CALLBACK, turnBody, NOW, 'another-secret-of-somebody')],
    ['is of another time', signed(CALLBACK, turnBody, NOW - 301_000)],
    ['is of the future', signed(CALLBACK, turnBody, NOW + 302_000)],
  ])('is refused when it %s', async (_, request) => {
    await expect(receive(request)).rejects.toMatchObject({ status: 403 })
  })

  test('is refused when its body was changed', async () => {
    const { headers } = signed(CALLBACK, turnBody, NOW)
    const body = JSON.stringify({ ...turnBody, msisdn: '09129999999' })
    await expect(receive(new Request(CALLBACK, { method: 'POST', headers, body }))).rejects.toMatchObject({
      status: 403,
    })
  })

  test('needs no signature where the connection has no secret', async () => {
    expect((await receive(bare(turnBody), {}))?.turn).toMatchObject({ input: '2', number: 3 })
  })
})

describe('a turn', () => {
  test('may leave out all but session, event, person and code', async () => {
    const least = { session: 's', event: 'start', msisdn: '09121234567', code: '*384*1#', operator: 'x' }
    expect((await receive(bare(least), {}))?.turn).toEqual({
      sessionRef: 's',
      event: 'start',
      from: '09121234567',
      to: '*384*1#',
      input: null,
      at: NOW,
    })
  })

  test.each([
    [{ ...turnBody, session: '' }],
    [{ ...turnBody, event: 'menu' }],
    [{ ...turnBody, turn: 0 }],
    [{ ...turnBody, input: 'x'.repeat(10_240) }],
    [{ ...turnBody, inputs: Array(101).fill('1') }],
    [{ reports: [{ ref: 'r', status: 'fine' }] }],
  ])('that is none is refused', async (body) => {
    await expect(receive(bare(body), {})).rejects.toMatchObject({ status: 400 })
  })
})

describe('a report', () => {
  test('that the text was not shown keeps the carrier’s code, known or not', async () => {
    const failureOf = async (code: string) =>
      (await receive(bare(reportBody('r', 'undelivered', { code })), {}))?.receipts[0]?.failure
    expect(await failureOf('recipient-busy')).toMatchObject({ code: 'recipient-busy', carrierCode: 'recipient-busy' })
    expect(await failureOf('E-17')).toMatchObject({ code: 'not-delivered', carrierCode: 'E-17' })
    expect(await failureOf('toString')).toMatchObject({ code: 'not-delivered' })
  })
})

describe('a push', () => {
  test.each([
    [21, 20, 'rejected'],
    [20, 20, 'accepted'],
    [161, 160, 'rejected'],
    [160, 160, 'accepted'],
    [182, 182, 'accepted'],
  ])('of %i characters to a screen of %i is %s: nothing is cut in silence', async (length, screenLength, outcome) => {
    const { ports, seen } = play(says({ id: 'p1' }, 201))
    const content = { text: 'x'.repeat(length) }
    const connection = httpJson.open({ ...kit.settings, screenLength }, ports)
    const [submission] = await connection.submit([{ ...attemptOf(kit), content }])
    expect(submission).toMatchObject(
      outcome === 'accepted' ? { outcome } : { outcome, failure: { code: 'content-refused' } },
    )
    expect(seen).toHaveLength(outcome === 'accepted' ? 1 : 0)
  })

  test('tells all that the carrier needs, signed and with the token', async () => {
    const { outcome, seen } = await push(says({ id: 'p-1' }))
    expect(outcome).toEqual({ outcome: 'accepted', providerRef: 'p-1' })
    const [request] = seen
    if (!request) throw new Error('nothing was sent')
    const text = await request.clone().text()
    expect(JSON.parse(text)).toEqual({
      ref: attemptOf(kit).ref,
      to: kit.to,
      from: kit.from,
      text: 'موجودی شما ۱۲۰٬۰۰۰ ریال است.',
      validUntil: NOW + 60_000,
    })
    expect(request.url).toBe('https://ussd.operator.example/push')
    expect(request.headers.get('authorization')).toBe('Bearer not-a-real-token-at-all')
    const expected = signed(CALLBACK, JSON.parse(text), NOW, SECRET).headers
    for (const name of ['chapar-timestamp', 'chapar-signature'])
      expect(request.headers.get(name)).toBe(expected.get(name))
  })

  test.each([
    ['recipient-blocked', 422, 'rejected', 'recipient-blocked'],
    ['recipient-busy', 422, 'rejected', 'recipient-busy'],
    ['unauthorized', 401, 'deferred', 'connection-misconfigured'],
    ['no-credit', 402, 'deferred', 'credit-exhausted'],
    ['busy', 200, 'deferred', 'provider-throttled'],
    ['a-new-word', 400, 'unknown', 'provider-invalid-answer'],
    ['constructor', 400, 'unknown', 'provider-invalid-answer'],
  ])('answered with %s and %i is %s', async (error, status, outcome, code) => {
    expect((await push(says({ error }, status))).outcome).toMatchObject({ outcome, failure: { code } })
  })

  test('without a URL is for another connection, and nobody is called', async () => {
    const { outcome, seen } = await push(resets, {})
    expect(outcome).toMatchObject({ outcome: 'deferred', failure: { code: 'connection-misconfigured' } })
    expect(seen).toEqual([])
  })
})

test('a secret of fewer than 16 characters is no secret', () => {
  expect(() => httpJson.open({ secret: 'short' }, play(resets).ports)).toThrow(/secret does not have/)
})
