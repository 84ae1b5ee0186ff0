import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RECEIVER } from '../../console/src/pages/developers/receiver.ts'
import { startWorld, until, type World } from '../worlds/world.ts'

const FOLDER = `dist/test/receiver-${process.pid}`
const FILE = `${FOLDER}/receiver.mjs`

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

let world: World
let port: number
let child: ChildProcess | undefined
let said = ''

/** Runs the receiver of the page as it stands there, in the place of the one before. */
async function run(secret: string): Promise<void> {
  await stop()
  child = spawn('node', [FILE], { env: { ...process.env, PORT: String(port), WEBHOOK_SECRET: secret } })
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part: Buffer) => {
      said += String(part)
    })
  await until('it listens', async () => (await post('').catch(() => null)) && true)
}

async function stop(): Promise<void> {
  if (!child) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
  child = undefined
}

const post = (body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body, headers })

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(FILE, RECEIVER)
  port = await freePort()
  world = await startWorld({
    outbound: async (request) => {
      const answer = await post(await request.text(), Object.fromEntries(request.headers))
      return new Response(await answer.text(), { status: answer.status === 204 ? 200 : answer.status })
    },
  })
})
afterAll(async () => {
  await stop()
  await world?.dispose()
})

test('the guide has the receiver of the console’s page, letter by letter', () => {
  expect(readFileSync('docs/webhooks.md', 'utf8')).toContain(`\`\`\`js\n${RECEIVER}\n\`\`\`\n`)
})

test('it answers the challenge, takes what is signed, and refuses everything else', async () => {
  await run('')
  const body = { url: 'https://hooks.example.com/chapar' }
  const made = await world.json<{ readonly status: string; readonly secret: string; readonly id: string }>(
    '/v1/webhooks',
    { body, status: 201 },
  )
  expect(made.status).toBe('active')
  // Anybody may send one, a browser's form too: what is said again is no page.
  const echo = await post('{"type":"webhook.challenge","data":{"challenge":"<script>alert(1)</script>"}}')
  expect([echo.status, echo.headers.get('content-type')]).toEqual([200, 'text/plain'])

  await run(made.secret)
  await world.json('/v1/messages', {
    body: { channel: 'sms', to: '+989121234567', content: { text: 'سلام' } },
    status: 202,
  })
  await until('an event is taken', async () => /message\.delivered/.test(said) || null)
  const { data } = await world.json<{ readonly data: readonly { readonly httpStatus: number }[] }>(
    `/v1/webhooks/${made.id}/deliveries`,
  )
  expect(data.map(({ httpStatus }) => httpStatus)).not.toContain(401)

  const event = JSON.stringify({ type: 'message.delivered', data: { challenge: 'x', type: 'webhook.challenge' } })
  const signed = (secret: string, at: number, text = event): Record<string, string> => {
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
    const hash = createHmac('sha256', key).update(`evt_1.${at}.${text}`).digest('base64')
    return { 'webhook-id': 'evt_1', 'webhook-timestamp': String(at), 'webhook-signature': `v1,${hash}` }
  }
  const now = Math.floor(Date.now() / 1000)
  const statusOf = async (headers: Readonly<Record<string, string>>, text = event) => (await post(text, headers)).status
  expect(await statusOf(signed(made.secret, now))).toBe(204)
  expect(
    await statusOf({
      ...signed(made.secret, now),
      'webhook-signature': `v1,x ${signed(made.secret, now)['webhook-signature']}`,
    }),
  ).toBe(204)
  const refused = [
    {},
    signed('whsec_b3RoZXI=', now),
    signed('', now),
    signed(made.secret, now - 400),
    signed(made.secret, now + 400),
    { ...signed(made.secret, now), 'webhook-timestamp': 'now' },
    { ...signed(made.secret, now), 'webhook-signature': `v1,${'é'.repeat(44)}` },
    { ...signed(made.secret, now), 'webhook-signature': 'v1,' },
  ]
  for (const headers of refused) expect(await statusOf(headers), JSON.stringify(headers)).toBe(401)
  expect(await statusOf(signed(made.secret, now), `${event} `)).toBe(401)

  // A longer body than any POST has is refused, signed or not, and no longer kept.
  const longest = 1_000_000
  for (const [length, status] of [
    [longest, 401],
    [longest + 1, 413],
    [40 * longest, 413],
  ] as const)
    expect(await statusOf({}, 'x'.repeat(length))).toBe(status)

  // Without its secret it takes nothing, not even what is signed by none.
  await run('')
  for (const secret of [made.secret, '']) expect(await statusOf(signed(secret, now))).toBe(401)
  // Whoever leaves in the middle of a POST does it no harm.
  const left = new AbortController()
  const broken = fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    duplex: 'half',
    signal: left.signal,
    body: new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(10)) }),
  } as RequestInit).catch(() => null)
  await sleep(100)
  left.abort()
  await broken
  expect(await statusOf({})).toBe(401)
  expect(child?.exitCode).toBeNull()
})
