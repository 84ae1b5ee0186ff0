import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AdminClient, adminClient } from '../../worlds/admin-client.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'

let chapar: Harness
let admin: AdminClient

beforeAll(async () => {
  chapar = await startChapar({ shards: 2 })
  admin = await adminClient(chapar)
})
afterAll(() => chapar?.dispose())

const itemsOf = (page: Record<string, unknown>) => page['data'] as Record<string, unknown>[]

/** Waits for what a queue consumer does behind an answer. */
async function eventually<Value>(read: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await read()
    if (holds(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('messages to lines that nobody has', () => {
  it('are kept, and shown to operators', async () => {
    const made = await admin.ok('POST', '/admin/v1/connections', { channel: 'sms', provider: 'sandbox', name: 'In' })
    const url = new URL(String(made['callbackUrl']))
    const inbound = [{ id: 'in-1', from: '+989121234567', to: '10009999', text: 'سلام' }]
    const body = JSON.stringify({ at: Date.now(), inbound })
    const headers = { 'content-type': 'application/json' }
    expect((await chapar.fetch(url.pathname, { method: 'POST', headers, body })).status).toBe(200)
    const page = await eventually(
      () => admin.ok('GET', '/admin/v1/unowned'),
      (found) => itemsOf(found).length > 0,
    )
    expect(itemsOf(page)).toMatchObject([
      { from: '+989121234567', to: '10009999', content: { text: 'سلام' }, connectionId: made['id'] },
    ])
    expect(await admin.ok('GET', '/admin/v1/health')).toMatchObject({ unowned: 1 })
  })
})
