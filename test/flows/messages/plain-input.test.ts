import { afterAll, beforeAll, expect, test } from 'vitest'
import type * as z from 'zod'
import { batchItem, messageInput } from '#worker/flows/messages/input.ts'
import { plainItem, plainMessage } from '#worker/flows/messages/plain-input.ts'
import { fieldErrors } from '#worker/lib/json/input.ts'
import { seeded } from '../../worlds/random.ts'
import { startWorld, type World } from '../../worlds/world.ts'

type Random = () => number
type Item = Readonly<Record<string, unknown>>

const pick = <Value>(random: Random, values: readonly Value[]): Value =>
  values[Math.floor(random() * values.length)] as Value
const chance = (random: Random, share: number): boolean => random() < share

/** Texts about the lengths at which fields end, in units of one and of two. */
const text = (random: Random): string => {
  const length = pick(random, [0, 1, 2, 39, 40, 41, 99, 100, 101, 319, 320, 321, 499, 500, 501])
  return pick(random, ['x', 'س', '\u{1f600}', ' ', 'ﷺ'])
    .repeat(length)
    .slice(0, length + (chance(random, 0.2) ? 1 : 0))
}
const HOSTILE = [
  'null',
  '0',
  '-1.5',
  'true',
  '[]',
  '["+989121234567"]',
  '{}',
  '[{"to":"x"}]',
  '{"a":{"b":[null]}}',
  '""',
]
/** JSON of any value. */
const anything = (random: Random): string =>
  chance(random, 0.5) ? pick(random, HOSTILE) : JSON.stringify(text(random))
const NAMES = ['text', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'to', '', '0', '7', 'نام', 'length']

/** JSON of an object with some members; `value` makes theirs. */
function object(random: Random, value: (random: Random) => string, most: number): string {
  const names = new Set(
    Array.from({ length: Math.floor(random() * most) }, () =>
      chance(random, 0.5) ? pick(random, NAMES) : text(random),
    ),
  )
  return `{${[...names].map((name) => `${JSON.stringify(name)}:${value(random)}`).join()}}`
}

type Maker = (random: Random) => string

/** JSON of a good value of each field. */
const GOOD = {
  channel: () => '"sms"',
  to: (random) => JSON.stringify(`+98912${1_000_000 + Math.floor(random() * 1_000_000)}`),
  from: () => '"10004346"',
  content: (random) => JSON.stringify({ text: pick(random, ['سلام', 'a', 'x'.repeat(300)]) }),
  clientRef: (random) => JSON.stringify(pick(random, ['سفارش', 'a', 'x'.repeat(100)])),
  purpose: () => '"transactional"',
  validUntil: () => JSON.stringify(new Date(Date.now() + 3_600_000).toISOString()),
  metadata: (random) => pick(random, ['{}', '{"campaign":"yalda"}', '{"constructor":"","7":"a","نام":"ب"}']),
} as const satisfies Readonly<Record<string, Maker>>
const FIELDS = Object.keys(GOOD) as (keyof typeof GOOD)[]

/** Shares of messages that have a field, where it is not the usual one: a message by itself needs more of them than a batch's. */
const IN_BATCH: Shares = { channel: 0, to: 1 }
const ALONE: Shares = { channel: 1, to: 1, content: 1 }
type Shares = Readonly<Partial<Record<keyof typeof GOOD, number>>>

/** JSON of so many good labels, of which one has this name. */
const labels = (random: Random, count: number, name: string): string =>
  `{${Array.from({ length: count }, (_, n) => `${JSON.stringify(n === count >> 1 ? name : `l${n}`)}:${JSON.stringify(text(random).slice(0, 500))}`).join()}}`

/** JSON of values about what a field may hold. */
const NEAR: Readonly<Record<keyof typeof GOOD, Maker>> = {
  channel: (random) => pick(random, ['"ussd"', '"SMS"', '"constructor"']),
  to: (random) => JSON.stringify(text(random)),
  from: (random) => JSON.stringify(text(random)),
  content: (random) => object(random, anything, 4),
  clientRef: (random) => JSON.stringify(text(random)),
  purpose: (random) => pick(random, ['"otp"', '"OTP"', '"advertising"', '"constructor"', '""']),
  validUntil: (random) => pick(random, ['"2026-12-01"', '"2026-12-01T00:00:00Z"', '"soon"']),
  metadata: (random) =>
    chance(random, 0.5)
      ? labels(random, pick(random, [1, 19, 20, 21]), pick(random, ['a', ...NAMES]))
      : object(random, (own) => (chance(own, 0.9) ? JSON.stringify(text(own)) : anything(own)), 6),
}
const UNKNOWN = ['From', 'to ', 'too', '__proto__', 'constructor', '', '0', 'نام']

/** JSON of a message in any order, of whose fields so large a share is anything. */
function messageJson(random: Random, shares: Shares, wild: number): string {
  if (chance(random, wild / 10)) return anything(random)
  const members = FIELDS.filter((name) => chance(random, shares[name] ?? 0.3) && !chance(random, wild / 5)).map(
    (name) => {
      const make = !chance(random, wild) ? GOOD[name] : chance(random, 0.6) ? NEAR[name] : anything
      return `${JSON.stringify(name)}:${make(random)}`
    },
  )
  if (chance(random, wild / 3)) members.push(`${JSON.stringify(pick(random, UNKNOWN))}:${anything(random)}`)
  return `{${members.toSorted(() => random() - 0.5).join()}}`
}

/** Text of an item by which two are the same: which fields it has, and in contents and labels also in which order. */
const exactly = (item: Item): string => JSON.stringify(FIELDS.map((name) => [Object.hasOwn(item, name), item[name]]))

test.each([
  ['a message of a batch', plainItem, batchItem, IN_BATCH],
  ['a message alone', plainMessage, messageInput, ALONE],
] as const)('%s that is taken for plain is what the schema makes of it', (_, plainOf, schema: z.ZodType, shares) => {
  const random = seeded(20_261_130)
  let [taken, plain] = [0, 0]
  for (let n = 0; n < 30_000; n++) {
    const json = messageJson(random, shares, pick(random, [0, 0.1, 0.4]))
    const found = plainOf(JSON.parse(json))
    const parsed = schema.safeParse(JSON.parse(json))
    if (parsed.success) taken++
    if (found === null) continue
    plain++
    expect(parsed.error, json).toBeUndefined()
    expect(exactly(found), json).toBe(exactly(parsed.data as Item))
    expect(Object.keys(found).length, json).toBe(Object.keys(parsed.data as Item).length)
  }
  // The others have `validUntil`, whose form the schema knows.
  expect(taken).toBeGreaterThan(10_000)
  expect(plain).toBeGreaterThan(taken / 2)
})

test('the least is plain, and nothing that is no object or not whole', () => {
  const to = '+989121234567'
  expect(plainItem({ to })).toEqual({ to })
  expect(plainMessage({ channel: 'sms', to, content: {} })).toEqual({ channel: 'sms', to, content: {} })
  for (const none of [null, undefined, 1, 'to', [], ['to'], {}, { to: undefined }, { channel: 'sms', to }]) {
    expect(plainItem(none)).toBeNull()
    expect(plainMessage(none)).toBeNull()
  }
})

let world: World
beforeAll(async () => {
  world = await startWorld({ tenant: { limits: { rate: 50_000, burst: 50_000 } } })
})
afterAll(() => world.dispose())

interface Answer {
  readonly accepted: readonly { readonly index: number }[]
  readonly rejected: readonly { readonly index: number; readonly code: string; readonly errors: readonly unknown[] }[]
}

/** What is expected of an item by the schema alone: its errors, or null where it takes it. */
function schemaErrors(json: string, index: number): readonly unknown[] | null {
  const { error } = batchItem.safeParse(JSON.parse(json))
  return error ? fieldErrors(error, `/messages/${index}`) : null
}

/** True of items in which all is good that the schema leaves to channel and policy. */
const isSound = ({ from, purpose, content, to, validUntil }: Item): boolean =>
  from === undefined &&
  validUntil === undefined &&
  (purpose === undefined || purpose === 'transactional') &&
  (content === undefined || Object.keys(content as object).join() === 'text') &&
  /^\+98912\d{7}$/.test(String(to))

test('the API takes and refuses the items of a batch as the schema says', async () => {
  const random = seeded(7)
  // Left out is what is refused before the schema: half surrogates, and a name that cannot be kept.
  const items = Array.from({ length: 4_000 }, () => messageJson(random, IN_BATCH, 0.3)).filter(
    (json) => !/\\ud|__proto__/.test(json),
  )
  const body = `{"channel":"sms","content":{"text":"x"},"messages":[${items.join()}]}`
  const answer = await world.json<Answer>('/v1/messages/batch', { body, status: 202 })
  const rejected = new Map(answer.rejected.map((one) => [one.index, one]))
  const accepted = new Set(answer.accepted.map(({ index }) => index))
  let refused = 0
  for (const [index, json] of items.entries()) {
    const errors = schemaErrors(json, index)
    if (errors) {
      refused++
      expect(rejected.get(index), json).toEqual({ index, code: 'invalid-fields', errors })
    } else if (isSound(JSON.parse(json))) expect(accepted.has(index), json).toBe(true)
  }
  expect(refused).toBeGreaterThan(1_000)
  expect(accepted.size).toBeGreaterThan(500)
})
