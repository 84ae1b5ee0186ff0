import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { insertDeadLetters } from '#worker/store/dead-letters.ts'
import { tallyStatement } from '#worker/store/tallies.ts'
import { type AdminClient, adminClient } from '../../worlds/admin-client.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'

let chapar: Harness
let admin: AdminClient

beforeAll(async () => {
  chapar = await startChapar({ shards: 2 })
  admin = await adminClient(chapar)
})
afterAll(() => chapar?.dispose())

const letter = {
  id: 'dead_0000000500',
  queue: 'report',
  kind: 'report',
  realm: '',
  items: 0,
  job: { json: '{}' },
  reason: 'retries exhausted',
  at: 1_500,
} as const

describe('health', () => {
  it('tells of every queue, of dead letters, and of each connection’s outcomes and breaker', async () => {
    const { id } = await admin.ok('POST', '/admin/v1/connections', { channel: 'sms', provider: 'sandbox', name: 'S' })
    const now = Date.now()
    await chapar
      .ledger(0)
      .batch([
        tallyStatement(chapar.ledger(0), { [`outcome:${id}:accepted`]: 3, lost: 1 }, now),
        tallyStatement(chapar.ledger(0), { [`outcome:${id}:accepted`]: 2 }, now),
        tallyStatement(chapar.ledger(0), { [`outcome:${id}:accepted`]: 90, lost: 90 }, now - 25 * 3_600_000),
      ])
    await tallyStatement(chapar.ledger(1), { [`outcome:${id}:unknown`]: 1, lost: 1 }, now).run()
    await insertDeadLetters(chapar.ledger(1), chapar.keys, [letter])
    const health = await admin.ok('GET', '/admin/v1/health')
    const queues = health['queues'] as Record<string, unknown>[]
    expect(queues.map(({ name }) => name)).toEqual([
      ...CHANNELS.map((channel) => `send-${channel}`),
      'report',
      'notify',
      'notify-retry',
      'audit',
      'sandbox',
    ])
    expect(queues.find(({ name }) => name === 'report')).toMatchObject({ deadLetters: 1, backlog: expect.any(Number) })
    expect(health['connections']).toMatchObject([
      { id, provider: 'sandbox', breaker: 'closed', openedAt: null, outcomes: { accepted: 5, unknown: 1 } },
    ])
    expect(health).toMatchObject({ lost: 2, unowned: 0 })
  })
})
