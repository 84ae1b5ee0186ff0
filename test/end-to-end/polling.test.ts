import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { refusal } from '../fixtures/kavenegar/answers.ts'
import { adminClient } from '../worlds/admin-client.ts'
import { type KavenegarInbox, kavenegarInbox } from '../worlds/players/kavenegar-inbox.ts'
import { rowsWhere } from '../worlds/tenant-rows.ts'
import { caller, LINE, message, newTenant, reaches, startWorld, tokenOf, until, type World } from '../worlds/world.ts'

const OTHER_LINE = '10005000'
const URL_OF_CARRIER = 'https://kavenegar.example.com'
const KEY = 'A1b2C3d4E5f6A1b2C3d4E5f6'
const MINUTE = 60_000
/** Longer than a round lasts, a back-off or a wait that a carrier asks for. */
const LATER = 10 * MINUTE

let world: World
let inbox: KavenegarInbox
const log: string[] = []
/** The clock of the crons, which only goes forward. */
let clock = Date.now()

beforeAll(async () => {
  world = await startWorld({
    mode: 'live',
    tenant: { pack: 'ir' },
    connection: {
      provider: 'kavenegar',
      name: 'Polled',
      settings: { apiKey: KEY, url: URL_OF_CARRIER, lines: `${LINE},${OTHER_LINE}` },
    },
    outbound: async (request) => {
      if (!request.url.startsWith(`${URL_OF_CARRIER}/`)) throw new Error('nobody is there')
      return inbox.outbound(request)
    },
    onLog: (line) => log.push(line),
  })
})
afterAll(() => world.dispose())
beforeEach(async () => {
  inbox = kavenegarInbox()
  // A round without faults, so that no test inherits what an earlier one broke.
  await minute(LATER)
  inbox = kavenegarInbox()
  log.length = 0
})

/** Fires the cron of the minute, so much later than the last. */
async function minute(ms = MINUTE): Promise<void> {
  clock = Math.max(clock + ms, Date.now())
  await world.chapar.scheduled('* * * * *', clock)
}

interface Shown {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly content: { readonly text: string }
}

async function textsIn(ledger: D1Database): Promise<string[]> {
  const rows = await rowsWhere(ledger, 'kind & 1 = 1')
  return rows.map(({ content }) => (JSON.parse(content ?? '') as { text: string }).text)
}
/** Waits for texts that people wrote, and answers how often each has arrived. */
async function arrived(texts: readonly string[]): Promise<readonly number[]> {
  const wanted = new Set(texts)
  const found = await until('the messages arrive', async () => {
    const all = (await textsIn(world.ledger)).filter((text) => wanted.has(text))
    return new Set(all).size === wanted.size && all
  })
  return texts.map((text) => found.filter((one) => one === text).length)
}
const once = (texts: readonly string[]) => texts.map(() => 1)

interface Polling {
  readonly state: string
  readonly lastAt: string | null
  readonly lagSeconds: number
  readonly failingSince: string | null
  readonly lastError: { readonly code: string; readonly carrierCode?: string } | null
}
async function polling(id = world.connectionId): Promise<Polling | null> {
  const { connections } = (await world.operator.get('/admin/v1/health')) as {
    connections: { id: string; polling: Polling | null }[]
  }
  return connections.find((one) => one.id === id)?.polling ?? null
}
const facts = (fact: string) => log.filter((line) => line.includes(`"fact":"${fact}"`))
const change = async (settings: Record<string, unknown>) =>
  (await adminClient(world.chapar)).ok('PATCH', `/admin/v1/connections/${world.connectionId}`, { settings })

describe('an inbox that is pulled', () => {
  test('is read page by page and line by line, and every message arrives once', async () => {
    const texts = [...inbox.put(LINE, 230), ...inbox.put(OTHER_LINE, 3)]
    await minute()
    expect(await arrived(texts)).toEqual(once(texts))
    expect(inbox.calls.map(({ line, gave }) => `${line} ${gave}`)).toEqual([
      `${LINE} 100`,
      `${LINE} 100`,
      `${LINE} 30`,
      `${OTHER_LINE} 3`,
    ])
    await minute()
    expect(inbox.calls.slice(4).map(({ gave }) => gave)).toEqual([0, 0])
  })

  test('brings a reply to its message, and an opt-out that holds', async () => {
    inbox.put(LINE, 1, '09121110001', 'لغو۱۱')
    await minute()
    await until('the suppression', async () => {
      const { data } = await world.json<{ data: unknown[] }>(
        `/v1/suppressions?recipient=${encodeURIComponent('+989121110001')}`,
      )
      return data.length === 1
    })
    const ad = message('+989121110001', 'تخفیف', { purpose: 'informational' })
    const { id } = await world.json<{ id: string }>('/v1/messages', { body: ad, status: 202 })
    await reaches(world, id, 'suppressed')
  })

  test('and whose panel posts as well brings a message once', async () => {
    const [text = ''] = inbox.put(LINE, 1)
    const one = inbox.messages[0]
    const { pathname } = new URL(world.callbackUrl)
    const body = JSON.stringify({ messageid: one?.id, message: text, from: one?.from, to: LINE, date: 1_764_000_000 })
    const headers = { 'content-type': 'application/json' }
    expect((await world.chapar.fetch(pathname, { method: 'POST', headers, body })).status).toBe(200)
    await arrived([text])
    const [later = ''] = inbox.put(LINE, 1)
    await minute()
    expect(await arrived([text, later])).toEqual([1, 1])
  })

  test('is asked by one poller at a time, however many crons fire', async () => {
    const texts = inbox.put(LINE, 150)
    inbox.before = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50))
      return null
    }
    clock += MINUTE
    await Promise.all([0, 1, 2, 3, 4].map((n) => world.chapar.scheduled('* * * * *', clock + n)))
    expect(inbox.busiest()).toBe(1)
    expect(await arrived(texts)).toEqual(once(texts))
    expect(inbox.calls.length).toBe(3)
  })

  test('of a line that nobody owns is kept for the operator', async () => {
    const [text = ''] = inbox.put(OTHER_LINE, 1)
    await minute()
    await arrived([text])
    const { data } = (await world.operator.get('/admin/v1/unowned')) as { data: Shown[] }
    expect(data.some(({ to }) => to === OTHER_LINE)).toBe(true)
  })
})

describe('a connection', () => {
  test('that is disabled is asked no more, and goes on when it is enabled', async () => {
    const path = `/admin/v1/connections/${world.connectionId}`
    await world.operator.post(`${path}/disable`, {})
    const texts = inbox.put(LINE, 2)
    await minute()
    expect(inbox.calls).toEqual([])
    expect(await polling()).toBeNull()
    await world.operator.post(`${path}/enable`, {})
    await minute()
    expect(await arrived(texts)).toEqual(once(texts))
  })

  test('that is changed is asked with its new settings: key, lines, or no lines', async () => {
    await change({ apiKey: 'Z9y8X7w6V5u4Z9y8X7w6V5u4', lines: OTHER_LINE })
    await minute()
    expect([...inbox.keys]).toEqual(['Z9y8X7w6V5u4Z9y8X7w6V5u4'])
    expect(inbox.calls.map(({ line }) => line)).toEqual([OTHER_LINE])
    await change({ lines: null })
    await minute()
    expect(inbox.calls.length).toBe(1)
    expect(await polling()).toBeNull()
    await change({ apiKey: KEY, lines: `${LINE},${OTHER_LINE}` })
    await minute()
    expect(inbox.calls.length).toBe(3)
  })

  test('that is changed between two pages is asked for no further one until the next minute', async () => {
    const texts = inbox.put(LINE, 400)
    inbox.after = async () => {
      inbox.after = () => null
      await change({ lines: LINE })
      return null
    }
    try {
      await minute()
      expect(inbox.calls.length).toBe(1)
      await minute()
      expect(await arrived(texts)).toEqual(once(texts))
    } finally {
      await change({ lines: `${LINE},${OTHER_LINE}` })
    }
  })
})

describe('a carrier that fails', () => {
  test('is left alone for longer and longer, shown in health, told of once it stands still, and once it works', async () => {
    inbox.before = () => refusal(403)
    const asked: number[] = []
    for (let n = 0; n < 20; n++) {
      const before = inbox.keys.size
      inbox.keys.clear()
      await minute()
      asked.push(inbox.keys.size)
      expect(before).toBeLessThan(2)
    }
    // After 30 s, 1, 2, 4 and then every 5 minutes, to the next cron.
    expect(asked.join('')).toBe('11101000100001000010')
    expect(await polling()).toMatchObject({
      state: 'stalled',
      lastError: { code: 'connection-misconfigured', carrierCode: '403' },
      failingSince: expect.any(String),
    })
    expect(facts('poll.stalled').length).toBe(1)
    expect(log.join('\n')).not.toContain(KEY)
    inbox.before = () => null
    const texts = inbox.put(LINE, 1)
    // A round begins behind the line that failed last, so it may take two to come to the first.
    await minute(5 * MINUTE)
    await minute()
    expect(await arrived(texts)).toEqual([1])
    expect(facts('poll.recovered').length).toBe(1)
    expect(await polling()).toMatchObject({ state: 'working', lagSeconds: 0, failingSince: null, lastError: null })
  })

  test('is asked again when it said', async () => {
    inbox.before = () => refusal(451, { 'retry-after': '600' })
    await minute()
    inbox.before = () => null
    await minute(9 * MINUTE)
    expect(inbox.calls).toEqual([])
    await minute()
    // The round goes on behind the line that was refused.
    expect(inbox.calls.map(({ line }) => line)).toEqual([OTHER_LINE])
  })

  test('for one line only keeps no other waiting, and the line is told of', async () => {
    inbox.before = ({ line }) => (line === LINE ? refusal(412) : null)
    const texts = inbox.put(OTHER_LINE, 2)
    for (let n = 0; n < 16; n++) await minute()
    expect(await arrived(texts)).toEqual(once(texts))
    expect(inbox.calls.length).toBe(16)
    expect(await polling()).toMatchObject({ state: 'stalled', lastError: { code: 'sender-refused' } })
    expect(facts('poll.stalled').length).toBe(1)
  })

  test.each([
    ['resets the connection', () => Promise.reject(new Error('reset'))],
    ['answers with a page of HTML', () => new Response('<html>', { status: 502 })],
    ['answers with half a JSON', () => new Response('{"return":{"status":200},"entries":[{')],
    ['answers 402', () => refusal(402)],
  ])('and %s after it marked a page as read loses nothing of it', async (_, lost) => {
    const texts = [...inbox.put(LINE, 130), ...inbox.put(OTHER_LINE, 1)]
    inbox.after = ({ method }) => {
      if (method !== 'receive') return null
      inbox.after = () => null
      return lost()
    }
    await minute()
    for (let n = 0; n < 3; n++) await minute(2 * MINUTE)
    expect(await arrived(texts)).toEqual(once(texts))
    expect(inbox.calls.filter(({ method }) => method === 'inboxpaged').length).toBeGreaterThan(0)
    expect(await polling()).toMatchObject({ state: 'working', lastError: null })
  })

  test('and does not give a lost page again says so, and goes on', async () => {
    inbox.put(LINE, 1)
    inbox.after = () => {
      inbox.after = () => null
      return new Response('<html>', { status: 502 })
    }
    inbox.before = ({ method }) => (method === 'inboxpaged' ? refusal(407) : null)
    await minute()
    await minute(2 * MINUTE)
    await minute(2 * MINUTE)
    expect(log.some((line) => line.includes('poll.failed') && line.includes('"407"'))).toBe(true)
    const texts = inbox.put(LINE, 1)
    await minute(2 * MINUTE)
    expect(await arrived(texts)).toEqual([1])
  })
})

test('a message that is half there is taken, and one of nobody is told of', async () => {
  inbox.before = ({ line }) =>
    line === LINE
      ? Response.json({
          return: { status: 200, message: '' },
          entries: [
            { messageid: 77, message: null, sender: '09121110077', receptor: LINE, date: 'yesterday' },
            { messageid: { a: 1 }, message: 'odd id', sender: 9121110078 },
            { message: 'nobody wrote this' },
            'not a message',
            { messageid: '79', message: 'whole', sender: '09121110079', receptor: `+98${LINE}`, date: 1_764_000_000 },
          ],
        })
      : null
  await minute()
  expect(await arrived(['odd id', 'whole'])).toEqual([1, 1])
  const { data } = await world.json<{ data: Shown[] }>('/v1/messages?direction=inbound&limit=100')
  expect(data.find(({ from }) => from === '+989121110077')).toMatchObject({ content: { text: '' }, to: LINE })
  expect((await polling())?.lastError).toMatchObject({ code: 'provider-invalid-answer' })
})

test('two accounts are pulled beside each other, each with its own place', async () => {
  const line = '30007700'
  const settings = { apiKey: 'Q1q2Q3q4Q5q6Q1q2Q3q4Q5q6', url: URL_OF_CARRIER, lines: line }
  const connection = { provider: 'kavenegar', name: 'Second', settings }
  const second = await newTenant(world.chapar, { mode: 'live', connection, line, tenant: { pack: 'ir' } })
  const texts = [...inbox.put(LINE, 120), ...inbox.put(line, 120)]
  await minute()
  expect(await arrived(texts)).toEqual(once(texts))
  expect([...inbox.keys].sort()).toEqual([KEY, settings.apiKey].sort())
  await world.operator.post(`/admin/v1/connections/${second.connection.id}/disable`, {})
})

test('an inbox that the sandbox plays arrives in test, and nobody live sees it', async () => {
  const connection = { name: 'Sandbox', settings: { inbox: '30008800' } }
  const test = await newTenant(world.chapar, { connection, line: '30008800', tenant: { pack: 'ir' } })
  await minute()
  const inbound = async (token: string) =>
    (await (await caller(world.chapar, token)('/v1/messages?direction=inbound')).json()) as { data: Shown[] }
  const [one] = await until('it arrives', async () => {
    const { data } = await inbound(test.token)
    return data.length > 0 && data
  })
  expect(one).toMatchObject({ from: '+989120009912', to: '30008800', content: { text: 'سلام' } })
  const client = (await world.operator.post(`/admin/v1/tenants/${test.tenantId}/credentials`, {
    name: 'live',
    mode: 'live',
    kind: 'secret',
    scopes: ['messages:read'],
  })) as { clientId: string; clientSecret: string }
  const live = await tokenOf(world.chapar, client.clientId, client.clientSecret)
  expect((await inbound(live)).data).toEqual([])
  expect(await polling(test.connection.id)).toMatchObject({ state: 'working' })
  await world.operator.post(`/admin/v1/connections/${test.connection.id}/disable`, {})
})
