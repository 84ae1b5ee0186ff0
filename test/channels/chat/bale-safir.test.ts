import { describe, expect, test } from 'vitest'
import type { Submission } from '#worker/domain/carriers/provider.ts'
import { requestIdOf } from '#worker/vendors/bale-safir.ts'
import { baleSafirKit } from '../../conformance/chat/bale-safir.ts'
import type { Carrier } from '../../conformance/kit.ts'
import { refusal, taken, uploaded } from '../../fixtures/bale/safir.ts'
import { jsonOf, open, STORED, send, UNREADABLE } from './carrier.ts'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** Takes files and messages. */
const both: Carrier = (request) => (request.url.endsWith('/upload_file') ? uploaded() : taken())

describe('what is sent', () => {
  test('a text: bot as a number, phone as digits, a dedupe key, the key in its header', async () => {
    const one = await send(baleSafirKit, { text: 'سفارش شما ارسال شد.' })
    expect(one.submission).toMatchObject({ outcome: 'accepted' })
    expect(one.seen[0]?.url).toBe('https://safir.bale.ai/api/v3/send_message')
    expect(one.seen[0]?.headers.get('api-access-key')).toBe(baleSafirKit.settings['accessKey'])
    expect(await jsonOf(one)).toEqual({
      request_id: expect.stringMatching(UUID),
      bot_id: 110201543,
      phone_number: '989121234567',
      message_data: { message: { text: 'سفارش شما ارسال شد.' } },
    })
  })

  test('a one-time code by its own way', async () => {
    const body = await jsonOf(await send(baleSafirKit, { otp: { code: '012345' } }))
    expect(body['message_data']).toEqual({ otp_message: { otp: '012345' } })
  })

  test('a stored file: handed over first, then sent by its id with the text', async () => {
    const { seen, submission } = await send(
      baleSafirKit,
      { text: 'رسید', media: { id: STORED.id, kind: 'document' } },
      both,
    )
    expect(submission).toMatchObject({ outcome: 'accepted' })
    const file = (await seen[0]?.formData())?.get('file') as File
    expect([file.name, file.type, file.size]).toEqual(['رسید.pdf', 'application/pdf', 3])
    expect(await seen[1]?.json()).toMatchObject({
      message_data: { message: { file_id: '987141dd2672149', text: 'رسید' } },
    })
  })

  test('a file at an address: fetched, handed over, sent', async () => {
    const { seen } = await send(
      baleSafirKit,
      { media: { url: 'https://example.org/a.jpg', kind: 'image' } },
      (request) => (request.url === 'https://example.org/a.jpg' ? new Response('jpeg') : both(request)),
    )
    expect(seen.map(({ url }) => new URL(url).pathname)).toEqual([
      '/a.jpg',
      '/api/v3/upload_file',
      '/api/v3/send_message',
    ])
  })

  test('the key of an attempt is always the same, and never another’s', async () => {
    expect(await requestIdOf('a')).toBe(await requestIdOf('a'))
    expect(await requestIdOf('a')).not.toBe(await requestIdOf('b'))
  })
})

describe('what it answers inside a 200', () => {
  const answered = async (response: Response): Promise<Submission> =>
    (await send(baleSafirKit, { text: 'a' }, () => response)).submission

  test.each([
    [17, 'rejected', 'recipient-invalid'],
    [8, 'rejected', 'recipient-invalid'],
    [4, 'rejected', 'content-refused'],
    [20, 'deferred', 'credit-exhausted'],
    [21, 'deferred', 'connection-misconfigured'],
    [3, 'deferred', 'provider-throttled'],
    [2, 'unknown', 'provider-invalid-answer'],
    [99, 'rejected', 'provider-refused'],
  ])('%i: %s, %s', async (code, outcome, failure) => {
    expect(await answered(refusal(code))).toMatchObject({ outcome, failure: { code: failure } })
  })

  test.each([
    ['neither id nor error', Response.json({ message_id: null, error_data: null })],
    ['an empty id', Response.json({ message_id: '', error_data: [] })],
    ['an id with a 500', Response.json({ message_id: 'a', error_data: null }, { status: 500 })],
  ])('%s proves nothing', async (_, response) => {
    expect(await answered(response)).toMatchObject({ outcome: 'unknown' })
  })

  test('a key that is refused, in whatever words, sends the message over the next connection', async () => {
    for (const status of [401, 403])
      expect(await answered(new Response('Forbidden', { status }))).toMatchObject({
        outcome: 'deferred',
        failure: { code: 'connection-misconfigured', carrierCode: `http-${status}` },
      })
  })
})

describe('what goes nowhere', () => {
  test('another bot’s sender, buttons, templates and files that cannot be had: rejected before a message is sent', async () => {
    const gone = { media: { url: 'https://example.org/gone', kind: 'image' } } as const
    const refused = [
      await send(baleSafirKit, { text: 'a' }, undefined, { from: 'bale:other_bot' }),
      await send(baleSafirKit, { text: 'a', buttons: [[{ label: 'a', reply: 'b' }]] }),
      await send(baleSafirKit, { media: { id: 'med_gone', kind: 'image' } }),
      await send(baleSafirKit, gone, () => new Response(null, { status: 404 })),
    ]
    expect(refused.map(({ submission }) => 'failure' in submission && submission.failure.code)).toEqual([
      'sender-refused',
      'not-supported',
      'media-missing',
      'media-missing',
    ])
    expect(refused.flatMap(({ seen }) => seen).filter(({ url }) => url.includes('safir'))).toEqual([])
  })

  test.each([
    [413, 'rejected', 'content-refused'],
    [415, 'rejected', 'content-refused'],
    [401, 'deferred', 'connection-misconfigured'],
    [402, 'deferred', 'credit-exhausted'],
  ])('a file that is answered with %i: %s, for it will not be taken later', async (status, outcome, code) => {
    const { submission, seen } = await send(baleSafirKit, { media: { id: STORED.id, kind: 'document' } }, () =>
      Response.json({ error: {} }, { status }),
    )
    expect(submission).toMatchObject({ outcome, failure: { code, carrierCode: `http-${status}` } })
    expect(seen).toHaveLength(1)
  })

  test('a file that the network does not take: deferred, for an upload alone sends nothing', async () => {
    const { submission, seen } = await send(baleSafirKit, { media: { id: STORED.id, kind: 'document' } }, () =>
      Response.json({ error: { code: 2 } }, { status: 500 }),
    )
    expect(submission).toMatchObject({ outcome: 'deferred', failure: { code: 'provider-unavailable' } })
    expect(seen).toHaveLength(1)
  })

  test('it hears nothing and is asked nothing', () => {
    const { connection } = open(baleSafirKit, both)
    expect([connection.receive, connection.query, connection.health]).toEqual([undefined, undefined, undefined])
  })
})

test('a stored file that cannot be read just now: nothing was taken, it is tried again', async () => {
  const { submission, seen } = await send(baleSafirKit, { media: { id: UNREADABLE, kind: 'image' } })
  expect(submission).toMatchObject({ outcome: 'deferred', failure: { code: 'provider-unavailable' } })
  expect(seen).toEqual([])
})
