import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { until } from '../../worlds/world.ts'
import { gatewayProcess, type Running } from '../gateway-process.ts'

interface Endpoint {
  readonly id: string
  readonly url: string
}

/** A receiver of the tenant's own: it answers the challenge, and counts what else it is sent. */
async function ownReceiver(screen: object | null) {
  let heard = 0
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    const { type, data } = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    if (type !== 'webhook.challenge') heard++
    res.end(JSON.stringify(type === 'webhook.challenge' ? { challenge: data.challenge } : (screen ?? {})))
  }).listen(0, '127.0.0.1')
  await until('the receiver', async () => server.listening)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`
  return { url, heard: () => heard, close: () => server.close() }
}

const it = await gatewayProcess()
let own: Awaited<ReturnType<typeof ownReceiver>>
/** Endpoints of the tenant's own, in both modes, which no command may touch. */
const foreign: string[] = []

const endpoints = async (mode: 'test' | 'live' = 'test'): Promise<readonly Endpoint[]> =>
  ((await (await it.tenant(mode)).get('/v1/webhooks')) as { data: readonly Endpoint[] }).data
const urls = async (): Promise<string[]> => (await endpoints()).map(({ url }) => url)

/** Waits until a command that runs has registered an endpoint, and gives its URL. */
const registered = (command: Running, left: readonly string[] = []): Promise<string> =>
  until('the endpoint of the command', async () => {
    if (command.child.exitCode !== null) throw new Error(command.said())
    return (await urls()).find((url) => url !== own.url && !left.includes(url))
  })

/** Gives applications of USSD a minute for a screen: a busy machine takes longer than the 4 s that carriers wait. */
async function waitForScreens(): Promise<void> {
  const authorization = `Bearer ${(await it.node('local/admin-token.ts')).said.trim()}`
  const call = (path: string, init: object = {}) =>
    fetch(`${it.baseUrl}/admin/v1/connections${path}`, {
      headers: { authorization, 'content-type': 'application/json' },
      ...init,
    })
  const { data } = (await (await call('?limit=100')).json()) as {
    readonly data: readonly { readonly id: string; readonly channel: string }[]
  }
  const waiting = data.filter(({ channel }) => channel === 'ussd')
  expect(waiting.length).toBeGreaterThan(0)
  const body = JSON.stringify({ settings: { deadlineMs: 60_000 } })
  for (const { id } of waiting) expect((await call(`/${id}`, { method: 'PATCH', body })).status).toBe(200)
}

beforeAll(async () => {
  await it.start()
  await waitForScreens()
  own = await ownReceiver(null)
  for (const mode of ['test', 'live'] as const)
    foreign.push(((await (await it.tenant(mode)).post('/v1/webhooks', { url: own.url })) as Endpoint).id)
})
afterAll(async () => {
  own.close()
  await it.dispose()
})

const demo = (...args: string[]) => it.node('local/demo.ts', '--rows', '60', ...args)

/** Runs a command that a signal ends in the middle of its work: right after the nth answer to this step of it. */
async function endedAt(step: string, args: readonly string[]): Promise<Running> {
  const command = it.spawn(['--import', './test/local/kill-at.ts', ...args], { KILL_AT: step })
  expect(await command.ended()).toContain('killed')
  return command
}
/** What the gateway answers when the demo has an endpoint, and is sending. */
const SENDING = '/v1/messages/batch 1'

test('a demo beside an endpoint of the tenant’s own agrees with its campaign, twice in a row, and leaves that endpoint', async () => {
  for (const _ of ['first', 'second'])
    expect(await demo()).toMatchObject({ status: 0, said: expect.stringContaining('agree with the campaign') })
  expect(await urls()).toEqual([own.url])
  await until('events at the own endpoint', async () => own.heard() > 0)
})

test('what is POSTed at the demo’s port and is not for it is no fault of the run', async () => {
  const command = it.spawn(['local/demo.ts', '--rows', '200'])
  const url = await registered(command)
  const stray = ['/', '/events', `${new URL(url).pathname}x`, new URL(url).pathname.slice(0, -1), '/npm-run-demo/']
  const bodies = ['{}', 'webhook.challenge', '{"type":"message.delivered","data":{}}', '']
  for (const path of stray)
    for (const body of bodies) expect((await fetch(new URL(path, url), { method: 'POST', body })).status).toBe(404)
  await until('the end of the demo', async () => command.child.exitCode !== null)
  expect(command.said()).toContain('agree with the campaign')
  expect(command.child.exitCode).toBe(0)
})

test('POSTs at the demo’s own path whose signature does not hold are told', async () => {
  const command = it.spawn(['local/demo.ts', '--rows', '200'])
  const url = await registered(command)
  await until('a forged POST', async () => (await fetch(url, { method: 'POST', body: '{}' })).status === 401)
  await until('the end of the demo', async () => command.child.exitCode !== null)
  expect(command.said()).toContain('1 POSTs with a bad signature')
  expect(command.child.exitCode).toBe(1)
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('a demo that %s ends leaves no endpoint', async (signal) => {
  const command = await endedAt(`${signal} ${SENDING}`, ['local/demo.ts', '--rows', '20'])
  expect(command.child.exitCode).toBe(130)
  expect(await urls()).toEqual([own.url])
})

test('what killed commands left is removed by the next one, whichever it is, and what others serve is not', async () => {
  const killed = (args: readonly string[]) => endedAt('SIGKILL /v1/webhooks 2', args)
  const killedDemo = ['local/demo.ts', '--rows', '20']
  await killed(killedDemo)
  expect(await urls()).toHaveLength(2)
  expect(await demo()).toMatchObject({ status: 0 })
  expect(await urls()).toEqual([own.url])

  await killed(['local/ussd.ts'])
  await killed(killedDemo)
  const left = await urls()
  expect(left).toHaveLength(2)
  const beside = it.spawn(['local/ussd.ts'])
  const served = await registered(beside, left)
  expect(await urls()).toEqual([own.url, served])
  expect(await demo()).toMatchObject({ status: 0 })
  expect(await urls()).toEqual([own.url, served])
  await beside.end('SIGTERM')
  expect(await urls()).toEqual([own.url])
})

test('the telephone shows its menu each time and takes its endpoint away', async () => {
  for (const input of ['1', '2*سلام', '1'])
    expect(await it.node('local/ussd.ts', '--input', input)).toMatchObject({
      status: 0,
      said: expect.stringMatching(input === '1' ? /موجودی شما/ : /پیام شما ثبت شد/),
    })
  expect(await urls()).toEqual([own.url])
})

test('every channel is played after a telephone that was killed, beside an endpoint of the tenant’s own', async () => {
  const telephone = it.spawn(['local/ussd.ts'])
  await until('the first screen', async () => telephone.said().includes('چاپار'))
  await telephone.end('SIGKILL')
  const { status, said } = await demo('--all')
  expect(said).toContain(`on ${CHANNELS.length} channels`)
  expect(said).toContain('every report, reply and event came, and nothing else')
  expect(status).toBe(0)
  expect(await urls()).toEqual([own.url])
})

test('an application of the tenant’s own is what the telephone shows, and what every channel’s demo leaves alone', async () => {
  const application = await ownReceiver({ text: 'my own menu', ends: true })
  const tenant = await it.tenant()
  const { id } = (await tenant.post('/v1/webhooks', { url: application.url, events: ['session.turn'] })) as Endpoint
  expect(await it.node('local/ussd.ts', '--input', '')).toMatchObject({
    status: 0,
    said: expect.stringContaining('my own menu'),
  })
  // What becomes of the messages is compared above: this run is ended once it has left the application alone.
  const command = it.spawn(['local/demo.ts', '--all'])
  await until('all is sent', async () => command.said().includes('messages are accepted'))
  expect(command.said()).toContain('No session is held')
  expect(await command.end('SIGTERM')).toBe(130)
  expect(await urls()).toEqual([own.url, application.url])
  await tenant.delete(`/v1/webhooks/${id}`)
  application.close()
})

test('no command has touched an endpoint that it did not make', async () => {
  const left = [...(await endpoints('test')), ...(await endpoints('live'))].map(({ id }) => id)
  expect(left.sort()).toEqual([...foreign].sort())
})
