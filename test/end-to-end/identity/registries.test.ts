import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pointersOf } from '../../worlds/admin-client.ts'
import { chooseRegistry, type IdentityWorld, nationalId, startIdentityWorld } from './people.ts'

let world: IdentityWorld
let people = 0
beforeAll(async () => {
  world = await startIdentityWorld()
})
afterAll(() => world?.it.dispose())
beforeEach(() => {
  world.registry.asked.length = 0
})

/** Documents of intermediaries as they were found, with what is asked and answered (docs/identity.md). */
const DIALECTS = [
  {
    name: 'credentials in the body, a status beside the answer',
    settings: {
      url: 'https://one.example/api/inquiry/mobile/owner/v2',
      authHeader: 'none',
      account: 'shop-17',
      secret: 'token of "shop"',
      body: '{"requestContext":{"apiInfo":{"businessId":"{account}","businessToken":"{secret}"}},"nationalId":"{nationalId}","mobileNumber":"{mobile}"}',
      answerPath: 'isMatched',
      donePath: 'responseContext.status.code',
      doneValues: '0',
      referencePath: 'responseContext.status.trace',
    },
    sent: (id: string, mobile: string) => ({
      body: {
        requestContext: { apiInfo: { businessId: 'shop-17', businessToken: 'token of "shop"' } },
        nationalId: id,
        mobileNumber: mobile,
      },
    }),
    yes: { isMatched: true, responseContext: { status: { code: 0, trace: 'a-1' } } },
    no: { isMatched: false, responseContext: { status: { code: 0 } } },
    unknown: { isMatched: false, responseContext: { status: { code: 3, message: 'invalid' } } },
  },
  {
    name: 'a query, a basic header and numbers of the country',
    settings: {
      url: 'https://two.example/match',
      method: 'GET',
      query: 'nationalCode={nationalId}&mobile={mobile}&track={requestId}',
      mobileForm: 'plus',
      account: 'shop',
      authValue: 'Basic {basic}',
      requestIdHeader: 'X-Request-Id',
      answerPath: 'result.state',
      yesValues: 'MATCHED, OK',
      noValues: 'NOT_MATCHED',
    },
    sent: (id: string, mobile: string) => ({
      query: { nationalCode: id, mobile: `+98${mobile.slice(1)}`, track: expect.stringMatching(/^[0-9a-z]{26}$/) },
      authorization: `Basic ${btoa('shop:a-secret-of-the-registry')}`,
    }),
    yes: { result: { state: 'matched' } },
    no: { result: { state: 'NOT_MATCHED' } },
    unknown: { result: { state: 'PENDING' } },
  },
  {
    name: 'numbers as answers',
    settings: {
      url: 'https://three.example/',
      mobileForm: 'international',
      answerPath: 'response',
      yesValues: '200',
      noValues: '600,601',
    },
    sent: (id: string, mobile: string) => ({
      body: { nationalCode: id, mobile: `98${mobile.slice(1)}` },
      authorization: 'Bearer a-secret-of-the-registry',
    }),
    yes: { response: 200 },
    no: { response: 601 },
    unknown: { response: 311 },
  },
] as const

describe('the driver `shahkar` speaks what its settings say', () => {
  test.each(DIALECTS)('$name', async ({ settings, sent, yes, no, unknown }) => {
    const before = {
      authHeader: null,
      authValue: null,
      body: null,
      query: null,
      method: null,
      donePath: null,
      mobileForm: null,
    }
    const rest = {
      account: null,
      answerPath: null,
      yesValues: null,
      noValues: null,
      referencePath: null,
      requestIdHeader: null,
    }
    await chooseRegistry(world.admin, { ...before, ...rest, ...settings })
    for (const [answer, body] of Object.entries({ yes, no, unknown })) {
      const [person, id] = [await world.join(), nationalId(people++)]
      world.registry.answer = () => Response.json(body)
      expect((await person.match(id)).json).toMatchObject({ answer })
      const asked = world.registry.asked.pop()
      const national = `0${person.mobile.slice(3)}`
      const wanted: { body?: unknown; query?: unknown; authorization?: string } = sent(id, national)
      if (wanted.body) expect(JSON.parse(asked?.body ?? '')).toEqual(wanted.body)
      const url = new URL(asked?.url ?? '')
      expect(url.origin + url.pathname).toBe(settings.url)
      if (wanted.query) expect(Object.fromEntries(url.searchParams)).toEqual(wanted.query)
      else expect(url.search).toBe('')
      expect(asked?.headers.get('authorization')).toBe(wanted.authorization ?? null)
    }
  })

  test.each([502, 503, 504])('asks once more, under the same name, where the answer is a %d', async (status) => {
    await chooseRegistry(world.admin, {
      requestIdHeader: 'x-request-id',
      answerPath: 'matched',
      yesValues: 'true',
      method: null,
    })
    const answers = [() => new Response('', { status }), () => Response.json({ matched: true })]
    world.registry.answer = () => (answers.shift() as () => Response)()
    const person = await world.join()
    expect((await person.match(nationalId(people++))).json).toMatchObject({ answer: 'yes', triesLeft: 4 })
    const names = world.registry.asked.map(({ headers }) => headers.get('x-request-id'))
    expect(names).toHaveLength(2)
    expect(new Set(names).size).toBe(1)
  })

  test('and where the connection broke, but once only', async () => {
    world.registry.answer = () => {
      throw new Error('reset')
    }
    const person = await world.join()
    expect((await person.match(nationalId(people++))).json).toMatchObject({ answer: 'unknown' })
    expect(world.registry.asked).toHaveLength(2)
  })

  test.each([
    // Late enough for the question to be on its way on a busy machine.
    ['an answer that comes too late', () => new Promise<Response>(() => {}), 2_000],
    ['a refusal', () => new Response('{"matched":true}', { status: 401 })],
    ['a redirect', () => new Response('', { status: 302, headers: { location: 'https://elsewhere.example/' } })],
    ['a body that is no JSON', () => new Response('matched')],
    ['a body without end', () => new Response('x'.repeat(200_000))],
  ])('never repeats %s, and it is no answer', async (_, answer, timeoutMs?: number) => {
    await chooseRegistry(world.admin, { timeoutMs: timeoutMs ?? null })
    world.registry.answer = answer
    const person = await world.join()
    const { status, json } = await person.match(nationalId(people++))
    expect([status, json.answer, json.level]).toEqual([200, 'unknown', 'L1'])
    expect(world.registry.asked).toHaveLength(1)
    await chooseRegistry(world.admin, { timeoutMs: null })
  })
})

describe('which registry is asked', () => {
  test('is shown without its secret, which stays where it is left out', async () => {
    const { admin } = world
    const path = '/admin/v1/identity-registry'
    const { driver, settings } = (await admin.ok('GET', path)) as { driver: string; settings: Record<string, unknown> }
    expect([driver, settings['secret']]).toEqual(['shahkar', '••••stry'])
    const settled = { url: 'https://four.example/match', answerPath: 'matched' }
    expect(await admin.ok('PUT', path, { driver, settings: settled })).toMatchObject({
      settings: { url: 'https://four.example/match', secret: '••••stry' },
    })
    world.registry.answer = () => Response.json({ matched: true })
    await (await world.join()).match(nationalId(people++))
    expect(world.registry.asked[0]?.headers.get('authorization')).toBe('Bearer a-secret-of-the-registry')
  })

  test('must be one that proves something where the gateway is deployed, with settings that its driver has', async () => {
    const { admin } = world
    const put = (driver: string, settings = {}) =>
      admin.call('PUT', '/admin/v1/identity-registry', { driver, settings })
    for (const driver of ['sandbox', 'constructor', 'x']) {
      const refused = await put(driver)
      expect([refused.status, pointersOf(refused)], driver).toEqual([422, ['/driver']])
    }
    for (const [settings, pointer] of [
      [{ colour: 'red' }, '/settings/colour'],
      [{ method: 'DELETE' }, '/settings/method'],
      [{ timeoutMs: 60_000 }, '/settings/timeoutMs'],
      [{ authHeader: 'x y' }, '/settings/authHeader'],
      [{ url: null }, '/settings/url'],
    ] as const) {
      const refused = await put('shahkar', settings)
      expect([refused.status, pointersOf(refused)]).toEqual([422, [pointer]])
    }
  })

  test('nobody is asked by plain http, and none is set up at first', async () => {
    await chooseRegistry(world.admin, { url: 'http://plain.example/match' })
    const person = await world.join()
    expect((await person.match(nationalId(people++))).json).toMatchObject({ answer: 'unknown' })
    expect(world.registry.asked).toEqual([])
    await world.it.chapar.control.prepare('DELETE FROM identity_registry').run()
    expect(await world.admin.ok('GET', '/admin/v1/identity-registry')).toEqual({ driver: null, settings: null })
    expect((await person.match(nationalId(people++))).status).toBe(409)
  })
})

test('on loopback the sandbox answers by the id, as docs/identity.md says', async () => {
  const local = await startIdentityWorld({ BASE_URL: 'http://127.0.0.1:8787' })
  try {
    expect(await local.admin.ok('GET', '/admin/v1/identity-registry')).toEqual({ driver: 'sandbox', settings: {} })
    const page = readFileSync('docs/identity.md', 'utf8')
    const listed = [...page.matchAll(/^\| `(\d{10})` \| (\w+) \|/gm)].map(
      ([, id = '', fate = '']) => [id, fate] as const,
    )
    expect(listed.map(([, fate]) => fate)).toEqual(['yes', 'no', 'unknown', 'slow', 'unavailable'])
    const said = await Promise.all(
      listed.map(async ([id, fate]) => [fate, (await (await local.join()).match(id)).json] as const),
    )
    expect(Object.fromEntries(said)).toMatchObject({
      yes: { answer: 'yes', level: 'L2' },
      no: { answer: 'no', level: 'L1' },
      unknown: { answer: 'unknown', detail: expect.stringContaining('knows nothing') },
      slow: { answer: 'yes', level: 'L2' },
      unavailable: { answer: 'unknown', detail: expect.stringContaining('gave no answer') },
    })
    expect(local.registry.asked).toEqual([])
  } finally {
    await local.it.dispose()
  }
})
