import { describe, expect, test } from 'vitest'
import { endedTexts, PARTS_WAIT, type TextPart } from '#worker/domain/messages/text-parts.ts'
import { MINUTE, SECOND } from '#worker/domain/time.ts'
import { seeded } from '../../worlds/random.ts'

const START = 1_800_000_000_000

/** Part `number` of `total`, that came so long after the start. */
const part = (name: string, number: number, total: number, after = 0, at = after): TextPart => ({
  ref: name,
  number,
  total,
  receivedAt: START + after,
  at: START + at,
})
const shown = (parts: readonly TextPart[], now = START): string[] =>
  endedTexts(parts, now).map(
    ({ parts: own, isWhole }) => own.map(({ ref }) => ref).join('+') + (isWhole ? '' : ' (incomplete)'),
  )
const LATER = START + PARTS_WAIT

describe('which parts are one text', () => {
  test.each<readonly [string, readonly TextPart[], number, readonly string[]]>([
    ['both parts in order', [part('a', 1, 2), part('b', 2, 2, 1)], START, ['a+b']],
    ['both parts in the other order', [part('b', 2, 2), part('a', 1, 2, 1)], START, ['b+a']],
    ['a part whose others may come yet', [part('b', 2, 2)], LATER - 1, []],
    ['a part whose others did not come', [part('b', 2, 2)], LATER, ['b (incomplete)']],
    ['two of three', [part('a', 1, 3), part('c', 3, 3, 5 * SECOND)], LATER, ['a+c (incomplete)']],
    [
      'a stale tail, then the whole new text',
      [part('old', 2, 2), part('a', 1, 2, PARTS_WAIT), part('b', 2, 2, PARTS_WAIT + 1)],
      LATER,
      ['old (incomplete)', 'a+b'],
    ],
    [
      'a stale tail, then a new head alone',
      [part('old', 2, 2), part('a', 1, 2, PARTS_WAIT)],
      LATER,
      ['old (incomplete)'],
    ],
    [
      'a tail that is stale by the carrier’s clock',
      [part('old', 2, 2, 0, -PARTS_WAIT), part('a', 1, 2, 5 * SECOND)],
      START,
      ['old (incomplete)'],
    ],
    ['a second tail', [part('old', 2, 2), part('b', 2, 2, MINUTE)], START, ['old (incomplete)']],
    [
      'a second tail, then its head',
      [part('old', 2, 2), part('b', 2, 2, MINUTE), part('a', 1, 2, MINUTE + 1)],
      START,
      ['old (incomplete)', 'b+a'],
    ],
    [
      'a second head of three',
      [part('x', 1, 3), part('y', 2, 3, 1), part('a', 1, 3, MINUTE), part('b', 2, 3, MINUTE), part('c', 3, 3, MINUTE)],
      START,
      ['x+y (incomplete)', 'a+b+c'],
    ],
    [
      'two whole texts, one behind the other',
      [part('a', 1, 2), part('b', 2, 2, 1), part('c', 1, 2, 2), part('d', 2, 2, 3)],
      START,
      ['a+b', 'c+d'],
    ],
    ['a part that came nine minutes late', [part('a', 1, 2), part('b', 2, 2, 9 * MINUTE)], LATER, ['a+b']],
    [
      'a retry of the carrier’s, late here and timely there',
      [part('b', 2, 2, 0, 1), part('a', 1, 2, 9 * MINUTE, 0)],
      LATER,
      ['b+a'],
    ],
  ])('%s', (_, parts, now, expected) => {
    expect(shown(parts, now)).toEqual(expected)
    expect(shown(parts.toReversed(), now)).toEqual(expected)
  })
})

describe('whatever comes, in any order', () => {
  const random = seeded(26)
  const some = (most: number): number => Math.floor(random() * most)
  const worlds = Array.from({ length: 300 }, (_, world) => {
    const total = 2 + some(4)
    return Array.from({ length: some(14) }, (__, i) =>
      part(`w${world}p${i}`, 1 + some(total), total, some(40) * MINUTE, some(40) * MINUTE),
    )
  })

  test('no part is lost and none is told twice, once all have waited', () => {
    for (const parts of worlds) {
      const told = endedTexts(parts, START + 100 * MINUTE).flatMap(({ parts: own }) => own.map(({ ref }) => ref))
      expect(told.toSorted()).toEqual(parts.map(({ ref }) => ref).toSorted())
    }
  })

  test('a text has each number at most once, is whole only with all, and within the wait by both clocks', () => {
    for (const parts of worlds)
      for (const { parts: own, isWhole } of endedTexts(parts, START + 100 * MINUTE)) {
        expect(new Set(own.map(({ number }) => number)).size).toBe(own.length)
        expect(own.length === own[0].total).toBe(isWhole)
        for (const { receivedAt, at } of own) {
          expect(receivedAt - own[0].receivedAt).toBeLessThan(PARTS_WAIT)
          expect(Math.abs(at - own[0].at)).toBeLessThan(PARTS_WAIT)
        }
      }
  })

  test('the order in which they are read changes nothing', () => {
    for (const parts of worlds)
      expect(
        shown(
          parts.toSorted(() => random() - 0.5),
          LATER,
        ),
      ).toEqual(shown(parts, LATER))
  })
})
