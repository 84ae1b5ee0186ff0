import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { channels } from '#worker/channels/index.ts'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { EVENT_TYPES, eventTypeOf } from '#worker/domain/messages/events.ts'
import { MESSAGE_STATUSES } from '#worker/domain/messages/status.ts'
import { SCOPES } from '#worker/domain/people/scopes.ts'
import { messageEvent, receivedDetail } from '#worker/flows/events/events.ts'
import { callsOf } from '#worker/routes/docs/calls.ts'
import { openApiDocument } from '#worker/routes/openapi/document.ts'
import { eventData } from '#worker/routes/openapi/event-schemas.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { operations } from '#worker/routes/resources.ts'

const BASE = 'https://chapar.test'
const document = openApiDocument(operations, BASE, channels)
const calls = callsOf(document)

/** Every value below `value` with its path. */
function* walk(value: unknown, path = '#'): Generator<readonly [string, unknown]> {
  yield [path, value]
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) yield* walk(inner, `${path}/${name}`)
}

function lookUp(ref: string): unknown {
  return ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document)
}

const made = (operation: Partial<Operation>): ReturnType<typeof openApiDocument> =>
  openApiDocument(
    [
      {
        method: 'POST',
        path: '/v1/things/:id',
        summary: 'Thing',
        tag: 'Things',
        scope: 'messages:send',
        responses: { 200: { description: 'It' } },
        ...operation,
      },
    ],
    BASE,
    channels,
  )

describe('the document is sound', () => {
  test('every ref leads somewhere', () => {
    const refs = [...walk(document)].filter(([path]) => path.endsWith('/$ref')).map(([, ref]) => String(ref))
    expect(refs.length).toBeGreaterThan(100)
    expect(refs.filter((ref) => !ref.startsWith('#/components/') || lookUp(ref) === undefined)).toEqual([])
  })

  test('every call of the gateway is in it, once, under an id of its own', () => {
    expect(calls).toHaveLength(operations.length)
    const ids = [...calls, ...Object.values(document.webhooks).map(({ post }) => ({ operation: post }))].map(
      ({ operation }) => operation.operationId,
    )
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => !/^[a-z][A-Za-z]+$/.test(id))).toEqual([])
  })

  test('every parameter of a path is declared', () => {
    const undeclared = calls.filter(({ path, operation }) => {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const declared = (operation.parameters ?? []).flatMap((each) =>
        'in' in each && each.in === 'path' && each.required ? [each.name] : [],
      )
      return path.includes(':') || JSON.stringify(names) !== JSON.stringify(declared)
    })
    expect(undeclared.map(({ path }) => path)).toEqual([])
  })

  test('every call can succeed, and tells the Request-Id in every answer', () => {
    for (const { operation } of calls) {
      expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true)
      for (const answer of Object.values(operation.responses)) {
        const found = '$ref' in answer ? lookUp(answer.$ref) : answer
        expect(found).toHaveProperty(['headers', 'Request-Id'])
        expect(found).toHaveProperty('description')
      }
    }
  })

  test('tags and security schemes are declared', () => {
    const tags = document.tags.map(({ name }) => name)
    const schemes = Object.keys(document.components.securitySchemes)
    for (const { operation } of calls) {
      expect(tags).toEqual(expect.arrayContaining([...operation.tags]))
      for (const requirement of operation.security ?? [])
        expect(schemes).toEqual(expect.arrayContaining(Object.keys(requirement)))
    }
    const used = new Set(calls.flatMap(({ operation }) => operation.security?.flatMap(({ oauth2 = [] }) => oauth2)))
    for (const scope of used) expect(SCOPES).toContain(scope)
  })

  test('only what is open by design asks for no credential', () => {
    const open = calls.filter(({ operation }) => operation.security?.length === 0).map(({ path }) => path)
    expect(open.filter((path) => /^\/(v1|admin)\//.test(path)).sort()).toEqual([
      '/v1/auth/code/resend',
      '/v1/auth/lost-access',
      '/v1/auth/lost-access/check',
      '/v1/auth/sign-in/check',
      '/v1/auth/sign-in/code',
      '/v1/auth/sign-in/passkey',
      '/v1/auth/sign-in/passkey/options',
      '/v1/auth/sign-up',
      '/v1/auth/sign-up/check',
    ])
    expect(open).toContain('/healthz')
  })
})

describe('what it says of a call', () => {
  test('a message is one of an alternative a channel, with the content of that channel', () => {
    const { MessageInput, ...schemas } = document.components.schemas
    const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
    expect(MessageInput?.discriminator).toEqual({
      propertyName: 'channel',
      mapping: Object.fromEntries(
        CHANNELS.map((channel) => [channel, `#/components/schemas/${capital(channel)}MessageInput`]),
      ),
    })
    for (const channel of CHANNELS) {
      const { properties, additionalProperties, required } = schemas[`${capital(channel)}MessageInput`] ?? {}
      expect(properties?.['channel']?.const).toBe(channel)
      expect(properties?.['content']).toEqual({ $ref: `#/components/schemas/${capital(channel)}Content` })
      expect([additionalProperties, required]).toEqual([false, ['channel', 'to', 'content']])
      expect(schemas[`${capital(channel)}Content`]?.additionalProperties).toBe(false)
    }
  })

  test('a call that makes something takes an Idempotency-Key and may answer 409', () => {
    const [call] = callsOf(made({ idempotent: true }))
    expect(call?.operation.parameters).toContainEqual({ $ref: '#/components/parameters/IdempotencyKey' })
    expect(call?.operation.responses).toHaveProperty('409')
    expect(callsOf(made({}))[0]?.operation.responses).not.toHaveProperty('409')
  })

  test('calls that send tell the limits and may answer 429', () => {
    const answer = document.paths['/v1/messages/batch']?.['post']?.responses
    expect(answer?.['202']).toHaveProperty(['headers', 'RateLimit-Policy'])
    expect(answer?.['429']).toEqual({ $ref: '#/components/responses/Error429' })
    expect(document.components.responses['Error429']).toHaveProperty(['headers', 'Retry-After'])
  })

  test('an error that a call declares is a problem document with its own description', () => {
    const declared = made({ responses: { 200: { description: 'It' }, 404: { description: 'No thing.' } } })
    const answer = callsOf(declared)[0]?.operation.responses['404']
    expect(answer).toMatchObject({ description: 'No thing.' })
    expect(answer).toHaveProperty(['content', 'application/problem+json', 'schema', '$ref'])
  })

  test('what is sent is described as the caller writes it, what is answered as the gateway does', () => {
    const shape = z.strictObject({ limit: z.number().default(5) })
    const { paths } = made({ body: shape, responses: { 200: { description: 'It', schema: shape } } })
    const call = paths['/v1/things/{id}']?.['post']
    expect(call?.requestBody?.content['application/json']?.schema).toMatchObject({ additionalProperties: false })
    expect(call?.requestBody?.content['application/json']?.schema).not.toHaveProperty('required')
    expect(call?.responses['200']).toHaveProperty(['content', 'application/json', 'schema', 'required'], ['limit'])
  })

  test('one name never stands for two schemas', () => {
    const body = z.object({ one: z.string() }).meta({ id: 'Same' })
    const schema = z.object({ two: z.string() }).meta({ id: 'Other' })
    const twice = z.object({ three: z.object({ one: z.int() }).meta({ id: 'Third' }) })
    const { components } = made({
      body,
      responses: { 200: { description: 'It', schema }, 201: { description: 'Too', schema: twice } },
    })
    expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(['Same', 'Other', 'Third']))
    const variant = z.object({ limit: z.number().default(5) }).meta({ id: 'Both' })
    const both = made({ body: variant, responses: { 200: { description: 'It', schema: variant } } })
    expect(both.components.schemas['Both']).not.toHaveProperty('required')
    expect(both.components.schemas['BothVariant']).toHaveProperty('required', ['limit'])
  })
})

describe('webhooks', () => {
  test('every event is described, and batches, and the challenge', () => {
    expect(Object.keys(document.webhooks)).toEqual([...EVENT_TYPES, 'batch', 'webhook.challenge'])
  })

  test('events as the gateway makes them are what the schema says', () => {
    const subject = {
      id: 'msg_01kb2m6q7v4c9h2n0000111f7w2k9qx0000',
      channel: 'sms',
      to: '+989121234567',
      from: '10004346',
      units: 2,
      purpose: 'otp',
      clientRef: 'a',
      batchId: 'bat_01kb2m6q7v4c9h2n0000111f7w2k9qx',
      metadata: { a: 'b' },
    } as const
    const failure = { code: 'lost', carrierCode: '7', detail: 'gone' } as const
    for (const status of MESSAGE_STATUSES.filter((each) => eventTypeOf(each) !== null)) {
      const more = status === 'received' ? receivedDetail({ text: 'hi' }, subject.id) : {}
      const direction = status === 'received' ? 'inbound' : 'outbound'
      const event = messageEvent({ ...subject, direction }, { status, at: 1_795_163_405_000, failure }, more)
      if (!event) throw new Error(status)
      const shape = eventData(event.type)
      expect(shape instanceof z.ZodObject && shape.strict().safeParse(event.data).error).toBeUndefined()
    }
  })
})
