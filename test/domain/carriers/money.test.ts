import { expect, test } from 'vitest'
import { moneyOf, priced } from '#worker/domain/carriers/money.ts'

test.each([
  [120, 'IRR', 120],
  ['120', 'IRR', 120],
  ['1520.00', 'IRR', 1_520],
  [0, 'IRR', 0],
  ['0', 'KES', 0],
  ['0.80', 'KES', 80],
  ['0.8000', 'KES', 80],
  [' 2 ', 'KES', 200],
  [0.05, 'USD', 5],
  ['12.3', 'USD', 1_230],
  ['350', 'UGX', 350],
  ['7', 'JPY', 7],
  ['0.125', 'KWD', 125],
  ['999999999999.99', 'USD', 99_999_999_999_999],
])('%j %s is an amount of %i', (amount, currency, minor) => {
  expect(moneyOf(amount, currency)).toEqual({ amount: minor, currency })
})

test.each([
  ['0.0075', 'USD', 'a part of a cent'],
  ['0.5', 'JPY', 'a part of a yen'],
  [120.5, 'IRR', 'a part of a rial'],
  ['-1', 'USD', 'negative'],
  [-1, 'IRR', 'negative'],
  ['1e3', 'USD', 'in powers of ten'],
  ['1,000', 'USD', 'with a comma'],
  ['KES 0.10', 'KES', 'with its currency in it'],
  ['None', 'KES', 'a word'],
  ['', 'USD', 'empty'],
  ['9999999999999', 'USD', 'longer than an integer is exact'],
  [Number.NaN, 'USD', 'not a number'],
  [Number.POSITIVE_INFINITY, 'USD', 'infinite'],
  [null, 'USD', 'null'],
  [undefined, 'USD', 'absent'],
  [{ amount: 1 }, 'USD', 'an object'],
  ['1', 'usd', 'of a currency in small letters'],
  ['1', 'DOLLAR', 'of no currency'],
  ['1', undefined, 'without a currency'],
  ['1', 'constructor', 'of a word of the language'],
])('%j %s is none: it is %s', (amount, currency, _) => {
  expect(moneyOf(amount, currency)).toBeNull()
})

test('a price holds amount and currency, in this order, and nothing else', () => {
  expect(priced(null)).toEqual({})
  const wide = { note: 'x', currency: 'IRR', amount: 120 }
  expect(JSON.stringify(priced(wide))).toBe('{"price":{"amount":120,"currency":"IRR"}}')
})
