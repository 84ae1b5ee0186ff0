import { describe, expect, test } from 'vitest'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { FEATURES, type Need } from '#worker/domain/carriers/features.ts'
import type { Policy, Route } from '#worker/domain/tenants/tenant.ts'
import { channelAnswer } from '#worker/routes/v1/channels.ts'

const route = (features: readonly (readonly Need[] | null)[], more: Partial<Route> = {}): Route => ({
  channel: 'chat',
  mode: 'live',
  connections: features.map((has, n) => ({ id: `con_${n}`, features: has })),
  ...more,
})
const policyWith = (...routes: readonly Route[]): Policy => ({ routes }) as Partial<Policy> as Policy
const NOTHING = { outbound: false, inbound: false, receipts: false, cancel: false, schedule: false, session: false }

describe('what a channel can do for an account', () => {
  test('without a route: nothing, and it says so', () => {
    for (const name of CHANNELS)
      expect(channelAnswer(policyWith(), name, 'live')).toEqual({
        channel: name,
        mode: 'live',
        available: false,
        capabilities: NOTHING,
        features: [],
        recipients: [],
      })
  })

  test('is what some connection of the route has, and of no other route', () => {
    const policy = policyWith(
      route([
        ['outbound', 'media', 'to:telegram'],
        ['outbound', 'inbound', 'receipts', 'read', 'template', 'to:whatsapp'],
      ]),
      route([['outbound', 'session', 'to:sandbox']], { mode: 'test' }),
      route([['outbound', 'gather']], { channel: 'voice' }),
    )
    expect(channelAnswer(policy, 'chat', 'live')).toEqual({
      channel: 'chat',
      mode: 'live',
      available: true,
      capabilities: { ...NOTHING, outbound: true, inbound: true, receipts: true, cancel: true },
      features: ['outbound', 'inbound', 'receipts', 'read', 'media', 'template'],
      recipients: ['telegram', 'whatsapp'],
    })
    expect(channelAnswer(policy, 'chat', 'test').capabilities).toMatchObject({ session: true, inbound: false })
    expect(channelAnswer(policy, 'voice', 'live').recipients).toEqual([])
  })

  test('a route whose connections are all switched off is there and not available', () => {
    expect(channelAnswer(policyWith(route([[], []])), 'chat', 'live')).toMatchObject({
      available: false,
      capabilities: NOTHING,
    })
  })

  test('a connection of which nothing is written down is available, for nothing is refused for it', () => {
    expect(channelAnswer(policyWith(route([null])), 'chat', 'live')).toMatchObject({
      available: true,
      capabilities: { outbound: true, cancel: true, receipts: false },
      features: [],
    })
  })

  test('names every feature there is in the table’s order', () => {
    const all = Object.keys(FEATURES).toReversed() as Need[]
    expect(channelAnswer(policyWith(route([all])), 'chat', 'live').features).toEqual(Object.keys(FEATURES))
  })
})
