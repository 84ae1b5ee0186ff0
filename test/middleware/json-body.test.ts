import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AuthGateway, startAuthGateway } from '../worlds/auth-gateway.ts'

let gateway: AuthGateway
beforeAll(async () => {
  gateway = await startAuthGateway()
})
afterAll(() => gateway.chapar.dispose())

const post = (body: BodyInit, type: string | null = 'application/json', path = '/open/body') =>
  gateway.chapar.fetch(path, { method: 'POST', body, headers: type === null ? {} : { 'content-type': type } })

const bytes = (...values: number[]) => new Uint8Array(values)

test('hands the route what was sent', async () => {
  const body = { text: 'سلام 😀', list: [1, null, { a: true }] }
  expect(await (await post(JSON.stringify(body))).json()).toEqual({ body })
})

test.each(['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"', 'application/json '])(
  'takes content type %j',
  async (type) => {
    expect((await post('{}', type)).status).toBe(200)
  },
)

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/json; charset=latin1',
  'application/jsonx',
  '',
])('refuses content type %j', async (type) => {
  const response = await post('{}', type)
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([415, 'unsupported-media-type'])
})

const malformed: Record<string, BodyInit> = {
  nothing: '',
  'half a document': '{"text":',
  'no JSON': 'hello',
  'invalid UTF-8': bytes(0x22, 0xff, 0x22),
  'a raw surrogate': bytes(0x22, 0xed, 0xa0, 0x80, 0x22),
  'a raw NUL': bytes(0x22, 0x00, 0x22),
  'a nest of a hundred': '['.repeat(100) + ']'.repeat(100),
  'a nest without an end': '['.repeat(900_000),
}
test.each(Object.keys(malformed))('%s is a 400 problem', async (name) => {
  const response = await post(malformed[name] ?? '')
  expect(response.status).toBe(400)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({ code: 'malformed-json', detail: expect.any(String) })
})

describe('a body over the limit is a 413', () => {
  const fits = JSON.stringify('x'.repeat(1_000_000 - 2))

  test('when its length is announced', async () => {
    expect((await post(fits)).status).toBe(200)
    expect((await post(`${fits} `)).status).toBe(413)
  })

  test('when it comes in chunks of no announced length', async () => {
    const stream = (size: number) =>
      new ReadableStream({
        start(controller) {
          for (let sent = 0; sent < size; sent += 50_000)
            controller.enqueue(new TextEncoder().encode(' '.repeat(50_000)))
          controller.close()
        },
      })
    const send = (size: number) =>
      gateway.chapar.fetch('/open/body', {
        method: 'POST',
        body: stream(size),
        headers: { 'content-type': 'application/json' },
        duplex: 'half',
      } as RequestInit)
    // The last chunk goes over: an answer in the middle of an upload is lost to clients that are still writing.
    expect((await send(1_000_000 + 50_000)).status).toBe(413)
    expect((await send(500_000)).status).toBe(400)
  })

  test('when it goes on behind the length that it announced: the rest is never read as body', async () => {
    const { hostname, port } = new URL(gateway.chapar.url)
    const head =
      'POST /open/body HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n'
    const answer = await new Promise<string>((resolve) => {
      let text = ''
      const socket = connect(Number(port), hostname, () => socket.write(`${head}{}${'x'.repeat(10_000)}`))
      socket.on('data', (data) => {
        text += data
      })
      socket.on('close', () => resolve(text))
      socket.on('error', () => resolve(text))
    })
    expect(answer).toContain('200 OK')
    expect(answer).toContain('{"body":{}}')
  })
})

test('NUL characters and lone surrogates are a 422 that names the field', async () => {
  const response = await post('{"content":{"text":"a\\u0000b"},"list":["ok","\\ud800"]}')
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({
    code: 'invalid-fields',
    errors: [
      { pointer: '/content/text', detail: 'holds a NUL character' },
      { pointer: '/list/1', detail: 'holds half a surrogate pair' },
    ],
  })
})

test('in a batch they spoil their own item only, however many there are', async () => {
  const messages = Array.from({ length: 300 }, (_, i) => (i % 2 ? '{"text":"ok"}' : '{"text":"\\u0000"}'))
  const response = await post(`{"messages":[${messages}]}`, 'application/json', '/open/items')
  const faults = (await response.json()) as Record<string, unknown>
  expect(Object.keys(faults).length).toBe(150)
  expect(faults['2']).toEqual([{ pointer: '/text', detail: 'holds a NUL character' }])
  const shared = await post('{"content":{"text":"\\u0000"},"messages":[]}', 'application/json', '/open/items')
  expect(shared.status).toBe(422)
})

describe('a checked body', () => {
  const check = (body: string) => post(body, 'application/json', '/open/checked')

  test('that fits comes through', async () => {
    expect(await (await check('{"text":"x"}')).json()).toEqual({ text: 'x' })
  })

  test.each([
    '[]',
    'null',
    '"x"',
    '1',
    '{}',
    '{"text":1}',
    '{"text":"x","more":1,"also":2}',
    '{"text":"x","__proto__":{}}',
  ])('%s is a 422 that names what is wrong', async (body) => {
    const response = await check(body)
    expect(response.status).toBe(422)
    const { errors } = (await response.json()) as { errors: { pointer: string }[] }
    expect(errors.length).toBeGreaterThan(0)
    expect(errors.every(({ pointer }) => pointer === '' || pointer.startsWith('/'))).toBe(true)
  })

  test('with a __proto__ among free names harms nobody', async () => {
    const response = await check('{"text":"x","labels":{"__proto__":"y","a":"b"}}')
    expect(response.status).toBeLessThan(500)
    expect(await (await check('{"text":"x"}')).json()).toEqual({ text: 'x' })
  })
})
