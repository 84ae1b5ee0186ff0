import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LICENSEE_DEFAULTS } from '#worker/domain/licensee.ts'
import { operations } from '#worker/routes/resources.ts'
import { type Seen, type Surface, startSurface } from '../../worlds/surface.ts'
import { message, until } from '../../worlds/world.ts'

const PATH = '/admin/v1/licensee'
const OPEN = '/.well-known/licensee'
const ANN = '+989121110000'

let it: Surface
beforeAll(async () => {
  it = await startSurface({ mode: 'live', lineClass: 'advertising', tenant: { pack: 'ir' }, isLicensed: false })
})
afterAll(() => it.dispose())

const operation = operations.find(({ path }) => path === OPEN)
const shown = async () => (await it.good(OPEN, { token: null, ...(operation && { operation }) })) as unknown
const change = (body: object): Promise<Seen> => it.call(PATH, { method: 'PATCH', token: it.operatorToken, body })
/** A change of the tenant makes its object read its policy, and the licence with it, anew. */
async function says(licenceNumber: string | null): Promise<void> {
  expect((await change({ legal: { licenceNumber } })).status).toBe(200)
  await it.admin(`/admin/v1/tenants/${it.tenantId}`, { method: 'PATCH', body: { name: 'Test' } })
}

const send = (purpose: string, token = it.token) =>
  it.call('/v1/messages', { token, body: message(ANN, 'x', { purpose }) })
const batch = (more: object, token = it.token) =>
  it.call('/v1/messages/batch', {
    token,
    body: { channel: 'sms', content: { text: 'x' }, messages: [{ to: ANN }, { to: '+989121110001' }], ...more },
  })
const codeOf = ({ status, json }: Seen) => [status, json?.code]
const REFUSED = [403, 'licence-missing']

describe('without a licence number', () => {
  test('bulk is refused in live, single and in a batch alike, and says so by the field; nothing else is', async () => {
    for (const purpose of ['advertising', 'informational']) {
      const seen = await send(purpose)
      expect(codeOf(seen)).toEqual(REFUSED)
      expect(seen.json.errors?.map(({ pointer }) => pointer)).toEqual(['/purpose'])
      expect(codeOf(await batch({ purpose }))).toEqual(REFUSED)
      expect(
        codeOf(
          await it.call('/v1/preview', { token: it.token, body: { channel: 'sms', content: { text: 'x' }, purpose } }),
        ),
      ).toEqual(REFUSED)
    }
    // What names no purpose and goes to several is bulk in this pack.
    expect(codeOf(await batch({}))).toEqual(REFUSED)
    for (const purpose of ['transactional', 'otp']) expect((await send(purpose)).status).toBe(202)
  })

  test('what one call brings to several is bulk, whatever it or its items call themselves, and with texts of their own', async () => {
    const several = [ANN, '+989121110001']
    for (const purpose of ['transactional', 'otp']) {
      const shared = await batch({ purpose })
      expect([codeOf(shared), shared.json.errors?.map(({ pointer }) => pointer)]).toEqual([REFUSED, ['/messages']])
      const messages = several.map((to, n) => ({ to, purpose, content: { text: `Ann ${n}` } }))
      expect(codeOf(await batch({ content: undefined, messages }))).toEqual(REFUSED)
    }
    // Bad items count: else one would be added to each good one.
    expect(codeOf(await batch({ purpose: 'otp', messages: [{ to: ANN }, { to: '1' }] }))).toEqual(REFUSED)
    const one = await batch({ purpose: 'transactional', messages: [{ to: ANN }] })
    expect([one.status, one.json.accepted.length]).toEqual([202, 1])
    expect(await it.good('/v1/account')).toMatchObject({
      pack: { licensedFrom: 2, licensedPurposes: ['advertising', 'informational'] },
    })
  })

  test('test is free, and so is a pack that asks for none', async () => {
    const route = { tenantId: it.tenantId, channel: 'sms', mode: 'test', connections: [it.connectionId] }
    await it.admin('/admin/v1/routes', { method: 'PUT', body: route })
    const token = await it.login(await it.credential(it.tenantId, { mode: 'test', scopes: ['messages:send'] }))
    expect((await send('advertising', token)).status).toBe(202)
    expect((await batch({ purpose: 'transactional' }, token)).status).toBe(202)
    const other = await it.other('30007201', { mode: 'live', lineClass: 'advertising' })
    expect((await send('advertising', other.token)).status).toBe(202)
  })
})

test('with one, bulk goes out; taken away, it is refused again', async () => {
  await says('۱۲/۳۴۵')
  await until('the licence is in force', async () => (await send('advertising')).status === 202)
  for (const purpose of ['informational', 'transactional']) expect((await batch({ purpose })).status).toBe(202)
  expect(await it.good('/v1/account')).toMatchObject({ isLicensed: true })
  await says(null)
  await until('it is so no more', async () => (await send('advertising')).status === 403)
})

describe('what is public', () => {
  test('anybody reads the legal settings, and whether sign-up is open; of the rest nothing', async () => {
    const legal = {
      licenceNumber: '12/345',
      authority: { fa: 'اتحادیهٔ نمونه', en: 'Example Union' },
      landline: '+982112345678',
      terms: { fa: 'https://example.org/fa/terms', en: 'Be kind.' },
      notice195: { fa: 'با ۱۹۵ تماس بگیرید.', en: 'Call 195.' },
    }
    expect((await change({ legal })).status).toBe(200)
    const whole = { ...LICENSEE_DEFAULTS.legal, ...legal }
    const wanted = { isLicensed: true, signUp: { open: false }, legal: whole }
    await until('the isolate has forgotten', async () => JSON.stringify(await shown()) === JSON.stringify(wanted))
    const seen = await it.call(OPEN, { token: null })
    expect(seen.headers.get('cache-control')).toBe('public, max-age=60')
    expect(await it.admin(PATH)).toMatchObject({ legal: whole })
    await change({ legal: { terms: null } })
    expect(await it.admin(PATH)).toMatchObject({ legal: { ...whole, terms: null } })
  })

  test.each([
    [{ landline: '021-12345678' }, '/legal/landline'],
    [{ email: 'nobody' }, '/legal/email'],
    [{ licenceNumber: 'a\nb' }, '/legal/licenceNumber'],
    [{ terms: { fa: 'x' } }, '/legal/terms/en'],
    [{ privacy: { fa: '', en: 'x' } }, '/legal/privacy/fa'],
    [{ complaints: { fa: 'x'.repeat(2_001), en: 'x' } }, '/legal/complaints/fa'],
  ])('%o is refused by the field', async (legal, pointer) => {
    const seen = await change({ legal })
    expect([seen.status, seen.json.errors?.map((one) => one.pointer)], seen.text).toEqual([422, [pointer]])
  })
})
