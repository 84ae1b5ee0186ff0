import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Surface, startSurface } from '../worlds/surface.ts'
import { until } from '../worlds/world.ts'

let it: Surface
const logged: string[] = []
beforeAll(async () => {
  it = await startSurface({ onLog: (line) => logged.push(line) })
})
afterAll(() => it.dispose())

const errors = (): string[] =>
  logged.filter((line) => /exception|request\.failed|person\.failed|media\.unavailable/i.test(line))

/** Sends the beginning of a request and hangs up, without a goodbye: the connection is reset. */
const hangUp = (head: string, body: string | Buffer): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(it.chapar.url).port), '127.0.0.1')
    socket.on('error', () => resolve())
    socket.on('close', () => resolve())
    socket.write(head)
    socket.write(body, () => socket.resetAndDestroy())
  })

const fieldsOf = (path: string, fields: Readonly<Record<string, string | number>>): string =>
  `POST ${path} HTTP/1.1\r\nHost: chapar.test\r\nCF-Connecting-IP: 127.0.0.1\r\n${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`

const JSON_TYPE = 'application/json'

describe('a client that hangs up', () => {
  test('in mid-body is no error of ours, wherever a body is read', async () => {
    const auth = { Authorization: `Bearer ${it.token}` }
    const form = 'application/x-www-form-urlencoded'
    const cut = [
      ['/v1/messages', { ...auth, 'Content-Type': JSON_TYPE }],
      ['/v1/messages/batch', { ...auth, 'Content-Type': JSON_TYPE, 'Idempotency-Key': '"cut"' }],
      ['/v1/webhooks', { ...auth, 'Content-Type': JSON_TYPE }],
      ['/v1/media?name=a.wav', { ...auth, 'Content-Type': 'audio/wav' }],
      ['/oauth/token', { 'Content-Type': form }],
      ['/admin/v1/tenants', { Authorization: `Bearer ${it.operatorToken}`, 'Content-Type': JSON_TYPE }],
      ['/p/report/x', { 'Content-Type': JSON_TYPE }],
      ['/p/unsubscribe/x', { 'Content-Type': form }],
      ['/callbacks/sms/sandbox/con_x/secret', { 'Content-Type': JSON_TYPE }],
    ] as const
    for (const [path, fields] of cut)
      for (const body of ['', '{"channel":"sms",', 'x'.repeat(70_000)]) {
        await hangUp(fieldsOf(path, { ...fields, 'Content-Length': 200_000 }), body)
        // Chunked: no length says how much is to come.
        const chunk = body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`
        await hangUp(fieldsOf(path, { ...fields, 'Transfer-Encoding': 'chunked' }), chunk)
      }
    // The gateway goes on.
    expect((await it.call('/healthz')).status).toBe(200)
    expect(errors()).toEqual([])
  })

  test('before the answer has sent its message, or has not; its retry under the same key is the same one', async () => {
    const keys = Array.from({ length: 20 }, () => randomUUID())
    const bodyOf = (n: number) =>
      JSON.stringify({ channel: 'sms', to: `+98912333${1_000 + n}`, content: { text: 'hang up' } })
    const fields = (body: string, key: string) => ({
      Authorization: `Bearer ${it.token}`,
      'Content-Type': JSON_TYPE,
      'Idempotency-Key': `"${key}"`,
      'Content-Length': Buffer.byteLength(body),
    })
    await Promise.all(keys.map((key, n) => hangUp(fieldsOf('/v1/messages', fields(bodyOf(n), key)), bodyOf(n))))
    const ids: string[] = []
    for (const [n, key] of keys.entries()) {
      const again = () =>
        it.call('/v1/messages', {
          body: bodyOf(n),
          token: it.token,
          headers: { 'idempotency-key': `"${key}"` },
        })
      const seen = await until('the retry is answered', async () => {
        const answer = await again()
        // Its first call may be at work still.
        return answer.status === 409 ? false : answer
      })
      expect(seen.status).toBe(202)
      ids.push(String(seen.json.id))
    }
    for (const [n, id] of ids.entries()) {
      await until('the message is delivered', async () => (await it.good(`/v1/messages/${id}`)).status === 'delivered')
      const { data } = (await it.good(`/v1/messages?to=%2B98912333${1_000 + n}`)) as unknown as { data: unknown[] }
      expect(data).toHaveLength(1)
    }
    expect(errors()).toEqual([])
  })
})
