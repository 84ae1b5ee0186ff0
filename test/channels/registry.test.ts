import { describe, expect, test } from 'vitest'
import { channels } from '#worker/channels/index.ts'
import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { FEATURES } from '#worker/domain/carriers/features.ts'
import type { Connection, Provider } from '#worker/domain/carriers/provider.ts'
import { type ConformanceKit, play } from '../conformance/kit.ts'
import { kitsOf } from '../conformance/kits.ts'

async function opened(
  channel: ChannelName,
  provider: Provider,
): Promise<{ kit: ConformanceKit; connection: Connection }> {
  const kit = (await kitsOf(channel)).find(({ provider: { name } }) => name === provider.name)
  if (!kit) throw new Error(`${channel}/${provider.name} has no conformance kit`)
  const { ports } = play(() => new Response(null, { status: 500 }), undefined, kit.ports)
  return { kit, connection: provider.open(kit.settings, ports) }
}

/** Mail comes in by the Worker's own e-mail handler, and of a push the person's own device tells: whichever provider sends. */
const HEARD_OTHERWISE: readonly ChannelName[] = ['email', 'push']

const registry = CHANNELS.flatMap((channel) =>
  Object.values(channels[channel].providers).map(
    (provider) => [`${channel}/${provider.name}`, channel, provider] as const,
  ),
)

describe.each(registry)('%s', (_, channel, provider) => {
  test('has features that are known, each once, and at least one to be used for', () => {
    const { features } = provider
    expect(
      features.filter(
        (need) =>
          !(need in FEATURES) && !/^(?:to:[a-z][a-z0-9-]*|speaks:(?:\*|[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*))$/.test(need),
      ),
    ).toEqual([])
    expect(new Set(features).size).toBe(features.length)
    expect(features.some((need) => ['outbound', 'inbound', 'session'].includes(need))).toBe(true)
  })

  test('reports reading only where it reports delivery', () => {
    if (provider.features.includes('read')) expect(provider.features).toContain('receipts')
  })

  test('can do what it declares: hears messages, reports and turns, each with a fixture', async () => {
    const { kit, connection } = await opened(channel, provider)
    const has = (feature: 'inbound' | 'receipts' | 'session') => provider.features.includes(feature)
    const isHeard = connection.receive !== undefined || connection.poll !== undefined
    if (has('inbound') && !HEARD_OTHERWISE.includes(channel)) expect(isHeard).toBe(true)
    if (has('inbound') && connection.receive) expect(kit.callback?.inbound).toBeDefined()
    if (has('receipts') && connection.receive) expect(kit.callback?.delivered).toBeDefined()
    if (has('session')) {
      expect(connection.receive).toBeDefined()
      expect(connection.answer).toBeDefined()
      expect(kit.callback?.turn).toBeDefined()
    }
  })
})

test.each(CHANNELS)('%s has a simulated provider, so that everything can be tried without a carrier', (channel) => {
  expect(Object.values(channels[channel].providers).some(({ simulated }) => simulated)).toBe(true)
})
