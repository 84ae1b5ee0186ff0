import { expect, test } from 'vitest'
import type { Realm } from '#worker/domain/realm.ts'
import { roundsOf, type Wish } from '#worker/flows/people/opt-outs.ts'

const wish = (partyKey: string, asks: Wish['asks'], n: number, line = '1000', source: Wish['source'] = 'keyword') => ({
  realm: 'live.ten_000000000001' as Realm,
  channel: 'sms' as const,
  partyKey,
  line,
  asks,
  source,
  n,
})
const numbers = (wishes: Parameters<typeof roundsOf<ReturnType<typeof wish>>>[0]) =>
  roundsOf(wishes).map((round) => round.map(({ n }) => n))

test('the words of different people are one round', () => {
  expect(numbers([wish('a', 'stop', 0), wish('b', 'start', 1), wish('c', 'stop', 2)])).toEqual([[0, 1, 2]])
})

test('a person who changes his mind is applied in his order, each change in a round of its own', () => {
  expect(numbers([wish('a', 'stop', 0), wish('b', 'stop', 1), wish('a', 'start', 2), wish('a', 'stop', 3)])).toEqual([
    [0, 1],
    [2],
    [3],
  ])
})

test('a word said twice is applied once, by the first message', () => {
  expect(numbers([wish('a', 'stop', 0), wish('a', 'stop', 1), wish('a', 'stop', 2)])).toEqual([[0]])
})

test('a carrier’s word after the person’s own is applied too: it makes a block of an opt-out, or lifts one', () => {
  expect(numbers([wish('a', 'stop', 0), wish('a', 'stop', 1, '1000', 'carrier')])).toEqual([[0], [1]])
  expect(numbers([wish('a', 'start', 0), wish('a', 'start', 1, '1000', 'carrier')])).toEqual([[0], [1]])
})

test('lines are left and joined by themselves', () => {
  expect(numbers([wish('a', 'stop', 0, '1000'), wish('a', 'start', 1, '2000')])).toEqual([[0, 1]])
})

test('nobody says nothing', () => {
  expect(numbers([])).toEqual([])
})
