import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PURPOSES } from '#worker/domain/messages/message.ts'
import { type AdminClient, adminClient, pointersOf } from '../../worlds/admin-client.ts'
import { caller, message, newTenant, startWorld, until, type World } from '../../worlds/world.ts'

/** What each level of the packs permits in live, as the tables of docs/identity.md say it. */
const PERMITTED = {
  ir: {
    L0: [],
    L1: [],
    L2: ['informational', 'transactional', 'otp'],
    L3: PURPOSES,
  },
  generic: {
    L0: [],
    L1: ['transactional', 'otp'],
    L2: ['informational', 'transactional', 'otp'],
    L3: PURPOSES,
  },
} as const
const CASES = (['ir', 'generic'] as const).flatMap((pack) =>
  (['L0', 'L1', 'L2', 'L3'] as const).map((level) => [pack, level] as const),
)
const TO = '+989121112233'

interface Refused {
  readonly code: string
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[]
}
interface Batch {
  readonly accepted: readonly { readonly index: number }[]
  readonly rejected: readonly { readonly index: number; readonly code: string }[]
}

let it: World
let admin: AdminClient
beforeAll(async () => {
  it = await startWorld({ mode: 'live', lineClass: 'advertising', tenant: { pack: 'ir' } })
  admin = await adminClient(it.chapar)
})
afterAll(() => it.dispose())

let accounts = 0
/** A further account with settings; the calls of its program. */
async function account(settings: Readonly<Record<string, unknown>>, mode: 'live' | 'test' = 'live') {
  const line = String(10_009_000 + accounts++)
  const { tenantId, token } = await newTenant(it.chapar, {
    mode,
    line,
    lineClass: 'advertising',
    connectionId: it.connectionId,
    tenant: settings,
  })
  const call = caller(it.chapar, token)
  return {
    call,
    changed: (change: object): Promise<unknown> => admin.ok('PATCH', `/admin/v1/tenants/${tenantId}`, change),
    send: (purpose: string) => call('/v1/messages', { body: message(TO, 'x', { purpose }) }),
    preview: (purpose: string) => {
      const { to: _, ...body } = message(TO, 'x', { purpose })
      return call('/v1/preview', { body })
    },
    batch: (count: number, more: object = {}) => {
      const messages = Array.from({ length: count }, () => ({ to: TO }))
      const body = { channel: 'sms', content: { text: 'x' }, purpose: 'transactional', messages, ...more }
      return call('/v1/messages/batch', { body })
    },
  }
}

const firstFault = async (answer: Response): Promise<unknown[]> => {
  const { code, errors } = (await answer.json()) as Refused
  return [answer.status, code, errors?.[0]?.pointer]
}

describe('an account of a person sends in live what the level of its owner permits', () => {
  test.each(CASES)('pack %s, level %s', async (pack, level) => {
    const { send, preview } = await account({ pack, identityLevel: level })
    const may: readonly string[] = PERMITTED[pack][level]
    for (const purpose of PURPOSES)
      for (const answer of [await send(purpose), await preview(purpose)]) {
        if (may.includes(purpose)) expect(answer.status, purpose).toBeLessThan(300)
        else expect(await firstFault(answer)).toEqual([403, 'identity-required', may.length === 0 ? '' : '/purpose'])
      }
  })

  test('an account without a level is an operator’s, and is not limited', async () => {
    const { send, batch } = await account({ pack: 'ir' })
    for (const purpose of PURPOSES) expect((await send(purpose)).status, purpose).toBe(202)
    expect((await batch(1_001)).status).toBe(202)
  })

  test('a level bounds the recipients of one call', async () => {
    for (const [identityLevel, most] of [
      ['L1', 1],
      ['L2', 1_000],
    ] as const) {
      const { batch } = await account({ pack: 'generic', identityLevel })
      expect((await batch(most)).status).toBe(202)
      expect(await firstFault(await batch(most + 1))).toEqual([403, 'identity-required', '/messages'])
    }
  })

  test('items of a batch with a purpose of their own are judged one by one', async () => {
    const { batch } = await account({ pack: 'ir', identityLevel: 'L2' })
    const messages = [{ to: TO }, { to: TO, purpose: 'advertising' }, { to: TO, purpose: 'otp' }]
    const answer = await batch(0, { messages })
    const { accepted, rejected } = (await answer.json()) as Batch
    expect([answer.status, accepted.length]).toEqual([202, 2])
    expect(rejected.map(({ index, code }) => [index, code])).toEqual([[1, 'identity-required']])
  })

  test('a verification is a code, asks for the same level, and has it as soon as it is raised', async () => {
    const { call, changed, send } = await account({ pack: 'ir', identityLevel: 'L1' })
    const start = () => call('/v1/verifications', { body: { to: TO, channel: 'sms' } })
    expect(await firstFault(await start())).toEqual([403, 'identity-required', ''])
    expect((await send('otp')).status).toBe(403)
    await changed({ identityLevel: 'L2' })
    expect((await start()).status).toBe(202)
    expect((await send('otp')).status).toBe(202)
  })

  test.each([
    ['that of its level', { pack: 'ir', identityLevel: 'L2' }, '5000'],
    ['its own, where that is smaller', { pack: 'ir', identityLevel: 'L2', limits: { daily: 4_000 } }, '4000'],
    [
      'that of its level, where its own is larger',
      { pack: 'generic', identityLevel: 'L1', limits: { daily: 900 } },
      '200',
    ],
    ['none, where its level has none', { pack: 'ir', identityLevel: 'L3' }, undefined],
  ])('the cap of a day is %s', async (_, settings, cap) => {
    const { send } = await account(settings)
    const policy = (await send('otp')).headers.get('ratelimit-policy') ?? ''
    expect(/"daily";q=(\d+)/.exec(policy)?.[1], policy).toBe(cap)
  })

  test('test mode is open to every level', async () => {
    const { send } = await account({ pack: 'ir', identityLevel: 'L0' }, 'test')
    for (const purpose of PURPOSES) expect((await send(purpose)).status, purpose).toBe(202)
  })

  test('a day has no cap in test where it is the level that has one, and live keeps its own whole', async () => {
    const { batch, call, changed, send } = await account({ pack: 'generic', identityLevel: 'L1' }, 'test')
    const answer = await batch(300)
    expect([answer.status, answer.headers.get('ratelimit-policy')]).toEqual([202, expect.not.stringMatching('daily')])
    for (let sent = 0; sent < 3; sent++) expect((await send('otp')).status).toBe(202)
    const { limits } = (await (await call('/v1/account')).json()) as { limits: { daily: object } }
    expect(limits.daily).toMatchObject({ limit: 200, used: 0 })
    // A cap of the account's own is a contract, of both modes: the 303 that were sent are counted.
    await changed({ limits: { daily: 310 } })
    await until('the cap is in force', async () =>
      (await send('otp')).headers.get('ratelimit-policy')?.includes('"daily";q=310'),
    )
    expect((await batch(311)).status).toBe(422)
    expect((await batch(8)).status).toBe(429)
    const { limits: now } = (await (await call('/v1/account')).json()) as { limits: { daily: object } }
    expect(now.daily).toMatchObject({ limit: 310 })
  })

  test('an operator sees and sets it, and no other word', async () => {
    const path = `/admin/v1/tenants/${it.tenantId}`
    expect(await admin.ok('PATCH', path, { identityLevel: 'L3' })).toMatchObject({ identityLevel: 'L3' })
    expect(await it.operator.get(path)).toMatchObject({ identityLevel: 'L3' })
    const refused = await admin.call('PATCH', path, { identityLevel: 'L4' })
    expect([refused.status, pointersOf(refused)]).toEqual([422, ['/identityLevel']])
  })
})
