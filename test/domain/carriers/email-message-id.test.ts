import { expect, test } from 'vitest'
import {
  bounceAddressOf,
  mailMessageIdOf,
  refOfBounceAddress,
  refOfMailMessageId,
} from '#worker/domain/carriers/email-message-id.ts'
import { attemptRefOf, importIdKeys, messageId, newBase, newRequestId } from '#worker/domain/ids.ts'

const keys = await importIdKeys([{ kid: 1, key: new Uint8Array(32) }])
const tenant = 'live.ten_0123456789ab'
const base = await newBase(keys, { realm: tenant, request: newRequestId(1_800_000_000_000), shard: 0, count: 1 })
const ref = attemptRefOf(tenant, messageId(base, 0), 12)

test('an attempt is found again by its Message-ID, with or without brackets, in any case', () => {
  const id = mailMessageIdOf(ref, 'example.com')
  expect(refOfMailMessageId(id)).toBe(ref)
  expect(refOfMailMessageId(` ${id}\r\n`)).toBe(ref)
  expect(refOfMailMessageId(id.slice(1, -1))).toBe(ref)
  expect(refOfMailMessageId(id.toUpperCase())).toBe(ref)
})

test('an attempt is found again by its bounce address, which fits an envelope', () => {
  const address = bounceAddressOf(ref, 'example.com')
  expect(refOfBounceAddress(address)).toBe(ref)
  expect(refOfBounceAddress(address.toUpperCase())).toBe(ref)
  expect(address.indexOf('@')).toBeLessThanOrEqual(64)
})

test.each([
  '',
  '<>',
  '<@>',
  '<a@b>',
  '<a@b@c>',
  'bounce+@example.com',
  `<${'x'.repeat(5_000)}@example.com>`,
  '<a.b.1@c>',
])('what is none of ours names no attempt: %j', (text) => {
  expect(refOfMailMessageId(text)).toBeNull()
  expect(refOfBounceAddress(text)).toBeNull()
})
