import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations } from '#worker/routes/resources.ts'
import { type Surface, startSurface } from '../worlds/surface.ts'
import { message, until } from '../worlds/world.ts'

const read = operations.find(({ method, path }) => method === 'GET' && path === '/v1/messages/:id')
const schema = read ? { operation: read } : {}

describe.each(['test', 'live'] as const)('a message of %s that is still queued', (mode) => {
  let it: Surface
  beforeAll(async () => {
    // Jobs wait on the queue for longer than the test reads.
    it = await startSurface({ mode, queue: { maxBatchTimeout: 6, maxBatchSize: 100 } })
    const connection = await it.admin('/admin/v1/connections', {
      body: { channel: 'email', provider: 'sandbox', name: 'Mail', settings: {} },
    })
    const { tenantId } = it
    await it.admin('/admin/v1/routes', {
      method: 'PUT',
      body: { tenantId, channel: 'email', mode, connections: [connection.id] },
    })
    await it.admin(`/admin/v1/tenants/${tenantId}/senders`, {
      body: { channel: 'email', address: 'shop@example.com', lineClass: 'service', isDefault: true },
    })
  })
  afterAll(() => it.dispose())

  const mail = { channel: 'email', to: 'ann@example.org', content: { subject: 'x', text: 'x' } }
  const FACTS = ['acceptedAt', 'channel', 'direction', 'id', 'mode', 'status', 'timeline', 'updatedAt']

  test('says its channel, its mode and no more, and all of it once it is written', async () => {
    const sent = [
      { channel: 'sms', to: '+989121112233', body: message('+989121112233') },
      { channel: 'email', to: 'ann@example.org', body: mail },
    ]
    const ids = await Promise.all(sent.map(async ({ body }) => (await it.good('/v1/messages', { body }, 202)).id))
    for (const [n, { channel }] of sent.entries()) {
      const queued = await it.good(`/v1/messages/${ids[n]}`, schema)
      expect(Object.keys(queued).sort()).toEqual(FACTS)
      expect(queued).toMatchObject({ id: ids[n], channel, mode, direction: 'outbound', status: 'accepted' })
    }
    for (const [n, { channel, to }] of sent.entries()) {
      const written = await until('it is written', async () => {
        const seen = await it.good(`/v1/messages/${ids[n]}`, schema)
        return seen['to'] === undefined ? null : seen
      })
      expect(written).toMatchObject({ channel, mode, to })
    }
  })

  test('and so does each of a batch, and one that was canceled before a carrier was called', async () => {
    const items = Array.from({ length: 3 }, (_, n) => ({ to: `a${n}@example.org` }))
    const { accepted } = await it.good(
      '/v1/messages/batch',
      { body: { channel: 'email', content: mail.content, messages: items } },
      202,
    )
    const [first, second] = accepted
    await it.good(`/v1/messages/${first?.id}/cancel`, { method: 'POST' })
    expect(await it.good(`/v1/messages/${first?.id}`, schema)).toMatchObject({
      channel: 'email',
      mode,
      status: 'canceled',
    })
    expect(await it.good(`/v1/messages/${second?.id}`, schema)).toMatchObject({ channel: 'email', mode })
    const { data } = await it.good('/v1/messages?channel=email&status=canceled')
    expect(data.map(({ id }) => id)).toEqual([first?.id])
  })
})
