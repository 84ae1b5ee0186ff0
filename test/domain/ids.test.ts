import { expect, test } from 'vitest'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import {
  attemptRefOf,
  batchIdOf,
  batchOfId,
  channelOfId,
  countOf,
  importIdKeys,
  isBatchId,
  isMessageId,
  messageId,
  newBase,
  newRequestId,
  newTenantId,
  parseAttemptRef,
  realmOfId,
} from '#worker/domain/ids.ts'
import { MODES, realmOf } from '#worker/domain/realm.ts'
import { encodeNumber } from '#worker/lib/base32.ts'

const keys = await importIdKeys([{ kid: 1, key: new Uint8Array(32).fill(7) }])
const tenant = newTenantId()
const BOTH = MODES.flatMap((mode) => CHANNELS.map((channel) => [mode, channel] as const))
/** Place of the digit that holds channel and mode. */
const KIND_AT = 'msg_'.length + 16 + 2 + 3

test.each(BOTH)('an id of %s says that its message is of %s, and its MAC proves it', async (mode, channel) => {
  const realm = realmOf(tenant, mode)
  const base = await newBase(keys, {
    realm,
    channel,
    request: newRequestId(1_790_000_000_000),
    shard: 3,
    count: 9,
    batched: true,
  })
  const id = messageId(base, 4)
  expect([channelOfId(id), realmOfId(tenant, id), channelOfId(batchIdOf(base))]).toEqual([channel, realm, channel])
  expect(parseAttemptRef(attemptRefOf(realm, id, 2))).toEqual({ realm, id, attempt: 2 })
  for (const other of MODES) expect(await isMessageId(keys, realmOf(tenant, other), id)).toBe(other === mode)
  expect(await isBatchId(keys, realm, batchIdOf(base))).toBe(true)
  for (let kind = 0; kind < 32; kind++) {
    const forged = `${id.slice(0, KIND_AT)}${encodeNumber(kind, 1)}${id.slice(KIND_AT + 1)}`
    for (const some of MODES)
      expect(await isMessageId(keys, realmOf(tenant, some), forged)).toBe(forged === id && some === mode)
  }
})

test('an id of something else than a batch proves that it is none, and counts no more than it says', async () => {
  const realm = realmOf(tenant, 'live')
  const parts = { realm, channel: 'sms', request: newRequestId(1_790_000_000_000), shard: 3, count: 2 } as const
  const [single, batch] = [await newBase(keys, parts), await newBase(keys, { ...parts, batched: true })]
  expect([single, batch].map((base) => countOf(batchIdOf(base)))).toEqual([2, 2])
  expect([single, batch].map((base) => batchOfId(messageId(base, 1)))).toEqual([null, batchIdOf(batch)])
  expect(await isBatchId(keys, realm, batchIdOf(single))).toBe(false)
  // With the digits of the batch's count it is no id of ours.
  const turned = single.slice(0, 18) + batch.slice(18, 21) + single.slice(21)
  expect(await isBatchId(keys, realm, batchIdOf(turned))).toBe(false)
  for (const base of [single, batch])
    expect(await Promise.all([0, 1, 2].map((n) => isMessageId(keys, realm, messageId(base, n))))).toEqual([
      true,
      true,
      false,
    ])
  await expect(newBase(keys, { ...parts, count: 2 ** 14 })).rejects.toThrow(RangeError)
})

test('there is room in an id for all channels', () => expect(CHANNELS.length).toBeLessThanOrEqual(16))
