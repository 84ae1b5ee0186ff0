import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { importSealKeys } from '#worker/config.ts'
import type { Env, JobQueue } from '#worker/env.ts'
import { openBody, sealedQueues } from '#worker/flows/core/sealed-queues.ts'
import { utf8 } from '#worker/lib/bytes.ts'
import { seal, unseal } from '#worker/lib/seal.ts'
import { transitOf } from '#worker/lib/transit.ts'

const keysOf = (kid: string) =>
  importSealKeys({ SEAL_KEYS: JSON.stringify([{ kid, key: randomBytes(32).toString('base64') }]) })
const JOB = { kind: 'audit', rows: ['لغو'] }

describe('a body of a queue', () => {
  /** Bytes that a sealed queue sends of a job. */
  async function sent() {
    const transit = transitOf(await keysOf('1'))
    const bodies: Uint8Array<ArrayBuffer>[] = []
    const AUDIT = { send: async (body: Uint8Array<ArrayBuffer>) => void bodies.push(body) }
    const { AUDIT: queue } = sealedQueues({ AUDIT } as unknown as Env, transit)
    await (queue as unknown as JobQueue<unknown>).send(JOB)
    return { transit, bytes: bodies[0] ?? new Uint8Array() }
  }

  test.each([
    ['an ArrayBuffer', (bytes: Uint8Array<ArrayBuffer>) => bytes.slice().buffer],
    ['a view', (bytes: Uint8Array<ArrayBuffer>) => bytes],
    ['a view of a part', (bytes: Uint8Array<ArrayBuffer>) => Uint8Array.from([0, 0, 0, ...bytes, 0]).subarray(3, -1)],
    [
      'a view of another kind',
      (bytes: Uint8Array<ArrayBuffer>) => new DataView(Uint8Array.from([0, ...bytes]).buffer, 1),
    ],
  ])('opens if it comes as %s', async (_, asDelivered) => {
    const { transit, bytes } = await sent()
    expect(await openBody(transit, asDelivered(bytes))).toEqual({ value: JOB, unopened: null, queue: 'audit' })
  })

  test.each([
    ['a kept answer', 'idempotency', '["key",202,{}]\n{}'],
    ['a session', 'session', JSON.stringify(JOB)],
  ])('that is %s, sealed by the same secret, is no job', async (_, label, text) => {
    const { transit } = await sent()
    const { value, unopened } = await openBody(transit, await transit.seal(utf8(text), label))
    expect([value, unopened]).toMatchObject([undefined, { fault: 'broken', queue: '' }])
  })

  test('that was sent in clear does not open', async () => {
    const { transit } = await sent()
    const { unopened } = await openBody(transit, JOB)
    expect(unopened).toMatchObject({ fault: 'broken', kid: '' })
  })
})

describe('the kid of a key', () => {
  test.each(['1', '2026-11', 'A-1_b', 'x'.repeat(32)])('%s names it in what it sealed', async (kid) => {
    const keys = await keysOf(kid)
    expect(await unseal(keys, await seal(keys, 'words', 'here'), 'here')).toBe('words')
  })

  test.each(['', 'a b', '2026.11', 'a/b', 'a+b', 'کلید', 'x'.repeat(33)])(
    '"%s" is refused at the start',
    async (kid) => {
      await expect(keysOf(kid)).rejects.toThrow('a kid of SEAL_KEYS')
    },
  )
})
