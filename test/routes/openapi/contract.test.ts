import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { channels } from '#worker/channels/index.ts'
import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { openApiDocument } from '#worker/routes/openapi/document.ts'
import { operations } from '#worker/routes/resources.ts'
import { contractOf } from '../../worlds/contract/contract.ts'
import { below } from '../../worlds/contract/document.ts'
import { validatorsOf } from '../../worlds/contract/validators.ts'

/** The document as others read it: its JSON, and nothing of the code that made it. */
const document = JSON.parse(JSON.stringify(openApiDocument(operations, 'https://chapar.test', channels))) as ReturnType<
  typeof openApiDocument
>
const { schemas } = document.components
const validators = validatorsOf(document)
const pointerOf = (name: string): string => below('', 'components', 'schemas', name)

describe('the document itself', () => {
  test('is OpenAPI 3.1 by its official schema', async () => {
    const { valid, errors } = await new Validator().validate({ ...document })
    expect([valid, errors]).toEqual([true, undefined])
  })

  test('holds only schemas that a strict reader of JSON Schema 2020-12 understands', () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false })
    ajvFormats.default(ajv)
    ajv.addKeyword('discriminator')
    const $defs = JSON.parse(JSON.stringify(schemas).replaceAll('#/components/schemas/', '#/$defs/')) as object
    ajv.addSchema({ $id: 'all', $defs })
    for (const name of Object.keys(schemas)) expect(() => ajv.compile({ $ref: `all#/$defs/${name}` })).not.toThrow()
  })
})

interface Example {
  readonly where: string
  readonly schema: string
  readonly value: unknown
  readonly isSent: boolean
}

/** Every example below a part of the document, with the pointer of the schema that it is an example of. */
function examplesIn(part: unknown, pointer: string): readonly Example[] {
  if (typeof part !== 'object' || part === null) return []
  const { schema, example, examples, type, $ref } = part as Record<string, unknown>
  const own: Example[] = []
  const isSent = !pointer.startsWith('/webhooks')
  if (schema !== undefined && example !== undefined)
    own.push({ where: pointer, schema: below(pointer, 'schema'), value: example, isSent })
  if (schema !== undefined && examples !== undefined)
    for (const [name, { value }] of Object.entries(examples as Record<string, { value: unknown }>))
      own.push({ where: below(pointer, name), schema: below(pointer, 'schema'), value, isSent })
  if (Array.isArray(examples) && (type !== undefined || $ref !== undefined))
    for (const value of examples) own.push({ where: pointer, schema: pointer, value, isSent: true })
  const inner = Object.entries(part).filter(([name]) => name !== 'example' && name !== 'examples')
  return [...own, ...inner.flatMap(([name, value]) => examplesIn(value, below(pointer, name)))]
}

describe('every example is what its schema says', () => {
  const examples = examplesIn(document, '')

  test.each(examples.map((example) => [example.where, example] as const))('%s', (_, { schema, value, isSent }) => {
    expect(isSent ? validators.sent(schema, value) : validators.said(schema, value)).toEqual([])
  })

  test('of all kinds: bodies, events, headers, parameters, fields', () => {
    const has = (text: string): boolean => examples.some(({ where }) => where.includes(text))
    for (const kind of ['requestBody', '/webhooks/', '/headers/', '/parameters/', '/properties/'])
      expect(has(kind), kind).toBe(true)
  })
})

/** The smallest content of each channel, and its recipient. */
const SMALLEST: Readonly<Record<ChannelName, { readonly to: string; readonly content: object }>> = {
  sms: { to: '+989121234567', content: { text: 'hello' } },
  voice: { to: '+989121234567', content: { say: { text: 'hello' } } },
  push: { to: 'dev_1', content: { title: 'hello' } },
  email: { to: 'ali@example.com', content: { subject: 'hello', text: 'hello' } },
  ussd: { to: '+989121234567', content: { text: 'hello' } },
  chat: { to: 'sandbox:42', content: { text: 'hello' } },
}
/** Bodies that hold a content, by the name of their schema. */
const BODIES: Readonly<Record<string, (channel: string, of: { to: string; content: object }) => object>> = {
  MessageInput: (channel, { to, content }) => ({ channel, to, content }),
  PreviewInput: (channel, { content }) => ({ channel, content }),
  'BatchInput, shared': (channel, { to, content }) => ({ channel, content, messages: [{ to }] }),
  'BatchInput, each its own': (channel, { to, content }) => ({ channel, messages: [{ to, content }] }),
}

describe.each(Object.entries(BODIES))('%s', (title, bodyOf) => {
  const [name = ''] = title.split(',')

  test.each(CHANNELS)('of %s fits exactly one alternative', (channel) => {
    const body = bodyOf(channel, SMALLEST[channel])
    expect(validators.sent(pointerOf(name), body)).toEqual([])
    const refs = schemas[name]?.oneOf?.map(({ $ref = '' }) => $ref.slice('#/components/schemas/'.length)) ?? []
    expect(refs.filter((ref) => validators.sent(pointerOf(ref), body).length === 0)).toHaveLength(1)
  })

  test('with the content of another channel fits none', () => {
    const fits = CHANNELS.flatMap((channel) =>
      CHANNELS.filter((other) => validators.sent(pointerOf(name), bodyOf(channel, SMALLEST[other])).length === 0).map(
        (other) => [channel, other],
      ),
    )
    const texts = ['sms', 'ussd', 'chat']
    const right = CHANNELS.flatMap((channel) =>
      CHANNELS.filter((other) => other === channel || (texts.includes(channel) && texts.includes(other))).map(
        (other) => [channel, other],
      ),
    )
    expect(fits).toEqual(right)
  })
})

const MEDIA = { id: 'med_1', type: 'image/png', name: null, bytes: 7 }
/** What comes in, by channel: all of it is told by `message.received`. */
const RECEIVED: readonly (readonly [channel: ChannelName, kind: string, content: object])[] = [
  ['sms', 'a text', { text: 'سلام' }],
  ['sms', 'an empty text', { text: '' }],
  ['sms', 'a text that is longer than ours may be', { text: 'x'.repeat(5_000) }],
  ['voice', 'pressed digits', { digits: '12#' }],
  ['voice', 'a recording that is kept', { recording: { seconds: 3, media: 'med_1', type: 'audio/mpeg', bytes: 9 } }],
  ['voice', 'a recording of unknown length', { recording: {} }],
  ['voice', 'a recording that could not be fetched', { recording: { seconds: 3, missing: true } }],
  ['push', 'a reply', { text: '' }],
  ['email', 'a mail without a subject', { subject: '', text: '' }],
  ['email', 'an absence note', { subject: 'Away', text: 'Back on Monday', automatic: true }],
  [
    'email',
    'a mail with files',
    {
      subject: 'Order',
      text: 'See the picture.',
      html: '<img src="cid:a">',
      fromName: 'Ali',
      replyTo: 'other@example.com',
      attachments: [
        { media: 'med_1', type: 'image/png', bytes: 9, name: 'a.png', contentId: 'a' },
        { media: 'med_2', type: 'message/rfc822', bytes: 9 },
      ],
      omitted: 2,
    },
  ],
  ['ussd', 'a text', { text: 'سلام' }],
  ['chat', 'a text', { text: 'سلام' }],
  ['chat', 'a button', { text: 'Yes', reply: 'yes' }],
  ['chat', 'a place', { location: { latitude: 35.7, longitude: 51.4 } }],
  ['chat', 'files', { files: [MEDIA, { ...MEDIA, name: 'a.png' }] }],
  ['chat', 'a file that could not be fetched', { text: 'look', missing: 1 }],
]

describe('message.received', () => {
  const data = (channel: ChannelName, content: object) => ({
    id: 'msg_1',
    direction: 'inbound',
    channel,
    status: 'received',
    at: '2026-11-20T08:30:05.000Z',
    to: 'us',
    from: 'them',
    units: 1,
    purpose: 'transactional',
    content,
  })

  test.each(RECEIVED)('of %s holds %s', (channel, _, content) => {
    const event = { type: 'message.received', timestamp: '2026-11-20T08:30:05.000Z', data: data(channel, content) }
    const headers = new Headers({
      'content-type': 'application/json',
      'webhook-id': 'evt_1',
      'webhook-timestamp': '1',
      'webhook-signature': 'v1,x',
    })
    const contract = contractOf(JSON.stringify(document))
    expect(contract.event({ headers, body: JSON.stringify(event) })).toEqual([])
    const batch = { type: 'batch', timestamp: event.timestamp, data: { events: [{ id: 'evt_1', ...event }] } }
    expect(contract.event({ headers, body: JSON.stringify(batch) })).toEqual([])
  })

  test('holds what was sent to nobody: each channel’s own, and nothing that no schema names', () => {
    const wrong: readonly (readonly [ChannelName, object])[] = [
      ['sms', { text: 'a', reply: 'b' }],
      ['sms', { digits: '1' }],
      ['voice', { text: 'a' }],
      ['voice', { digits: { code: '123' } }],
      ['voice', { say: { text: 'a' } }],
      ['push', { title: 'a' }],
      ['email', { text: 'a' }],
      ['email', { subject: '', text: '', attachments: [{ name: 'a', type: 'a/b', data: '' }] }],
      ['chat', { buttons: [] }],
      ['chat', { text: 'a', place: {} }],
    ]
    const passed = wrong.filter(
      ([channel, content]) => validators.said(pointerOf('ReceivedEventData'), data(channel, content)).length === 0,
    )
    expect(passed).toEqual([])
  })
})

describe('a batch as lines', () => {
  const head = { channel: 'sms', content: { text: 'hello' } }
  const faultsOf = (lines: readonly unknown[], rejected: readonly number[] = [], type = 'application/x-ndjson') =>
    contractOf(JSON.stringify(document)).call({
      method: 'POST',
      url: new URL('https://chapar.test/v1/messages/batch'),
      sent: {
        headers: new Headers({ 'content-type': type }),
        body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
      },
      status: 202,
      headers: new Headers(),
      json: JSON.stringify({ rejected: rejected.map((index) => ({ index })) }),
    })
  /** Faults of the lines alone: the answer is a stub. */
  const linesAtFault = (...given: Parameters<typeof faultsOf>): string[] =>
    faultsOf(...given).flatMap((fault) => /^line \d+/.exec(fault) ?? [])

  test('is held against the schema line by line, whatever its type is called', () => {
    const good = [head, { to: '+989121234567' }, { to: '+989121234567', content: { text: 'x' }, clientRef: 'r' }]
    const bad = [head, { to: '+989121234567' }, { to: '+989121234567', text: 'x' }, { content: {} }]
    for (const type of ['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonlines']) {
      expect(linesAtFault(good, [], type)).toEqual([])
      expect(new Set(linesAtFault(bad, [], type))).toEqual(new Set(['line 3', 'line 4']))
    }
  })

  test('save those that were rejected, which keep their places', () => {
    const lines = [head, { text: 'x' }, { to: '+989121234567' }, { to: 7 }]
    expect(linesAtFault(lines, [0, 2])).toEqual([])
    expect(new Set(linesAtFault(lines, [0]))).toEqual(new Set(['line 4']))
  })

  test('begins with what is shared and is no batch of its own', () => {
    for (const first of [{ ...head, messages: [] }, [], 'x'])
      expect(linesAtFault([first, { to: '+1' }])).toEqual(['line 1'])
  })
})
