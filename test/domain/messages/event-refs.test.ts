import { expect, test } from 'vitest'
import { eventIdOf, importIdKeys, messageId, newBase, newRequestId, newTenantId } from '#worker/domain/ids.ts'
import { transitionOf } from '#worker/domain/messages/event-refs.ts'

const keys = await importIdKeys([{ kid: 1, key: crypto.getRandomValues(new Uint8Array(32)) }])
const tenant = newTenantId()
const id = messageId(await newBase(keys, tenant, newRequestId(1_790_000_000_000), 0, 5), 4)

test('an event id leads back to its message and transition', async () => {
  for (const status of ['delivered', 'received', 'unknown'] as const)
    expect(await transitionOf(keys, tenant, eventIdOf(id, status))).toEqual({ tenantId: tenant, id, status })
})

test.each([
  eventIdOf(id, 'exploded'),
  eventIdOf(`${id}0`, 'delivered'),
  eventIdOf(`msg_${'0'.repeat(34)}`, 'delivered'),
  'evt_abc_test',
  'evt_',
  'evt_abcdefghijklmnop0123456789_disabled',
] as const)('%s names no message', async (eventId) => {
  expect(await transitionOf(keys, tenant, eventId)).toBeNull()
})

test('another tenant’s event names no message here', async () => {
  expect(await transitionOf(keys, newTenantId(), eventIdOf(id, 'delivered'))).toBeNull()
})
