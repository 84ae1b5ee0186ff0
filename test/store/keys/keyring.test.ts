import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { importSealKeys } from '#worker/config.ts'
import { newTenantId } from '#worker/domain/ids.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { ALTERED } from '#worker/store/keys/altered.ts'
import { keyringFault } from '#worker/store/keys/fault.ts'
import { type Kek, type Keyring, type Keys, keyringOf } from '#worker/store/keys/keyring.ts'
import { openText, openTexts, sealText } from '#worker/store/keys/sealed.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'
import { seeded } from '../../worlds/random.ts'

const key = (kid: string) => ({ kid, key: randomBytes(32).toString('base64') })
const keksOf = (...keys: readonly ReturnType<typeof key>[]): Promise<readonly Kek[]> =>
  importSealKeys({ SEAL_KEYS: JSON.stringify(keys) })
const [first, second] = [key('1'), key('2')]

const at = (text: string): number => Date.parse(`${text}T00:00:00Z`)
const place = ['things', 'row 1', 'column'] as const

let bindings: Bindings
let keks: readonly Kek[]
/** A keyring of an isolate that has read nothing yet. */
const fresh = (with_: readonly Kek[] = keks): Keyring => keyringOf(bindings.control, with_)
/** A keyring of an isolate that has read nothing yet, and how often it asked the database. */
function counted(): { readonly ring: Keyring; asked(): number } {
  let asked = 0
  const control = new Proxy(bindings.control, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (name === 'prepare') asked++
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  return { ring: keyringOf(control, keks), asked: () => asked }
}
afterEach(() => {
  vi.useRealTimers()
})
beforeAll(async () => {
  bindings = await startBindings()
  keks = await keksOf(first)
})
afterAll(() => bindings?.dispose())

/** Compares keys by what they do, since nobody can read them. */
const printOf = async ({ owner, number, index }: Keys): Promise<string> =>
  `${owner} ${number} ${Buffer.from(await hmac(index, 'print')).toString('hex')}`

describe('a pair of keys', () => {
  test('is made at first use, once for all that come at the same time', async () => {
    const tenant = newTenantId()
    const rings = Array.from({ length: 8 }, () => fresh())
    const made = await Promise.all(rings.map(async (ring) => printOf(await ring.sealer(tenant, at('2026-11-28')))))
    expect(new Set(made).size).toBe(1)
    expect(made[0]).toContain(`${tenant} 11 `)
  })

  test('is one of its owner and month, and the standing one is apart', async () => {
    const [a, b] = [newTenantId(), newTenantId()]
    const ring = fresh()
    const prints = await Promise.all(
      [
        ring.sealer(a, at('2026-11-01')),
        ring.sealer(a, at('2026-11-30') + 86_399_999),
        ring.sealer(a, at('2026-12-01')),
        ring.sealer(b, at('2026-11-01')),
        ring.standing(a),
        ring.standing(''),
      ].map(async (keys) => printOf(await keys)),
    )
    expect(prints[0]).toBe(prints[1])
    expect(new Set(prints).size).toBe(5)
  })

  test('is read once an isolate', async () => {
    const tenant = newTenantId()
    await fresh().sealer(tenant, at('2026-11-01'))
    const { ring, asked } = counted()
    await ring.sealer(tenant, at('2026-11-01'))
    expect(asked()).toBe(1)
    for (let n = 0; n < 5; n++) await ring.sealer(tenant, at('2026-11-02'))
    expect(asked()).toBe(1)
  })

  test('of this month and of those before are asked for together once, and one that is new here is known', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: at('2026-11-28') })
    const tenant = newTenantId()
    for (const day of ['2026-11-01', '2026-10-01']) await fresh().sealer(tenant, at(day))
    const { ring, asked } = counted()
    const numbers = async (since: number) => (await ring.indexes(tenant, since)).map(({ number }) => number)
    expect(await numbers(0)).toEqual([10, 11])
    expect([await numbers(0), await numbers(at('2026-11-02')), asked()]).toEqual([[10, 11], [11], 1])
    // A claim that was long delayed: its message is of a month that had no other.
    await ring.sealer(tenant, at('2026-09-01'))
    const before = asked()
    expect([await numbers(0), asked()]).toEqual([[9, 10, 11], before])
  })

  test('of this month is known as soon as another isolate has made it, of a month before within a minute', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: at('2026-11-28') })
    const tenant = newTenantId()
    const ring = fresh()
    const numbers = async () => (await ring.indexes(tenant, 0)).map(({ number }) => number)
    expect(await numbers()).toEqual([])
    await fresh().sealer(tenant, at('2026-11-01'))
    expect(await numbers()).toEqual([11])
    await fresh().sealer(tenant, at('2026-10-01'))
    vi.setSystemTime(at('2026-11-28') + 61_000)
    expect(await numbers()).toEqual([10, 11])
    // Another month begins.
    vi.setSystemTime(at('2026-12-01'))
    await fresh().sealer(tenant, at('2026-12-01'))
    expect(await numbers()).toEqual([10, 11, 12])
    await ring.forget(tenant, 10)
    expect(await numbers()).toEqual([11, 12])
  })

  test('is looked at anew after an hour: that costs one question, and one that was erased meanwhile is gone', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: at('2026-11-28') })
    const [kept, erased] = [newTenantId(), newTenantId()]
    const { ring, asked } = counted()
    const before = [await ring.standing(kept), await ring.standing(erased)]
    await fresh().forget(erased, 0)
    const asked0 = asked()
    vi.setSystemTime(at('2026-11-28') + 59 * 60_000)
    expect([await ring.standing(kept), await ring.standing(erased), asked()]).toEqual([...before, asked0])
    vi.setSystemTime(at('2026-11-28') + 61 * 60_000)
    expect(await ring.opener(erased, 0)).toBeNull()
    expect([await ring.standing(kept), await ring.standing(kept), asked()]).toEqual([before[0], before[0], asked0 + 2])
    const anew = await printOf(await fresh().standing(erased))
    expect(await printOf(await ring.standing(erased))).toBe(anew)
    expect(anew).not.toBe(await printOf(before[1] as Keys))
  })

  test('that is to be looked at anew while the database is away is used for ten more minutes', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: at('2026-11-28') })
    const tenant = newTenantId()
    let isAway = false
    const control = new Proxy(bindings.control, {
      get(target, name) {
        if (isAway && name === 'prepare') throw new Error('away')
        const member: unknown = Reflect.get(target, name)
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
    const ring = keyringOf(control, keks)
    const pair = await ring.standing(tenant)
    isAway = true
    vi.setSystemTime(at('2026-11-28') + 69 * 60_000)
    expect(await ring.standing(tenant)).toBe(pair)
    vi.setSystemTime(at('2026-11-28') + 71 * 60_000)
    await expect(ring.standing(tenant)).rejects.toThrow('away')
  })

  test('that nobody has made is null to who would open by it', async () => {
    expect(await fresh().opener(newTenantId(), 3)).toBeNull()
  })

  test('opens after another key-encryption key became the first', async () => {
    const tenant = newTenantId()
    const sealed = await sealText(await fresh().standing(tenant), 'سلام', place)
    const later = fresh(await keksOf(second, first))
    expect(await openText(later, tenant, sealed, place)).toBe('سلام')
  })

  test('indexes are those of every month since a time, oldest first, and no standing one', async () => {
    const tenant = newTenantId()
    const ring = fresh()
    await ring.standing(tenant)
    for (const month of ['2026-10-05', '2026-03-05', '2026-11-05']) await ring.sealer(tenant, at(month))
    expect((await fresh().indexes(tenant, at('2026-05-28'))).map(({ number }) => number)).toEqual([10, 11])
    expect((await ring.indexes(tenant, at('2026-03-28'))).map(({ number }) => number)).toEqual([3, 10, 11])
  })
})

describe('what was sealed opens only where it was sealed', () => {
  test('moved to another row, field, tenant or month it does not, nor with a bit changed', async () => {
    const chance = seeded(11)
    const text = (): string =>
      Array.from({ length: Math.floor(chance() * 40) }, () =>
        String.fromCodePoint(32 + Math.floor(chance() * 1_600)),
      ).join('')
    const ring = fresh()
    const months = [at('2026-10-01'), at('2026-11-01')] as const
    for (let round = 0; round < 20; round++) {
      const [a, b] = [newTenantId(), newTenantId()]
      const [table, row, field] = ['t', 'r', 'f'].map((name) => name + text()) as [string, string, string]
      const plain = text()
      const keys = await ring.sealer(a, months[0])
      await Promise.all([ring.sealer(a, months[1]), ring.sealer(b, months[0])])
      const sealed = await sealText(keys, plain, [table, row, field])
      expect(await openText(ring, a, sealed, [table, row, field])).toBe(plain)
      const bytes = Buffer.from(sealed.slice(sealed.indexOf('.') + 1), 'base64')
      const spot = Math.floor(chance() * bytes.length)
      bytes[spot] = (bytes[spot] ?? 0) ^ (1 << Math.floor(chance() * 8))
      const elsewhere = await Promise.all([
        openText(ring, a, sealed, [table, `${row}x`, field]),
        openText(ring, a, sealed, [table, row, `${field}x`]),
        openText(ring, a, sealed, [`${table}x`, row, field]),
        openText(ring, a, sealed, [`${table}${row}`, field]),
        openText(ring, a, sealed, [table, `${row}","${field}`]),
        openText(ring, b, sealed, [table, row, field]),
        openText(ring, a, sealed.replace(/^10/, '11'), [table, row, field]),
        openText(ring, a, `10.${bytes.toString('base64')}`, [table, row, field]),
        openText(ring, a, sealed.slice(3), [table, row, field]),
        openText(ring, a, '10.', [table, row, field]),
      ])
      expect(elsewhere).toEqual(elsewhere.map(() => ALTERED))
    }
  })

  test('a wrapped pair that was moved to another owner or month does not open', async () => {
    const [a, b] = [newTenantId(), newTenantId()]
    await fresh().sealer(a, at('2026-10-01'))
    const move = (to: string, number: number) =>
      bindings.control
        .prepare('INSERT INTO keys SELECT ?2, ?3, wrapped, kek, created_at FROM keys WHERE owner = ?1 AND number = 10')
        .bind(a, to, number)
        .run()
    await move(b, 10)
    await move(a, 11)
    await expect(fresh().sealer(b, at('2026-10-01'))).rejects.toThrow('is not the one that wrapped keys')
    await expect(fresh().sealer(a, at('2026-11-01'))).rejects.toThrow('is not the one that wrapped keys')
    await bindings.control.prepare('DELETE FROM keys WHERE owner IN (?1, ?2)').bind(a, b).run()
  })

  test('texts whose keys are gone ask for them once, however many they are, and read as gone', async () => {
    const owner = newTenantId()
    const keys = await fresh().standing(owner)
    const sealed = await Promise.all(Array.from({ length: 200 }, (_, n) => sealText(keys, 'x', ['t', `${n}`, 'c'])))
    await bindings.control.prepare('DELETE FROM keys WHERE owner = ?1').bind(owner).run()
    const ring = fresh()
    let asked = 0
    const opener: Keyring['opener'] = (of, number) => {
      asked++
      return ring.opener(of, number)
    }
    const texts = sealed.map((text, n) => [text, ['t', `${n}`, 'c']] as const)
    expect(await openTexts({ ...ring, opener }, owner, texts)).toEqual(sealed.map(() => null))
    expect(asked).toBe(1)
  })

  test('the same text is sealed otherwise each time', async () => {
    const keys = await fresh().standing('')
    expect(await sealText(keys, 'same', place)).not.toBe(await sealText(keys, 'same', place))
  })
})

describe('a key-encryption key that is not as it was', () => {
  test('is told in a sentence that names it, and holds no secret', async () => {
    await fresh().standing('')
    expect(await keyringFault(bindings.control, keks)).toBeNull()
    expect(await keyringFault(bindings.control, await keksOf(second, first))).toBeNull()
    const lacks = 'SEAL_KEYS lacks the key 1, which wrapped keys in CONTROL (docs/deploy.md)'
    expect(await keyringFault(bindings.control, await keksOf(second))).toBe(lacks)
    const other = 'the key 1 of SEAL_KEYS is not the one that wrapped keys in CONTROL (docs/deploy.md)'
    expect(await keyringFault(bindings.control, await keksOf(key('1')))).toBe(other)
  })
})
