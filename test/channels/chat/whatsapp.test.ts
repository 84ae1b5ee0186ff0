import { describe, expect, test } from 'vitest'
import type { ChatContent } from '#worker/channels/chat/content.ts'
import type { Submission } from '#worker/domain/carriers/provider.ts'
import { whatsappKit } from '../../conformance/chat/whatsapp.ts'
import { attemptOf } from '../../conformance/kit.ts'
import { PHONE_ID, refusal, WAMID } from '../../fixtures/whatsapp/answers.ts'
import { jsonOf, open, STORED, send } from './carrier.ts'

const API = 'https://graph.facebook.com/v23.0'
const partOf = async (content: ChatContent): Promise<Record<string, unknown>> => {
  const { messaging_product, recipient_type, to, biz_opaque_callback_data, ...part } = await jsonOf(
    await send(whatsappKit, content),
  )
  expect([messaging_product, recipient_type, to]).toEqual(['whatsapp', 'individual', '989121234567'])
  expect(biz_opaque_callback_data).toBe(attemptOf(whatsappKit).ref)
  return part
}
const image = { url: 'https://example.org/a.jpg', kind: 'image' } as const

describe('what is sent', () => {
  test('a text, to the number’s own address with the token in its header', async () => {
    const one = await send(whatsappKit, { text: 'سلام' })
    expect(one.submission).toEqual({ outcome: 'accepted', providerRef: WAMID })
    expect(one.seen[0]?.url).toBe(`${API}/${PHONE_ID}/messages`)
    expect(one.seen[0]?.headers.get('authorization')).toBe(`Bearer ${whatsappKit.settings['accessToken']}`)
    expect(await partOf({ text: 'سلام' })).toEqual({ type: 'text', text: { body: 'سلام' } })
  })

  test('files by address, stored ones by a public address of ours', async () => {
    expect(await partOf({ text: 'رسید', media: image })).toEqual({
      type: 'image',
      image: { link: 'https://example.org/a.jpg', caption: 'رسید' },
    })
    expect(await partOf({ media: { id: STORED.id, kind: 'document', name: 'رسید.pdf' } })).toEqual({
      type: 'document',
      document: { link: `https://gw.example/f/${STORED.id}`, filename: 'رسید.pdf' },
    })
  })

  test('buttons that reply, with a picture above', async () => {
    const buttons = [[{ label: 'بله', reply: 'yes' }], [{ label: 'نه', reply: 'no' }]]
    expect(await partOf({ text: 'ادامه؟', media: image, buttons })).toEqual({
      type: 'interactive',
      interactive: {
        type: 'button',
        header: { type: 'image', image: { link: 'https://example.org/a.jpg' } },
        body: { text: 'ادامه؟' },
        action: {
          buttons: [
            { type: 'reply', reply: { id: 'yes', title: 'بله' } },
            { type: 'reply', reply: { id: 'no', title: 'نه' } },
          ],
        },
      },
    })
  })

  test('one button that opens a page', async () => {
    expect(await partOf({ text: 'ببینید', buttons: [[{ label: 'سایت', url: 'https://example.org' }]] })).toEqual({
      type: 'interactive',
      interactive: {
        type: 'cta_url',
        body: { text: 'ببینید' },
        action: { name: 'cta_url', parameters: { display_text: 'سایت', url: 'https://example.org' } },
      },
    })
  })

  test('a template with header, named parameters and buttons', async () => {
    const template = {
      name: 'order_sent',
      language: 'fa',
      header: image,
      parameters: { first_name: 'سارا' },
      buttons: [
        { index: 0, url: '42' },
        { index: 1, reply: 'TRACK' },
      ],
    }
    expect(await partOf({ template })).toEqual({
      type: 'template',
      template: {
        name: 'order_sent',
        language: { code: 'fa' },
        components: [
          { type: 'header', parameters: [{ type: 'image', image: { link: 'https://example.org/a.jpg' } }] },
          { type: 'body', parameters: [{ type: 'text', parameter_name: 'first_name', text: 'سارا' }] },
          { type: 'button', index: '0', sub_type: 'url', parameters: [{ type: 'text', text: '42' }] },
          { type: 'button', index: '1', sub_type: 'quick_reply', parameters: [{ type: 'payload', payload: 'TRACK' }] },
        ],
      },
    })
  })

  test('a template with parameters in order, and one without any', async () => {
    expect(await partOf({ template: { name: 'a', language: 'fa', parameters: ['۱', '۲'] } })).toMatchObject({
      template: {
        components: [
          {
            type: 'body',
            parameters: [
              { type: 'text', text: '۱' },
              { type: 'text', text: '۲' },
            ],
          },
        ],
      },
    })
    expect(await partOf({ template: { name: 'a', language: 'fa' } })).toEqual({
      type: 'template',
      template: { name: 'a', language: { code: 'fa' } },
    })
  })

  test('to people without a visible number by their business-scoped id', async () => {
    const one = await send(whatsappKit, { text: 'سلام' }, undefined, { to: 'whatsapp:IR.13491208655302741918' })
    const body = await jsonOf(one)
    expect([body['recipient'], body['to']]).toEqual(['IR.13491208655302741918', undefined])
  })
})

describe('what is refused before any call', () => {
  const label = (text: string) => ({ label: text, reply: 'a' })
  test.each<[string, ChatContent, string]>([
    ['a code', { otp: { code: '1234' } }, 'not-supported'],
    ['a text below a sound', { text: 'a', media: { url: 'https://a.example/b', kind: 'audio' } }, 'not-supported'],
    ['four buttons', { text: 'a', buttons: [['1', '2', '3', '4'].map(label)] }, 'not-supported'],
    [
      'buttons of both kinds',
      { text: 'a', buttons: [[label('1'), { label: '2', url: 'https://a.example' }]] },
      'not-supported',
    ],
    ['a label of 21 characters', { text: 'a', buttons: [[label('آ'.repeat(21))]] }, 'not-supported'],
    ['1,025 characters above buttons', { text: 'a'.repeat(1_025), buttons: [[label('1')]] }, 'content-refused'],
  ])('%s', async (_, content, code) => {
    const { submission, seen } = await send(whatsappKit, content)
    expect(submission).toMatchObject({ outcome: 'rejected', failure: { code } })
    expect(seen).toEqual([])
  })

  test('another number’s sender', async () => {
    const { submission, seen } = await send(whatsappKit, { text: 'a' }, undefined, { from: 'whatsapp:+982191009999' })
    expect(submission).toMatchObject({ outcome: 'rejected', failure: { code: 'sender-refused' } })
    expect(seen).toEqual([])
  })
})

describe('what its refusals mean', () => {
  const answered = async (response: Response): Promise<Submission> =>
    (await send(whatsappKit, { text: 'a' }, () => response)).submission

  test.each([
    [400, 131047, 'rejected', 'session-closed'],
    [400, 131026, 'rejected', 'recipient-unreachable'],
    [400, 131021, 'rejected', 'recipient-invalid'],
    [400, 100, 'rejected', 'content-refused'],
    [404, 132001, 'rejected', 'content-refused'],
    [400, 130429, 'deferred', 'provider-throttled'],
    [400, 131056, 'deferred', 'provider-throttled'],
    [401, 190, 'deferred', 'connection-misconfigured'],
    [403, 200, 'deferred', 'connection-misconfigured'],
    [403, 4_242, 'deferred', 'connection-misconfigured'],
    [400, 131030, 'deferred', 'connection-misconfigured'],
    [400, 131042, 'deferred', 'credit-exhausted'],
    [400, 999_999, 'rejected', 'provider-refused'],
    [400, 131000, 'unknown', 'provider-invalid-answer'],
    [500, 131047, 'unknown', 'provider-invalid-answer'],
    [503, 2, 'unknown', 'provider-invalid-answer'],
  ])('%i with %i: %s, %s', async (status, code, outcome, failure) => {
    expect(await answered(refusal(status, code))).toMatchObject({ outcome, failure: { code: failure } })
  })

  test('the carrier’s code comes along verbatim', async () => {
    expect(await answered(refusal(400, 131047))).toMatchObject({ failure: { carrierCode: '131047' } })
  })

  test('an answer of two messages to one proves nothing', async () => {
    expect(await answered(Response.json({ messages: [{ id: 'a' }, { id: 'b' }] }))).toMatchObject({
      outcome: 'unknown',
    })
  })
})

describe('a received file', () => {
  const NAMED = `${API}/2754859441498128`
  const at = (url: string) => Response.json({ messaging_product: 'whatsapp', url, mime_type: 'image/jpeg', id: '1' })

  test('is fetched in two steps, with the token', async () => {
    const address = 'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&hash=a'
    const { connection, seen } = open(whatsappKit, (request) =>
      request.url === NAMED ? at(address) : new Response('bytes'),
    )
    expect(await (await connection.download?.(NAMED))?.text()).toBe('bytes')
    expect(seen.map(({ url }) => url)).toEqual([NAMED, address])
    const tokens = seen.map(({ headers }) => headers.get('authorization'))
    expect(tokens).toEqual(Array(2).fill(`Bearer ${whatsappKit.settings['accessToken']}`))
    // The host of files answers nobody who does not say what he is, and a Worker's fetch says nothing by itself.
    for (const { headers } of seen) expect(headers.get('user-agent')).toMatch(/^Chapar/)
  })

  test.each([
    'https://evil.example/a',
    'https://lookaside.fbsbx.com.evil.example/a',
    'http://lookaside.fbsbx.com/a',
    'https://lookaside.fbsbx.com:8443/a',
    'https://evil.example/lookaside.fbsbx.com',
  ])('at %s is not asked for: no other host sees the token', async (address) => {
    const { connection, seen } = open(whatsappKit, () => at(address))
    await expect(connection.download?.(NAMED)).rejects.toThrow('host')
    expect(seen).toHaveLength(1)
  })

  test('of another host is not asked for at all', async () => {
    const { connection, seen } = open(whatsappKit, () => at('https://lookaside.fbsbx.com/a'))
    await expect(connection.download?.('https://evil.example/2754859441498128')).rejects.toThrow(
      'not one of this account',
    )
    expect(seen).toEqual([])
  })
})
