import { expect, test } from 'vitest'
import type { Realm } from '#worker/domain/realm.ts'
import type { Keyword } from '#worker/domain/tenants/keywords.ts'
import { roundsOf } from '#worker/flows/inbound/stop-and-start.ts'

const wish = (partyKey: string, keyword: Keyword, n: number, line = '1000') => ({
  realm: 'live.ten_000000000001' as Realm,
  channel: 'sms' as const,
  partyKey,
  line,
  keyword,
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

test('lines are left and joined by themselves', () => {
  expect(numbers([wish('a', 'stop', 0, '1000'), wish('a', 'start', 1, '2000')])).toEqual([[0, 1]])
})

test('nobody says nothing', () => {
  expect(numbers([])).toEqual([])
})
