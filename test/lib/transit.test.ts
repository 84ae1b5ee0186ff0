import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { importSealKeys } from '#worker/config.ts'
import { utf8 } from '#worker/lib/bytes.ts'
import { type TransitRoot, transitOf } from '#worker/lib/transit.ts'
import { seeded } from '../worlds/random.ts'

const DAY = 86_400_000
const secret = (kid: string) => ({ kid, key: randomBytes(32).toString('base64') })
const rootsOf = (...secrets: readonly ReturnType<typeof secret>[]): Promise<readonly TransitRoot[]> =>
  importSealKeys({ SEAL_KEYS: JSON.stringify(secrets) })
const [first, second] = [secret('1'), secret('second')]

let roots: readonly TransitRoot[]
beforeAll(async () => {
  roots = await rootsOf(first)
})

const textOf = (plain: Uint8Array | null): string | null => plain && new TextDecoder().decode(plain)

describe('a body in transit', () => {
  test('opens on the day that it was sealed and weeks later, with what stood beside it', async () => {
    const sealed = await transitOf(roots, () => 20_000 * DAY).seal(utf8('سلام'), 'send-sms')
    for (const days of [20_000, 20_015]) {
      const opened = await transitOf(roots, () => days * DAY).open(sealed)
      expect([textOf(opened.plain), opened.label]).toEqual(['سلام', 'send-sms'])
    }
  })

  test('opens after another secret became the first, and says which one is not there', async () => {
    const sealed = await transitOf(roots).seal(utf8('x'), 'report')
    expect(textOf((await transitOf(await rootsOf(second, first)).open(sealed)).plain)).toBe('x')
    expect(await transitOf(await rootsOf(second)).open(sealed)).toEqual({
      plain: null,
      label: 'report',
      fault: 'lost-key',
      kid: '1',
    })
    expect(await transitOf(await rootsOf(secret('1'))).open(sealed)).toMatchObject({ plain: null, fault: 'broken' })
  })

  test('does not open with any bit changed, cut off or added', async () => {
    const chance = seeded(7)
    const transit = transitOf(roots)
    const sealed = await transit.seal(utf8('a message'), 'notify')
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = sealed.slice()
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect((await transit.open(changed)).plain, `bit ${bit}`).toBeNull()
    }
    for (let length = 0; length < sealed.length; length++)
      expect((await transit.open(sealed.slice(0, length))).plain).toBeNull()
    expect((await transit.open(Uint8Array.of(...sealed, 0))).plain).toBeNull()
    for (let round = 0; round < 200; round++) {
      const noise = Uint8Array.from({ length: Math.floor(chance() * 80) }, () => Math.floor(chance() * 256))
      if (noise.length > 0 && round % 2 === 0) noise[0] = 1
      expect((await transit.open(noise)).plain).toBeNull()
    }
  })

  test('takes at most 60 bytes more than what it holds, so that the queue’s limits stand', async () => {
    for (const label of ['notify-retry', 'send-email']) {
      const sealed = await transitOf(roots).seal(new Uint8Array(63_000), label)
      expect(sealed.byteLength - 63_000).toBeLessThanOrEqual(60)
    }
  })
})
