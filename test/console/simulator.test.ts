import { expect, test } from 'vitest'
import { joined } from '../../console/src/pages/simulator/order.ts'
import { numberTyped, placesOf, withFate } from '../../console/src/pages/simulator/phones.ts'

test.each([
  ['۰۹۱۲ ۱۲۳ ۴۵۶۷', '+989121234567'],
  ['0912-123-4567', '+989121234567'],
  ['٠٩١٢١٢٣٤٥٦٧', '+989121234567'],
  ['9121234567', '+989121234567'],
  ['+98 912 123 4567', '+989121234567'],
  ['00989121234567', '+989121234567'],
  ['+447700909901', '+447700909901'],
  ['00447700909901', '+447700909901'],
  ['', null],
  ['12345', null],
  ['+1234567890123456', null],
  ['abc', null],
])('the number that "%s" is', (typed, number) => {
  expect(numberTyped(typed)).toBe(number)
})

test('a fate is the last four digits, of a number and of all that is the same person’s', () => {
  const number = withFate('+989121234567', '9912')
  expect(number).toBe('+989121239912')
  for (const { channel, address } of placesOf(number))
    expect(channel === 'email' ? address.split('@')[0] : address).toMatch(/9912$/)
})

test('what comes late or twice stands once, in its place', () => {
  const [a, b, c, d] = ['1795890764860-1', '1795890764860-2', '1795890764860-10', '1795890764861-0'].map((id) => ({
    id,
  }))
  expect(joined([c, a] as { id: string }[], [b, d, a] as { id: string }[])).toEqual([d, c, b, a])
  const had = [{ id: '1795890764860-1' }]
  expect(joined(had, [{ id: '1795890764860-1' }])).toBe(had)
})
