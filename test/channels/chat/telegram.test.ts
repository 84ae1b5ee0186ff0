import { describe, expect, test } from 'vitest'
import { CallbackRefused, type Submission } from '#worker/domain/carriers/provider.ts'
import { baleKit } from '../../conformance/chat/bale.ts'
import { SECRET_HEADER, telegramKit } from '../../conformance/chat/telegram.ts'
import { edgeOf } from '../../conformance/edge.ts'
import { HOSTILE_BODIES } from '../../conformance/hostile.ts'
import { CALLBACK } from '../../conformance/kit.ts'
import { refusal, sent, TOKEN } from '../../fixtures/telegram/answers.ts'
import {
  DATE,
  documentUpdate,
  locationUpdate,
  message,
  photoUpdate,
  post,
  pressUpdate,
  textUpdate,
  update,
} from '../../fixtures/telegram/updates.ts'
import { jsonOf, open, STORED, send, UNREADABLE } from './carrier.ts'

const API = `https://api.telegram.org/bot${TOKEN}`

describe('what is sent', () => {
  test('a text, as it is: no mark-up is read in it', async () => {
    const one = await send(telegramKit, { text: 'سلام *سارا*' })
    expect(one.submission).toEqual({ outcome: 'accepted', providerRef: '123456789/4711' })
    expect(one.seen[0]?.url).toBe(`${API}/sendMessage`)
    expect(await jsonOf(one)).toEqual({ chat_id: '123456789', text: 'سلام *سارا*' })
  })

  test('to a public channel by its name', async () => {
    const one = await send(telegramKit, { text: 'خبر' }, undefined, { to: 'telegram:@chapar_news' })
    expect(await jsonOf(one)).toMatchObject({ chat_id: '@chapar_news' })
  })

  test('buttons in their rows', async () => {
    const buttons = [
      [
        { label: 'بله', reply: 'yes' },
        { label: 'نه', reply: 'no' },
      ],
      [{ label: 'سایت', url: 'https://example.org/x' }],
    ]
    expect(await jsonOf(await send(telegramKit, { text: 'ادامه؟', buttons }))).toEqual({
      chat_id: '123456789',
      text: 'ادامه؟',
      reply_markup: {
        inline_keyboard: [
          [
            { text: 'بله', callback_data: 'yes' },
            { text: 'نه', callback_data: 'no' },
          ],
          [{ text: 'سایت', url: 'https://example.org/x' }],
        ],
      },
    })
  })

  test.each([
    ['image', 'sendPhoto', 'photo'],
    ['audio', 'sendAudio', 'audio'],
    ['video', 'sendVideo', 'video'],
    ['document', 'sendDocument', 'document'],
  ] as const)('a file at an address: %s by %s', async (kind, method, field) => {
    const url = 'https://example.org/file'
    const one = await send(telegramKit, { text: 'زیرنویس', media: { url, kind } })
    expect(one.seen[0]?.url).toBe(`${API}/${method}`)
    expect(await jsonOf(one)).toEqual({ chat_id: '123456789', caption: 'زیرنویس', [field]: url })
  })

  test('a stored file goes with the call itself, under its name', async () => {
    const buttons = [[{ label: 'بله', reply: 'yes' }]]
    const { seen } = await send(telegramKit, { text: 'رسید', media: { id: STORED.id, kind: 'document' }, buttons })
    const form = await seen[0]?.formData()
    const file = form?.get('document') as File
    expect(form?.get('chat_id')).toBe('123456789')
    expect(form?.get('caption')).toBe('رسید')
    expect(JSON.parse(String(form?.get('reply_markup')))).toEqual({
      inline_keyboard: [[{ text: 'بله', callback_data: 'yes' }]],
    })
    expect([file.name, file.type, file.size]).toEqual(['رسید.pdf', 'application/pdf', 3])
  })
})

describe('what is refused before any call', () => {
  test('a stored file that is gone, a template, a code, another bot’s sender', async () => {
    const refused = [
      await send(telegramKit, { media: { id: 'med_gone', kind: 'image' } }),
      await send(telegramKit, { template: { name: 'a', language: 'fa' } }),
      await send(telegramKit, { otp: { code: '1234' } }),
      await send(telegramKit, { text: 'a' }, undefined, { from: 'telegram:other_bot' }),
    ]
    const codes = refused.map(({ submission }) => [
      submission.outcome,
      'failure' in submission && submission.failure.code,
    ])
    expect(codes).toEqual([
      ['rejected', 'media-missing'],
      ['rejected', 'not-supported'],
      ['rejected', 'not-supported'],
      ['rejected', 'sender-refused'],
    ])
    expect(refused.flatMap(({ seen }) => seen)).toEqual([])
  })
})

describe('what its refusals mean', () => {
  const answered = async (response: Response, kit = telegramKit): Promise<Submission> =>
    (await send(kit, { text: 'a' }, () => response)).submission

  test.each([
    [403, 'Forbidden: bot was blocked by the user', 'rejected', 'recipient-blocked'],
    [403, 'Forbidden: bot was kicked from the group chat', 'rejected', 'recipient-blocked'],
    [403, 'Forbidden: user is deactivated', 'rejected', 'recipient-invalid'],
    [403, "Forbidden: bot can't initiate conversation with a user", 'rejected', 'recipient-unreachable'],
    [403, 'Forbidden: words of another year', 'rejected', 'recipient-blocked'],
    [400, 'Bad Request: chat not found', 'rejected', 'recipient-invalid'],
    [400, 'Bad Request: group chat was upgraded to a supergroup chat', 'rejected', 'recipient-invalid'],
    [400, 'Bad Request: not enough rights to send text messages to the chat', 'rejected', 'sender-refused'],
    [400, 'Bad Request: message is too long', 'rejected', 'content-refused'],
    [400, 'Bad Request: failed to get HTTP URL content', 'rejected', 'content-refused'],
    [400, 'Bad Request: words of another year', 'rejected', 'provider-refused'],
    [401, 'Unauthorized', 'deferred', 'connection-misconfigured'],
    [404, 'Not Found', 'deferred', 'connection-misconfigured'],
    [500, 'Internal Server Error', 'unknown', 'provider-invalid-answer'],
  ])('%i %s: %s, %s', async (code, description, outcome, failure) => {
    expect(await answered(refusal(code, description))).toMatchObject({ outcome, failure: { code: failure } })
  })

  test('a group that grew: its new id stands in the refusal', async () => {
    const words = 'Bad Request: group chat was upgraded to a supergroup chat'
    const moved = await answered(refusal(400, words, { migrate_to_chat_id: -1_001_234_567_890 }))
    expect(moved).toMatchObject({ outcome: 'rejected', failure: { code: 'recipient-invalid', carrierCode: '400' } })
    expect('failure' in moved && moved.failure.detail).toContain('-1001234567890')
  })

  test('429 waits for as long as it says', async () => {
    expect(await answered(refusal(429, 'Too Many Requests: retry after 33', { retry_after: 33 }))).toMatchObject({
      outcome: 'deferred',
      failure: { code: 'provider-throttled', carrierCode: '429' },
      retryAfter: 33,
    })
  })

  test('a refusal whose other fields are null is read all the same', async () => {
    const nulls = { ok: false, error_code: 403, description: null, parameters: null, result: null }
    expect(await answered(Response.json(nulls, { status: 403 }), baleKit)).toMatchObject({ outcome: 'rejected' })
  })

  test('413 in the words of a proxy: too large for the network, and no reason to stop calling it', async () => {
    const proxy = new Response('<html>413 Request Entity Too Large</html>', { status: 413 })
    expect(await answered(proxy)).toMatchObject({ outcome: 'rejected', failure: { code: 'content-refused' } })
  })

  test('429 that asks for days waits for an hour at a time', async () => {
    expect(await answered(refusal(429, 'Too Many Requests', { retry_after: 1_000_000 }))).toMatchObject({
      outcome: 'deferred',
      retryAfter: 3_600,
    })
  })

  test.each([
    ['no such group or user', 'recipient-invalid'],
    ['permission_denied', 'sender-refused'],
  ])('Bale’s «%s»: %s', async (description, code) => {
    expect(await answered(refusal(400, description), baleKit)).toMatchObject({ outcome: 'rejected', failure: { code } })
  })

  test('Bale’s limits, in its own words under whatever code: deferred', async () => {
    for (const description of ['bot limit exceed', 'local_rate_limited'])
      expect(await answered(refusal(400, description), baleKit)).toMatchObject({
        outcome: 'deferred',
        failure: { code: 'provider-throttled' },
      })
  })

  test('the carrier’s ref is chat and message, for ids of messages are unique in a chat only', async () => {
    expect(await answered(sent(-100_123, 9))).toEqual({ outcome: 'accepted', providerRef: '-100123/9' })
  })
})

describe('what people do', () => {
  const { connection } = open(telegramKit, () => sent())
  const hear = async (body: unknown, headers: Readonly<Record<string, string>> = SECRET_HEADER) => {
    if (!connection.receive) throw new Error('it does not receive')
    return connection.receive(post(CALLBACK, body, headers))
  }
  const person = { from: 'telegram:123456789', to: 'telegram:chapar_shop_bot' }

  test('write: to the bot’s own sender, under the update’s number', async () => {
    expect((await hear(textUpdate)).inbound).toEqual([
      {
        ...person,
        providerRef: 'update-900000001',
        content: { text: 'سلام، سفارشم کجاست؟' },
        carrierAt: DATE * 1_000,
      },
    ])
  })

  test('send pictures, files and places: files are named without the token', async () => {
    const [photo] = (await hear(photoUpdate)).inbound
    expect(photo).toMatchObject({
      content: { text: 'این رسید شد' },
      files: [{ type: 'image/jpeg', name: null, url: 'https://api.telegram.org/getFile?file_id=AgACAgQ-large' }],
    })
    const [document] = (await hear(documentUpdate)).inbound
    expect(document).toMatchObject({ content: {}, files: [{ type: 'application/pdf', name: 'رسید.pdf' }] })
    expect((await hear(locationUpdate)).inbound[0]).toMatchObject({
      content: { location: { latitude: 35.6892, longitude: 51.389 } },
    })
    expect(JSON.stringify([photo, document])).not.toContain(TOKEN)
  })

  test('press a button: its label and reply, and the waiting sign is taken away by the answer', async () => {
    const { inbound, reply } = await hear(pressUpdate)
    expect(inbound).toMatchObject([
      { ...person, content: { text: 'بله', reply: 'confirm:42' }, inReplyTo: { providerRef: '123456789/18' } },
    ])
    expect(await reply?.json()).toEqual({
      method: 'answerCallbackQuery',
      callback_query_id: '4382bfdwdsb323b2d9',
    })
  })

  test('answer a message: it is named as it was when it was sent', async () => {
    const answer = update(900_000_011, message({ text: 'ممنون', reply_to_message: { message_id: 4_711, chat: {} } }))
    expect((await hear(answer)).inbound).toMatchObject([{ inReplyTo: { providerRef: '123456789/4711' } }])
  })

  test('without the secret token, or with another, nobody is heard', async () => {
    for (const headers of [{}, { 'x-telegram-bot-api-secret-token': 'webhook-secret-of-the-testS' }])
      await expect(hear(textUpdate, headers)).rejects.toMatchObject({ status: 403 })
  })

  test.each(Object.entries(HOSTILE_BODIES))(
    'a genuine secret with %s: unreadable, never a crash',
    async (_, hostile) => {
      const request = new Request(CALLBACK, {
        method: 'POST',
        headers: { 'content-type': hostile.type, ...SECRET_HEADER },
        body: hostile.body,
      })
      const error: unknown = await connection.receive?.(request).catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(CallbackRefused)
      expect(error).toMatchObject({ status: 400 })
    },
  )

  const raw = (json: string) =>
    connection.receive?.(new Request(CALLBACK, { method: 'POST', headers: SECRET_HEADER, body: json }))

  test('fields that are null are as if they were not there', async () => {
    const nulls = { reply_to_message: null, caption: null, photo: null, document: null, location: null, entities: null }
    const heard = await hear({ ...update(900_000_012, message({ text: 'سلام', ...nulls })), callback_query: null })
    expect(heard.inbound).toMatchObject([{ content: { text: 'سلام' } }])
    expect(heard.inbound[0]).not.toHaveProperty('files')
  })

  test('in chats whose ids a double cannot hold: they stay as they were', async () => {
    const json = JSON.stringify(update(7, message({ text: 'سلام', reply_to_message: { message_id: 'R' } })))
      .replace('"id":123456789,"first_name":"سارا","type"', '"id":-9007199254740993,"type"')
      .replace('"R"', '9007199254740995')
      .replace('"update_id":7', '"update_id":9007199254740997')
    expect((await raw(json))?.inbound).toMatchObject([
      {
        from: 'telegram:-9007199254740993',
        providerRef: 'update-9007199254740997',
        inReplyTo: { providerRef: '-9007199254740993/9007199254740995' },
      },
    ])
  })

  test('of what is too long only the rest is lost: the network would repeat a refused update for a day', async () => {
    const long = message({
      text: '\u0001'.repeat(30_000),
      document: { file_id: 'BQACAgQ', file_name: 'ن'.repeat(600), mime_type: 'a'.repeat(300) },
    })
    const edge = await edgeOf(telegramKit.provider, telegramKit.settings, { channel: 'chat' })
    expect((await edge.call(post(edge.url(), update(900_000_013, long), SECRET_HEADER))).status).toBe(200)
    expect(edge.jobs).toMatchObject([{ messages: [{ content: { text: expect.stringMatching(/^.{15000}$/u) } }] }])
  })

  test('at Bale press buttons too, and no call is made of the answer', async () => {
    const bale = open(baleKit, () => sent()).connection
    const received = await bale.receive?.(post(CALLBACK, pressUpdate))
    expect(received?.inbound).toMatchObject([{ from: 'bale:123456789', content: { reply: 'confirm:42' } }])
    expect(received?.reply).toBeUndefined()
  })
})

describe('a received file', () => {
  const where = (path: string) => Response.json({ ok: true, result: { file_id: 'BQACAgQ', file_path: path } })
  const NAMED = 'https://api.telegram.org/getFile?file_id=BQACAgQ'

  test('is fetched in two steps, from the API’s own host', async () => {
    const { connection, seen } = open(telegramKit, (request) =>
      request.url.includes('/file/') ? new Response('bytes') : where('documents/file_3.pdf'),
    )
    const response = await connection.download?.(NAMED)
    expect(await response?.text()).toBe('bytes')
    expect(seen.map(({ url }) => url)).toEqual([
      `${API}/getFile`,
      `https://api.telegram.org/file/bot${TOKEN}/documents/file_3.pdf`,
    ])
    expect(await seen[0]?.json()).toEqual({ file_id: 'BQACAgQ' })
  })

  test.each(['../../getMe', '/etc/passwd', 'https://evil.example/x', 'a//b', 'a/../b', '.hidden', 'a?b', ''])(
    'at the path «%s» is not asked for',
    async (path) => {
      const { connection, seen } = open(telegramKit, () => where(path))
      await expect(connection.download?.(NAMED)).rejects.toThrow('did not say where the file is')
      expect(seen).toHaveLength(1)
    },
  )

  test('that bots are never given is gone, and one that is not there now is not', async () => {
    const answers = async (description: string) =>
      open(telegramKit, () => refusal(400, `Bad Request: ${description}`)).connection.download?.(NAMED)
    expect((await answers('file is too big'))?.status).toBe(410)
    await expect(answers('wrong file_id or the file is temporarily unavailable')).rejects.toThrow('did not say where')
  })

  test('of another host is not asked for at all', async () => {
    const { connection, seen } = open(telegramKit, () => where('a'))
    for (const url of ['https://evil.example/getFile?file_id=a', 'https://api.telegram.org/getMe', 'nonsense'])
      await expect(connection.download?.(url)).rejects.toThrow('not one of this bot’s')
    expect(seen).toEqual([])
  })
})

test('a stored file that cannot be read just now: nothing was taken, it is tried again', async () => {
  const { submission, seen } = await send(telegramKit, { media: { id: UNREADABLE, kind: 'image' } })
  expect(submission).toMatchObject({ outcome: 'deferred', failure: { code: 'provider-unavailable' } })
  expect(seen).toEqual([])
})
