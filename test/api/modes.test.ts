import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CREDENTIAL_SCOPES } from '#worker/domain/people/scopes.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { operations } from '#worker/routes/resources.ts'
import { nameOf, type Seen, type Surface, startSurface } from '../worlds/surface.ts'
import { message, until } from '../worlds/world.ts'
import { exampleOf } from './examples.ts'

/**
 * But those of test telephones, which are a 403 to a live token (test/sandbox/phone.test.ts), of browsers, and of what a
 * tenant has once for both modes: the account itself, its people and their keys (test/routes/people), what staff read, and the
 * guard's counts and statistics, which are no lists (test/end-to-end/verifications/guard, test/api/statistics.test.ts).
 */
const tenants = operations.filter(({ path }) =>
  /^\/v1\/(?!account$|sandbox\/|auth\/|members|invitations|keys|disclosures|verifications\/guard|statistics)/.test(
    path,
  ),
)
const ofOne = tenants.filter(({ path }) => path.includes(':'))
/** But the public key of push subscriptions, which is the application's in both modes. */
const lists = tenants.filter(({ method, path }) => method === 'GET' && !path.includes(':') && !path.endsWith('/key'))
const makes = tenants.filter(({ method, path }) => method !== 'GET' && !path.includes(':'))
const PERSON = '+989121112233'

/** `own` made everything; a token of the other mode of the same tenant must see and touch none of it. */
describe.each([
  ['live', 'test'],
  ['test', 'live'],
] as const)('what a %s credential made, asked for with a %s token', (own, others) => {
  let it: Surface
  let token: string
  beforeAll(async () => {
    it = await startSurface({ mode: own })
    const route = { tenantId: it.tenantId, channel: 'sms', mode: others, connections: [it.connectionId] }
    await it.admin('/admin/v1/routes', { method: 'PUT', body: route })
    token = await it.login(await it.credential(it.tenantId, { mode: others, scopes: CREDENTIAL_SCOPES }))
  })
  afterAll(() => it.dispose())

  const prepared = (operation: Operation) => exampleOf(operation, it)
  const idsIn = ({ json }: Seen): unknown[] =>
    json.data.map((one) => one['id'] ?? one['recipient'] ?? `${one['channel']} ${one['mode']}`)

  test.each(ofOne.map((one) => [nameOf(one), one] as const))('%s: 404, and its maker still has it', async (_, one) => {
    const { path, status, ...sent } = await prepared(one)
    const asked = { method: one.method, operation: one, ...sent }
    const refused = await it.call(path, { ...asked, token })
    expect([refused.status, refused.json.code], refused.text).toEqual([404, 'not-found'])
    const allowed = await it.call(path, { ...asked, token: it.token })
    expect(allowed.status, allowed.text.slice(0, 300)).toBe(status)
  })

  test.each(lists.map((one) => [nameOf(one), one] as const))(
    '%s shows nothing that the other makes',
    async (_, one) => {
      const { path } = one
      for (const make of makes) {
        const { path: made, status: __, ...sent } = await prepared(make)
        if (make.method === 'POST') await it.call(made, { method: make.method, ...sent, token })
      }
      const theirs = await until('their rows', async () => {
        const seen = await it.call(path, { token })
        return seen.json.data.length > 0 || one.path === '/v1/sessions' ? seen : null
      })
      const mine = new Set(idsIn(await it.call(path, { token: it.token })))
      expect(idsIn(theirs).filter((id) => mine.has(id))).toEqual([])
    },
  )

  test.each(lists.map((one) => [nameOf(one), one] as const))('%s shows none of it', async (_, one) => {
    const { path } = one
    for (const make of makes) {
      const { path: made, status: __, ...sent } = await prepared(make)
      if (make.method === 'POST') await it.call(made, { method: make.method, ...sent, token: it.token })
    }
    const mine = await until('own rows', async () => {
      const seen = await it.call(path, { token: it.token })
      return seen.json.data.length > 0 || one.path === '/v1/sessions' ? seen : null
    })
    const theirs = await it.call(path, { token })
    expect(theirs.status).toBe(200)
    const shown = new Set(idsIn(theirs))
    expect(idsIn(mine).filter((id) => shown.has(id))).toEqual([])
  })

  test('a message and a batch that are queued and have no row: 404, also for a cancel', async () => {
    const { id, batch } = await it.idAt(Date.now() - 1_000)
    expect((await it.call(`/v1/messages/${id}`, { token: it.token })).json.status).toBe('accepted')
    for (const [path, method] of [
      [`/v1/messages/${id}`, 'GET'],
      [`/v1/messages/${id}/cancel`, 'POST'],
      [`/v1/batches/${batch}`, 'GET'],
      [`/v1/messages?batch=${batch}`, 'GET'],
    ] as const)
      expect((await it.call(path, { method, token })).status, path).toBe(404)
    expect((await it.call(`/v1/messages/${id}`, { token: it.token })).json.status).toBe('accepted')
    // The digit of the mode alone makes no id of the other mode: the MAC covers it.
    const turned = `${id.slice(0, 25)}${own === 'live' ? '1' : '0'}${id.slice(26)}`
    for (const by of [token, it.token])
      expect((await it.call(`/v1/messages/${turned}`, { token: by })).status).toBe(404)
  })

  test('an opt-out is not lifted, and holds no message of the other mode back', async () => {
    const body = { channel: 'sms', recipient: PERSON }
    await it.good('/v1/suppressions', { body }, 201)
    const path = `/v1/suppressions?channel=sms&recipient=${encodeURIComponent(PERSON)}`
    expect((await it.call(path, { method: 'DELETE', token })).status).toBe(404)
    expect((await it.call(path, { token: it.token })).json.data).toHaveLength(1)
    const ad = message(PERSON, 'سلام لغو۱۱', { purpose: 'advertising' })
    const ends = async (by: string) => {
      const { id } = (await it.call('/v1/messages', { token: by, body: ad })).json
      return until('its end', async () => {
        const { status } = (await it.call(`/v1/messages/${id}`, { token: by })).json
        return ['delivered', 'suppressed'].includes(status) ? status : null
      })
    }
    expect(await ends(it.token)).toBe('suppressed')
    expect(await ends(token)).toBe('delivered')
  })

  test('events go to the endpoints of their own mode', async () => {
    const made = async (by: string) =>
      (await it.call('/v1/webhooks', { token: by, body: { url: `https://${own}.example.org/in` } })).json
    const both = [await made(it.token), await made(token)]
    expect(new Set(both.map(({ mode }) => mode))).toEqual(new Set(['live', 'test']))
    const [mine = '', theirs = ''] = both.map(({ id }) => id as string)
    const { id } = await it.good('/v1/messages', { body: message('+989121110000') }, 202)
    await until('delivered', async () => (await it.good(`/v1/messages/${id}`)).status === 'delivered')
    const log = async (endpoint: string, by: string) => {
      const { json } = await it.call(`/v1/webhooks/${endpoint}/deliveries`, { token: by })
      const events = json.data.flatMap((one) => one['eventIds'] as string[])
      return events.filter((event) => event.includes(id.slice(4)))
    }
    await until('told', async () => (await log(mine, it.token)).some((event) => event.endsWith('_delivered')))
    expect(await log(theirs, token)).toEqual([])
  })
})

test('what a simulated carrier says of a recipient holds no live message back, on whichever route it is', async () => {
  const it = await startSurface({ mode: 'live' })
  try {
    const route = { tenantId: it.tenantId, channel: 'sms', mode: 'test', connections: [it.connectionId] }
    await it.admin('/admin/v1/routes', { method: 'PUT', body: route })
    const played = await it.login(await it.credential(it.tenantId, { mode: 'test', scopes: CREDENTIAL_SCOPES }))
    const statusOf = (id: string, token: string) =>
      until('its end', async () => {
        const { status } = (await it.call(`/v1/messages/${id}`, { token })).json
        return ['accepted', 'submitted'].includes(status) ? null : (status as string)
      })
    for (const end of ['9903', '9913', '9914'])
      for (const by of [played, it.token]) {
        const to = `+98912123${end}`
        const { id } = (await it.call('/v1/messages', { token: by, body: message(to) })).json
        await statusOf(id, by)
        await it.call('/v1/suppressions', { token: it.token })
        const otp = { token: it.token, body: message(to, 'x', { purpose: 'otp' }) }
        expect(await statusOf((await it.call('/v1/messages', otp)).json.id, it.token)).not.toBe('suppressed')
      }
    const kept = (await it.call('/v1/suppressions?channel=sms', { token: played })).json.data as unknown[]
    expect(kept.length).toBeGreaterThan(0)
    expect((await it.call('/v1/suppressions?channel=sms', { token: it.token })).json.data).toEqual([])
  } finally {
    await it.dispose()
  }
})
