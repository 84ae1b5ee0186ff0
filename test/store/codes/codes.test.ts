import { describe, expect, test } from 'vitest'
import { CHANNELS } from '#worker/domain/channel-names.ts'
import { BASE_DIGITS, messageId, newRequestId, newTenantId } from '#worker/domain/ids.ts'
import { PURPOSES } from '#worker/domain/messages/message.ts'
import { MODES, type Realm, realmOf, type TenantId } from '#worker/domain/realm.ts'
import { encodeNumber } from '#worker/lib/base32.ts'
import {
  BASE,
  BATCH,
  type Bytes,
  boundHex,
  CONNECTION,
  encodingText,
  kindNumber,
  kindOf,
  MESSAGE_ID,
  OUTCOMES,
  outcomeOf,
  REALM,
} from '#worker/store/codes/codes.ts'
import { seeded } from '../../worlds/random.ts'

const random = seeded(11)
const digits = (count: number): string =>
  Array.from({ length: count }, () => encodeNumber(Math.floor(random() * 32), 1)).join('')
const many = <Value>(make: () => Value): Value[] => Array.from({ length: 300 }, make)

const REALMS = [
  ...many(() => realmOf(newTenantId(digits(12)), MODES[Math.floor(random() * 2)] ?? 'live')),
  ...MODES.map((mode) => realmOf('operator' as TenantId, mode)),
]
const BASES = many(() => digits(BASE_DIGITS))
const IDS = BASES.map((base) => messageId(base, Math.floor(random() * 16_384)))

const CODECS: readonly (readonly [string, Bytes<never>, readonly string[], number])[] = [
  ['a realm', REALM, REALMS, 8],
  ['a base', BASE, BASES, 20],
  ['a batch', BATCH, BASES.map((base) => `bat_${base}`), 20],
  ['a message', MESSAGE_ID, IDS, 22],
  ['a connection', CONNECTION, many(() => `con_${digits(17)}`), 11],
] as never

describe.each(CODECS)('%s as bytes', (_, codec, values, length) => {
  const { encode, decode } = codec as unknown as Bytes<string>
  test('comes back as it was, also from the upper case of SQLite', () => {
    for (const value of values) {
      expect(encode(value)).toHaveLength(2 * length)
      expect(decode(encode(value).toUpperCase())).toBe(value)
    }
  })
  test('sorts as its text does', () => {
    expect(values.map(encode).sort()).toEqual([...values].sort().map(encode))
  })
  test('is refused if it was never made here', () => {
    for (const broken of ['', 'x', values[0]?.slice(1), `${values[0]}0`, values[0]?.replace(/.$/, '!')])
      expect(() => encode(broken ?? ''), broken).toThrow(RangeError)
  })
})

test('the bytes of a message begin with those of its base, and its step is none', () => {
  for (const [n, base] of BASES.entries())
    expect(MESSAGE_ID.encode(IDS[n] ?? 'msg_').startsWith(BASE.encode(base))).toBe(true)
  expect(() => MESSAGE_ID.encode(messageId(BASES[0] ?? '', 1, 1))).toThrow(RangeError)
})

test('bounds of ids lie where those of their texts do', () => {
  const [at = ''] = many(() => newRequestId(1_790_000_000_000 + Math.floor(random() * 9e9)).slice(4))
  const prefixes = ['msg_', 'msg_~', `msg_${at}`, `msg_${at}~`, ...IDS.slice(0, 20)]
  prefixes.push(...IDS.slice(20, 60).map((id) => id.slice(0, 4 + Math.floor(random() * BASE_DIGITS))))
  prefixes.push(...BASES.slice(0, 20).flatMap((base) => [`msg_${base}`, `msg_${base}~`]))
  for (const bound of prefixes)
    for (const id of IDS) expect(MESSAGE_ID.encode(id) < boundHex(bound, 'id'), `${id} ${bound}`).toBe(id < bound)
  for (const bound of prefixes)
    for (const base of BASES)
      if (bound.length <= 4 + BASE_DIGITS)
        expect(BASE.encode(base) < boundHex(bound, 'base')).toBe(`msg_${base}` < bound)
  expect(boundHex('', 'id')).toBe('')
  expect(boundHex("msg_'; DROP", 'id')).toHaveLength(44)
})

test('every kind of message comes back, with an encoding of any name', () => {
  for (const direction of ['outbound', 'inbound'] as const)
    for (const batched of [true, false])
      for (const purpose of PURPOSES)
        for (const channel of CHANNELS)
          for (const encoding of ['', 'gsm-7', 'ucs-2', 'voice', 'text', 'mime', 'push', 'page']) {
            const kind = { direction, batched, purpose, channel, encoding }
            expect(kindOf(kindNumber(kind), encodingText(encoding))).toEqual(kind)
          }
  expect(() =>
    kindOf(
      kindNumber({ direction: 'outbound', batched: false, purpose: 'otp', channel: 'sms', encoding: 'page' }),
      null,
    ),
  ).toThrow(RangeError)
})

test('an outcome comes back, and a code that no version wrote is an error', () => {
  for (const [outcome, code] of Object.entries(OUTCOMES)) expect(outcomeOf(code)).toBe(outcome)
  expect(() => outcomeOf(0)).toThrow(RangeError)
  expect(() => outcomeOf(99)).toThrow(RangeError)
})

test('a realm that is none is refused', () => {
  for (const realm of ['ten_000000000001', 'live.', 'live.ten_a', 'demo.ten_000000000001', 'live.ten_00000000000u'])
    expect(() => REALM.encode(realm as Realm), realm).toThrow(RangeError)
})
