import { expect, test } from 'vitest'
import type { Config } from '#worker/config.ts'
import { newClientSecret, secretHash } from '#worker/flows/auth/client-secret.ts'
import { encodeNumber } from '#worker/lib/base32.ts'
import { utf8 } from '#worker/lib/bytes.ts'
import { crc32 } from '#worker/lib/crc32.ts'
import { importHmacKey } from '#worker/lib/hmac.ts'

/** What a secret scanner does: it looks for the form, then for the checksum of all that stands before it. */
const isClientSecret = (text: string): boolean =>
  /^chs_(?:live|test)_[0-9a-hjkmnp-tv-z]{59}$/.test(text) && text.endsWith(encodeNumber(crc32(text.slice(0, -7)), 7))

const configWith = async (key: string) =>
  ({ indexKey: await importHmacKey(utf8(key.padEnd(32, '.'))) }) satisfies Pick<Config, 'indexKey'> as Config

test('knows the published check value of CRC-32', () => {
  expect(crc32('123456789')).toBe(0xcbf43926)
})

test('makes secrets that a scanner can match and whose mode can be read', () => {
  const secret = newClientSecret('test')
  expect(secret.startsWith('chs_test_')).toBe(true)
  expect(isClientSecret(secret)).toBe(true)
  expect(newClientSecret('live').startsWith('chs_live_')).toBe(true)
})

test('sees one changed character by the checksum', () => {
  const secret = newClientSecret('live')
  for (let i = 9; i < secret.length; i++) {
    const other = secret[i] === '0' ? '1' : '0'
    expect(isClientSecret(secret.slice(0, i) + other + secret.slice(i + 1))).toBe(false)
  }
})

test('never makes the same secret twice', () => {
  expect(new Set(Array.from({ length: 500 }, () => newClientSecret('live'))).size).toBe(500)
})

test('hashes a secret for one client under one key only', async () => {
  const [one, two] = await Promise.all([configWith('one'), configWith('two')])
  const hash = await secretHash(one, 'cli_a', 'chs_live_x')
  expect(hash).toMatch(/^[\w-]{43}$/)
  expect(await secretHash(one, 'cli_a', 'chs_live_x')).toBe(hash)
  expect(await secretHash(one, 'cli_b', 'chs_live_x')).not.toBe(hash)
  expect(await secretHash(one, 'cli_a', 'chs_live_y')).not.toBe(hash)
  expect(await secretHash(two, 'cli_a', 'chs_live_x')).not.toBe(hash)
})
