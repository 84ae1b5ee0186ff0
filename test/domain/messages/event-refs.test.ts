import { expect, test } from 'vitest'
import { eventIdOf, importIdKeys, messageId, newBase, newRequestId, newTenantId } from '#worker/domain/ids.ts'
import { transitionOf } from '#worker/domain/messages/event-refs.ts'
import { realmOf, tenantOf } from '#worker/domain/realm.ts'

const keys = await importIdKeys([{ kid: 1, key: crypto.getRandomValues(new Uint8Array(32)) }])
const realm = realmOf(newTenantId(), 'live')
const id = messageId(
  await newBase(keys, { realm, channel: 'sms', request: newRequestId(1_790_000_000_000), shard: 0, count: 5 }),
  4,
)

test('an event id leads back to its message and transition', async () => {
  for (const status of ['delivered', 'received', 'unknown'] as const)
    expect(await transitionOf(keys, realm, eventIdOf(id, status))).toEqual({ realm, id, status })
})

test.each([
  eventIdOf(id, 'exploded'),
  eventIdOf(`${id}0`, 'delivered'),
  eventIdOf(`msg_${'0'.repeat(35)}`, 'delivered'),
  'evt_abc_test',
  'evt_',
  'evt_abcdefghijklmnop0123456789_disabled',
] as const)('%s names no message', async (eventId) => {
  expect(await transitionOf(keys, realm, eventId)).toBeNull()
})

test('another tenant’s event names no message here, nor one of the other mode', async () => {
  for (const other of [realmOf(newTenantId(), 'live'), realmOf(tenantOf(realm), 'test')])
    expect(await transitionOf(keys, other, eventIdOf(id, 'delivered'))).toBeNull()
})
