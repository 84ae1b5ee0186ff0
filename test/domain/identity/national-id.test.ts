import { describe, expect, test } from 'vitest'
import { legalIdOf, nationalIdOf } from '#worker/domain/identity/national-id.ts'

describe('the national id of a person', () => {
  test.each([
    ['0012345679', '0012345679'],
    ['0076229645', '0076229645'],
    ['1583250689', '1583250689'],
    ['۰۰۷۶۲۲۹۶۴۵', '0076229645'],
    ['٠٠٧٦٢٢٩٦٤٥', '0076229645'],
    [' 158-325068-9\u200c', '1583250689'],
  ])('%j is read', (text, id) => {
    expect(nationalIdOf(text)).toBe(id)
  })

  test.each<readonly [why: string, text: string]>([
    ['a wrong check digit', '0012345678'],
    ['nine digits', '012345679'],
    ['eleven digits', '00123456790'],
    ['two digits that changed places', '0012354679'],
    ['letters', '00123456x9'],
    ['nothing', ''],
    ...Array.from({ length: 10 }, (_, digit) => ['equal digits', String(digit).repeat(10)] as const),
  ])('%s is refused: %j', (_, text) => {
    expect(nationalIdOf(text)).toBeNull()
  })

  test('of ten last digits one is right, whatever stands before', () => {
    for (const head of ['001234567', '998877665', '000000001', '271828182', '314159265']) {
      const right = Array.from({ length: 10 }, (_, digit) => nationalIdOf(head + digit)).filter((id) => id !== null)
      expect(right, head).toHaveLength(1)
    }
  })
})

describe('the national id of a legal person', () => {
  test.each(['10380284790', '۱۰۳۸۰۲۸۴۷۹۰', '103-8028-4790'])('%j is read', (text) => {
    expect(legalIdOf(text)).toBe('10380284790')
  })

  test.each([
    ['a wrong check digit', '10380284792'],
    ['ten digits', '1038028479'],
    ['equal digits', '11111111111'],
    ['no serial number', '10000000009'],
    ['a person’s id', '0012345679'],
    ['nothing', ''],
  ])('%s is refused: %j', (_, text) => {
    expect(legalIdOf(text)).toBeNull()
  })
})
