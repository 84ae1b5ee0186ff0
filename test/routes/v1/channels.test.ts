import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { FEATURES, type Need } from '#worker/domain/carriers/features.ts'
import type { Mode } from '#worker/domain/realm.ts'
import type { Policy, Route } from '#worker/domain/tenants/tenant.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { channels } from '#worker/routes/v1/channels.ts'

const route = (features: readonly (readonly Need[] | null)[], more: Partial<Route> = {}): Route => ({
  channel: 'chat',
  mode: 'live',
  connections: features.map((has, n) => ({ id: `con_${n}`, features: has })),
  ...more,
})
const policyWith = (...routes: readonly Route[]): Policy => ({ routes }) as Partial<Policy> as Policy

interface Answer {
  readonly channel: string
  readonly capabilities: object
  readonly features: readonly string[]
  readonly recipients: readonly string[]
}

/** What `GET /v1/channels` says of one channel to a credential of that mode. */
async function answerOf(policy: Policy, name: ChannelName, mode: Mode): Promise<Answer> {
  const app = new Hono<AppEnv>()
  app.use(async (c, next) => {
    const principal = { policy, realm: `${mode}.ten_000000000000`, scopes: ['messages:read'] }
    c.set('principal', principal as unknown as AppEnv['Variables']['principal'])
    await next()
  })
  channels.mount(app, [])
  const { data } = (await (await app.request('/v1/channels')).json()) as { data: Answer[] }
  const answer = data.find(({ channel }) => channel === name)
  if (!answer) throw new Error(`no ${name}`)
  return answer
}
const NOTHING = { outbound: false, inbound: false, receipts: false, cancel: false, schedule: false, session: false }

describe('what a channel can do for an account', () => {
  test('without a route: nothing, and it says so', async () => {
    for (const name of CHANNELS)
      expect(await answerOf(policyWith(), name, 'live')).toEqual({
        channel: name,
        mode: 'live',
        available: false,
        capabilities: NOTHING,
        features: [],
        languages: [],
        recipients: [],
      })
  })

  test('is what some connection of the route has, and of no other route', async () => {
    const policy = policyWith(
      route([
        ['outbound', 'media', 'to:telegram'],
        ['outbound', 'inbound', 'receipts', 'read', 'template', 'to:whatsapp'],
      ]),
      route([['outbound', 'session', 'to:sandbox']], { mode: 'test' }),
      route([['outbound', 'gather']], { channel: 'voice' }),
    )
    expect(await answerOf(policy, 'chat', 'live')).toEqual({
      channel: 'chat',
      mode: 'live',
      available: true,
      capabilities: { ...NOTHING, outbound: true, inbound: true, receipts: true, cancel: true },
      features: ['outbound', 'inbound', 'receipts', 'read', 'media', 'template'],
      languages: [],
      recipients: ['telegram', 'whatsapp'],
    })
    expect((await answerOf(policy, 'chat', 'test')).capabilities).toMatchObject({ session: true, inbound: false })
    expect((await answerOf(policy, 'voice', 'live')).recipients).toEqual([])
  })

  test('a route whose connections are all switched off is there and not available', async () => {
    expect(await answerOf(policyWith(route([[], []])), 'chat', 'live')).toMatchObject({
      available: false,
      capabilities: NOTHING,
    })
  })

  test('a connection of which nothing is written down is available, for nothing is refused for it', async () => {
    expect(await answerOf(policyWith(route([null])), 'chat', 'live')).toMatchObject({
      available: true,
      capabilities: { outbound: true, cancel: true, receipts: false },
      features: [],
    })
  })

  test('names every feature there is in the table’s order', async () => {
    const all = Object.keys(FEATURES).toReversed() as Need[]
    expect((await answerOf(policyWith(route([all])), 'chat', 'live')).features).toEqual(Object.keys(FEATURES))
  })
})
