import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, globSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { CREDENTIAL_SCOPES } from '#worker/domain/people/scopes.ts'
import { generateSecrets } from '../../local/secrets.ts'
import type { Demo } from '../../local/state.ts'
import { PATIENCE } from '../patience.ts'
import { freePort, gatewayProcess, type Running } from './gateway-process.ts'

const it = await gatewayProcess()
const { home, port, start, stop, node, readJson } = it

const answers = (): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    () => true,
    () => false,
  )

let said = ''
beforeAll(async () => {
  said = await start()
})
afterAll(() => it.dispose())

/** Files and folders of the local state that somebody else could read or enter. */
const open = (folder: string): string[] =>
  ['', ...(readdirSync(folder, { recursive: true }) as string[])]
    .map((name) => `${folder}/${name}`)
    .filter((path) => {
      const { mode } = statSync(path, { throwIfNoEntry: false }) ?? { mode: 0 }
      return (mode & 0o077) !== 0
    })

test('a first start makes secrets that only their owner reads, and a demo tenant', () => {
  expect(statSync(`${home}/secrets.json`).mode & 0o777).toBe(0o600)
  expect(statSync(`${home}/state`).mode & 0o777).toBe(0o700)
  const demo = readJson('demo.json')
  expect(demo['baseUrl']).toBe(`http://127.0.0.1:${port}`)
  for (const name of ['tenantId', 'clientId', 'clientSecret', 'adminToken']) expect(demo[name]).toBeTruthy()
})

test('the printed curl line sends an SMS', () => {
  const line = said.split('\n').find((each) => each.startsWith('curl')) ?? 'false'
  const { stdout } = spawnSync('bash', ['-c', line], { encoding: 'utf8' })
  expect(JSON.parse(stdout)).toMatchObject({ status: 'accepted', to: '+989121234567' })
})

test('the console’s address is printed first, and with it the page that signs in; both are there', async () => {
  const origin = `http://localhost:${port}`
  expect(said.match(/http:\/\/[^\s]+/g)?.slice(0, 2)).toEqual([origin, `${origin}/cdn-cgi/local/sign-in`])
  for (const page of ['/', '/sign-in', '/cdn-cgi/local/sign-in']) {
    const answer = await fetch(origin + page)
    expect([page, answer.status, answer.headers.get('content-type')]).toEqual([page, 200, 'text/html; charset=utf-8'])
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  }
  const sent = await fetch(`http://127.0.0.1:${port}/`, { redirect: 'manual', headers: { accept: 'text/html' } })
  expect([sent.status, sent.headers.get('location')]).toEqual([302, `${origin}/`])
})

test('a second start is refused while the first runs, and so is a reset', async () => {
  expect(await node('local/start.ts')).toMatchObject({
    status: 1,
    said: expect.stringContaining('Chapar is running at'),
  })
  expect(await node('local/reset.ts')).toMatchObject({ status: 1, said: expect.stringContaining('stop it before') })
})

test('the operators’ command prints a token that the admin API takes', async () => {
  const token = (await node('local/admin-token.ts')).said.trim()
  const headers = { authorization: `Bearer ${token}` }
  const { tenantId } = readJson('demo.json')
  const response = await fetch(`http://127.0.0.1:${port}/admin/v1/tenants/${tenantId}`, { headers })
  expect(response.status).toBe(200)
})

/** Cookie pair that an answer sets. */
const cookieOf = (answer: Response): string => answer.headers.get('set-cookie')?.split(';')[0] ?? ''

test.each([
  ['owner', { name: 'Demo Owner', tenants: [expect.objectContaining({ role: 'owner', status: 'active' })] }],
  ['operator', { name: 'Demo Operator', operatorRole: 'owner', level: 'L2' }],
])('the link that `npm run sign-in -- %s` prints signs in, and its tab may call', async (as, who) => {
  const { status, said: printed } = await node('local/people/sign-in.ts', as)
  expect(status, printed).toBe(0)
  expect(printed).toMatch(new RegExp(`^http://localhost:${port}/v1/auth/sign-in/link\\?token=[\\w-]{43}\n$`))
  const entered = await fetch(printed.trim(), { redirect: 'manual' })
  expect(entered.headers.get('location')).toBe('/')
  const origin = `http://localhost:${port}`
  const headers = { cookie: cookieOf(entered), origin, 'content-type': 'application/json' }
  const me = await fetch(`${origin}/v1/auth/me`, { headers })
  expect([me.status, await me.json()]).toEqual([200, expect.objectContaining(who)])
  const { tenantId } = readJson('demo.json')
  const of = as === 'owner' ? { tenantId, mode: 'test' } : { operator: true }
  const tab = await fetch(`${origin}/v1/auth/token`, { method: 'POST', headers, body: JSON.stringify(of) })
  const { accessToken: token } = (await tab.json()) as { readonly accessToken: string }
  const path = as === 'owner' ? '/v1/channels' : `/admin/v1/tenants/${tenantId}`
  const called = await fetch(`${origin}${path}`, { headers: { authorization: `Bearer ${token}` } })
  expect(called.status).toBe(200)
})

test('the command of links says whom it knows', async () => {
  for (const args of [[], ['nobody'], ['owner', 'operator']])
    expect(await node('local/people/sign-in.ts', ...args)).toMatchObject({
      status: 1,
      said: expect.stringContaining('npm run sign-in -- owner | operator'),
    })
})

test('people sign up by the code that the test telephone shows', async () => {
  const mobile = '+989121239876'
  const headers = { origin: it.baseUrl, 'content-type': 'application/json' }
  const post = (path: string, body: object) =>
    fetch(`${it.baseUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  const facts = { name: 'Zahra', mobile, email: 'zahra@example.com', tenantName: 'Zahra & Co' }
  const asked = await post('/v1/auth/sign-up', facts)
  expect(asked.status).toBe(202)
  const { ceremony } = (await asked.json()) as { readonly ceremony: string }
  const phone = (): Promise<string> =>
    node('local/sandbox.ts', 'phone', mobile, '--once').then(({ said: shown }) => /\b\d{6}\b/.exec(shown)?.[0] ?? '')
  const code = await vi.waitUntil(phone, { timeout: PATIENCE, interval: 500 })
  const done = await post('/v1/auth/sign-up/check', { ceremony, code })
  expect(done.status).toBe(200)
  const me = await fetch(`${it.baseUrl}/v1/auth/me`, { headers: { cookie: cookieOf(done) } })
  expect(await me.json()).toMatchObject({ name: 'Zahra', tenants: [{ name: 'Zahra & Co', status: 'pending' }] })
  // Nobody else on the machine would give the account a route and a sender: it can send in test at once.
  const { tenant } = (await done.json()) as { readonly tenant: { readonly id: string } }
  const cookie = cookieOf(done)
  const token = await fetch(`${it.baseUrl}/v1/auth/token`, {
    method: 'POST',
    headers: { ...headers, cookie },
    body: JSON.stringify({ tenantId: tenant.id, mode: 'test' }),
  })
  const { accessToken: bearer } = (await token.json()) as { readonly accessToken: string }
  for (const message of [
    { channel: 'sms', to: mobile, content: { text: 'Hello' } },
    { channel: 'email', to: 'ali@example.com', content: { subject: 'Hello', text: 'Hello' } },
  ]) {
    const sent = await fetch(`${it.baseUrl}/v1/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(message),
    })
    expect([message.channel, sent.status]).toEqual([message.channel, 202])
  }
})

test('a reply posted by the sandbox command becomes an inbound message', async () => {
  const posted = await node(
    'local/sandbox.ts',
    'receive',
    '--from',
    '+989121234567',
    '--to',
    '10004346',
    '--text',
    'سلام',
  )
  expect(posted).toMatchObject({ status: 0, said: expect.stringContaining('took the callback') })
})

test('what a start and its runtime make is its owner’s alone, under a wide umask too', () => {
  const names = ['secrets.json', 'demo.json', 'running.json', 'chapar.log', 'state']
  for (const name of names) expect(readdirSync(home)).toContain(name)
  expect(readdirSync(`${home}/state`).length).toBeGreaterThan(1)
  expect(open(home)).toEqual([])
})

/** Runs the receiver of the documentation until it listens. */
async function receiver(at: number, secret: string): Promise<Running> {
  const started = it.spawn(['examples/receiver.mjs', String(at)], { WEBHOOK_SECRET: secret })
  await vi.waitFor(() => expect(started.said()).toContain('listening'), { timeout: PATIENCE })
  return started
}

test('the receiver of the documentation, on a port of one’s own, is proven and hears verified events', async () => {
  const tenant = await it.tenant()
  const own = await freePort()
  const first = await receiver(own, '')
  const endpoint = (await tenant.post('/v1/webhooks', { url: `http://localhost:${own}/events` })) as Record<
    string,
    string
  >
  expect(endpoint).toMatchObject({ status: 'active' })
  await first.end('SIGTERM')
  const second = await receiver(own, String(endpoint['secret']))
  const forged = await fetch(`http://127.0.0.1:${own}/`, {
    method: 'POST',
    body: '{"type":"message.delivered","data":{}}',
  })
  expect(forged.status).toBe(401)
  const sent = (await tenant.post('/v1/messages', {
    channel: 'sms',
    to: '+989121234567',
    content: { text: 'سلام' },
  })) as { id: string }
  await vi.waitFor(() => expect(second.said()).toContain(`evt_${sent.id.slice(4)}_delivered message.delivered`), {
    timeout: PATIENCE,
  })
  await second.end('SIGTERM')
  await expect(tenant.post('/v1/webhooks', { url: `${it.baseUrl}/callbacks` })).rejects.toThrow('422')
  await tenant.delete(`/v1/webhooks/${endpoint['id']}`)
})

test('people and carriers are played by hand: a session, a mail, a late report', async () => {
  const from = ['--from', '+989121234567']
  // Nobody serves sessions: the person sees the screen for that.
  expect(await node('local/sandbox.ts', 'dial', '*384*1#', ...from)).toMatchObject({
    status: 0,
    said: expect.stringContaining('the session has ended'),
  })
  const mail = ['--from', 'ali@example.com', '--subject', 'سلام', '--text', 'باز هستید؟']
  expect(await node('local/sandbox.ts', 'mail', ...mail)).toMatchObject({ status: 0 })
  expect(await node('local/sandbox.ts', 'mail', ...mail, '--to', 'nobody@demo.invalid')).toMatchObject({
    status: 1,
    said: expect.stringContaining('no such mailbox'),
  })
  expect(await node('local/sandbox.ts', 'report', 'msg_x', 'delivered')).toMatchObject({ status: 0 })
  expect(await node('local/sandbox.ts', 'receive', '--channel', 'fax', ...from, '--text', 'x')).toMatchObject({
    status: 1,
  })
})

/** Members of the local secrets' `SEAL_KEYS`. */
const sealKeys = (): { readonly kid: string }[] =>
  JSON.parse(readJson('secrets.json')['worker']?.['SEAL_KEYS' as never] ?? '[]')

/** Replaces `SEAL_KEYS` in the local secrets. */
function writeSealKeys(of: readonly object[]): void {
  const secrets = JSON.parse(readFileSync(`${home}/secrets.json`, 'utf8')) as { readonly worker: object }
  const worker = { ...secrets.worker, SEAL_KEYS: JSON.stringify(of) }
  writeFileSync(`${home}/secrets.json`, JSON.stringify({ ...secrets, worker }))
}

describe('the next start of a state that an older version made, left wide open, and with a new first key', () => {
  let before: Record<string, string>
  beforeAll(async () => {
    before = readJson('demo.json')
    await stop('SIGTERM')
    expect(await answers()).toBe(false)
    const { channels, scopes, deviceId, ...older } = before
    expect([channels, scopes, deviceId].every(Boolean)).toBe(true)
    writeFileSync(`${home}/demo.json`, JSON.stringify(older))
    expect(await node('local/rotate-keys.ts', '--new-key')).toMatchObject({ status: 0 })
    expect(sealKeys()).toHaveLength(2)
    for (const path of [home, ...(readdirSync(home, { recursive: true }) as string[]).map((name) => `${home}/${name}`)])
      chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o644)
    expect(open(home).length).toBeGreaterThan(8)
    await start()
  })

  test('gives it the channels and rights that it lacks, and keeps its tenant', () => {
    const after = readJson('demo.json') as unknown as Demo
    const { tenantId, connectionId, deviceId } = before
    expect(after).toMatchObject({ tenantId, connectionId, deviceId })
    expect(Object.keys(after.channels ?? {}).sort()).toEqual([...CHANNELS].sort())
    expect(after.scopes).toEqual([...CREDENTIAL_SCOPES])
  })

  test('makes it its owner’s alone', () => {
    expect(open(home)).toEqual([])
  })

  test('lets the new key take everything over', async () => {
    expect(await node('local/rotate-keys.ts', '--new-key')).toMatchObject({ status: 1 })
    const rotated = await node('local/rotate-keys.ts')
    const said = expect.stringContaining(`All is under the key ${sealKeys()[0]?.kid}.`)
    expect(rotated).toMatchObject({ status: 0, said })
  })
})

test('after a kill the next start ends what was left behind, keeps the tenant, and needs no key that was rotated out', async () => {
  const { tenantId, clientId } = readJson('demo.json')
  await stop('SIGKILL')
  expect(await answers()).toBe(true)
  writeSealKeys(sealKeys().slice(0, 1))
  expect(await start()).toContain('Ended the runtime of a start that was killed.')
  expect(readJson('demo.json')).toMatchObject({ tenantId, clientId })
  expect(await answers()).toBe(true)
  await stop('SIGTERM')
})

test('a port that is taken is told in one sentence', async () => {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  expect(await node('local/start.ts')).toMatchObject({
    status: 1,
    said: expect.stringContaining(`Port ${port} is taken`),
  })
  server.close()
})

test('state that was written with other secrets is told in one sentence', async () => {
  const kept = readFileSync(`${home}/secrets.json`, 'utf8')
  rmSync(`${home}/secrets.json`)
  expect(await node('local/start.ts')).toMatchObject({
    status: 1,
    said: expect.stringContaining('secrets.json is missing'),
  })
  expect(existsSync(`${home}/secrets.json`)).toBe(false)
  writeFileSync(`${home}/secrets.json`, JSON.stringify(generateSecrets()))
  expect(await node('local/start.ts')).toMatchObject({ status: 1, said: expect.stringContaining('other secrets') })
  writeFileSync(`${home}/secrets.json`, kept)
})

test('a key-encryption key that is lost is told in one sentence', async () => {
  const kept = readFileSync(`${home}/secrets.json`, 'utf8')
  writeSealKeys([{ kid: 'none', key: randomBytes(32).toString('base64') }])
  expect(await node('local/start.ts')).toMatchObject({
    status: 1,
    said: expect.stringContaining('SEAL_KEYS lacks the key'),
  })
  writeFileSync(`${home}/secrets.json`, kept)
})

test.each([
  ['no list', (worker: object) => ({ ...worker, SEAL_KEYS: '[]' })],
  ['no member', (worker: object) => ({ ...worker, SEAL_KEYS: undefined })],
  ['a short key', (worker: object) => ({ ...worker, SEAL_KEYS: '[{"kid":"1","key":"AAAA"}]' })],
  ['no JSON', (worker: object) => ({ ...worker, SEAL_KEYS: 'x' })],
  ['no secrets', () => undefined],
])('a SEAL_KEYS that is %s is told in two lines by whatever reads it', async (_, changed) => {
  const kept = readFileSync(`${home}/secrets.json`, 'utf8')
  const secrets = JSON.parse(kept) as { readonly worker: object }
  writeFileSync(`${home}/secrets.json`, JSON.stringify({ ...secrets, worker: changed(secrets.worker) }))
  for (const command of [['local/start.ts'], ['local/ledger/show.ts', 'show', `msg_${'0'.repeat(35)}`]]) {
    const { status, said: sentence } = await node(command[0] ?? '', ...command.slice(1))
    expect(status).toBe(1)
    expect(sentence).toContain('secrets.json')
    expect(sentence).toContain('Put the former file back')
    expect(sentence.trim().split('\n')).toHaveLength(2)
  }
  writeFileSync(`${home}/secrets.json`, kept)
})

test('state of another build is told in one sentence, and what it names helps', async () => {
  const databases = globSync(`${home}/state/d1/**/*.sqlite`).filter((file) => !file.endsWith('metadata.sqlite'))
  expect(databases.length).toBeGreaterThan(1)
  for (const file of databases) {
    const database = new DatabaseSync(file)
    database.exec("INSERT INTO d1_migrations (name) VALUES ('0001_of_another_build.sql')")
    database.close()
  }
  expect(await node('local/start.ts')).toMatchObject({
    status: 1,
    said: expect.stringContaining('`npm run reset` wipes it'),
  })
})

test('a reset leaves nothing', async () => {
  expect((await node('local/reset.ts')).status).toBe(0)
  expect(readdirSync(home)).toEqual([])
})
