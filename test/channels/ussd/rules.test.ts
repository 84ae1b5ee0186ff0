import { describe, expect, test } from 'vitest'
import { ussdRules } from '#worker/channels/ussd/rules.ts'
import { Problem } from '#worker/domain/problem.ts'

const faultOf = (work: () => unknown): unknown => {
  try {
    work()
  } catch (error) {
    return error instanceof Problem ? error.options.errors : error
  }
  return null
}

describe('a service code', () => {
  test.each([
    ['*384#', '*384#'],
    ['*384*1#', '*384*1#'],
    ['*384*1', '*384*1#'],
    ['*۷۸۰*۱#', '*780*1#'],
    [' * 384 * 1 # ', '*384*1#'],
    ['\u202a*384*1#\u202c', '*384*1#'],
    ['#111#', '#111#'],
    ['*#06#', '*#06#'],
  ])('%j is %s', (input, value) => {
    expect(ussdRules.sender(input)).toEqual({ kind: 'code', value })
  })

  test.each(['', '#', '*#', '384', '384*1#', '*384**1#', '*384*a#', '*384#1#', '+989121234567', `*${'1'.repeat(80)}#`])(
    '%j is none',
    (input) => {
      expect(faultOf(() => ussdRules.sender(input))).toEqual([{ pointer: '', detail: expect.stringContaining('code') }])
    },
  )

  test('is owned by who has it, else by who has its beginning, the longest first', () => {
    const keysOf = (value: string) => ussdRules.senderKeys?.({ kind: 'code', value })
    expect(keysOf('*384*1*52#')).toEqual(['*384*1*52#', '*384*1#', '*384#'])
    expect(keysOf('*384#')).toEqual(['*384#'])
    expect(keysOf('*#06#')).toEqual(['*#06#'])
    expect(keysOf('**21*5#')).toEqual(['**21*5#', '**21#'])
  })
})

describe('a text to push', () => {
  test('is one screen, measured in its alphabet', () => {
    expect(ussdRules.measure({ text: 'x'.repeat(182) })).toEqual({ units: 1, encoding: 'gsm-7', parts: [182] })
    expect(ussdRules.measure({ text: 'سلام' })).toEqual({ units: 1, encoding: 'ucs-2', parts: [4] })
  })

  test('is cleaned of control characters', () => {
    expect(ussdRules.parse({ text: ' a\u0007\r\nb ' })).toEqual({ text: 'a\nb' })
  })

  test.each([
    ['too long', 'x'.repeat(183)],
    ['10 KB', 'x'.repeat(10_240)],
    ['too long in Persian', 'ش'.repeat(81)],
    ['blank', ' \u0000\n'],
    ['no text', 5],
  ])('that is %s is refused by its field', (_, text) => {
    expect(faultOf(() => ussdRules.parse({ text }))).toMatchObject([{ pointer: '/text' }])
  })

  test('with a field that there is not is refused', () => {
    expect(faultOf(() => ussdRules.parse({ text: 'x', menu: [] }))).toMatchObject([{ pointer: '/menu' }])
  })
})
