import { expect, test } from 'vitest'
import {
  bounceAddressOf,
  bounceMacOf,
  isBounceMac,
  mailMessageIdOf,
  parseBounceAddress,
  refOfMailMessageId,
} from '#worker/domain/carriers/email-message-id.ts'
import { attemptRefOf, importIdKeys, messageId, newBase, newRequestId } from '#worker/domain/ids.ts'

const keys = await importIdKeys([{ kid: 1, key: new Uint8Array(32) }])
const tenant = 'live.ten_0123456789ab'
const base = await newBase(keys, {
  realm: tenant,
  channel: 'sms',
  request: newRequestId(1_800_000_000_000),
  shard: 0,
  count: 1,
})
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
  expect(parseBounceAddress(address)?.ref).toBe(ref)
  expect(parseBounceAddress(address.toUpperCase())?.ref).toBe(ref)
  expect(address.indexOf('@')).toBeLessThanOrEqual(64)
})

test('a bounce address with the MAC of its attempt fits an envelope too, and is good for that attempt only', async () => {
  const mac = await bounceMacOf(keys, ref)
  for (const attempt of [1, 12, 9999]) {
    const other = attemptRefOf(tenant, messageId(base, 0), attempt)
    const address = bounceAddressOf(other, 'example.com', await bounceMacOf(keys, other))
    expect(address.indexOf('@')).toBe(64)
    const found = parseBounceAddress(address.toUpperCase())
    expect(found?.ref).toBe(other)
    expect(await isBounceMac(keys, other, found?.mac ?? '')).toBe(true)
    expect(await isBounceMac(keys, other, mac)).toBe(other === ref)
  }
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
  expect(parseBounceAddress(text)).toBeNull()
})
