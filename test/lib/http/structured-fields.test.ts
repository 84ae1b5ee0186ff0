import { expect, test } from 'vitest'
import { limitHeaders } from '#worker/domain/limits/limit-headers.ts'
import { readString, writeList } from '#worker/lib/http/structured-fields.ts'
import { parseList } from './structured-field-parser.ts'

test('what is written parses by RFC 9651 to the same names and numbers', () => {
  const items = [
    { name: 'burst', parameters: { q: 100, w: 60 } },
    { name: 'a "quoted" \\ name', parameters: {} },
    { name: 'daily', parameters: { q: 1_000, w: 86_400 } },
  ]
  expect(parseList(writeList(items))).toEqual(items)
})

test('RateLimit and RateLimit-Policy say quota, window, rest and reset of every limit', () => {
  const headers = limitHeaders([
    { name: 'burst', quota: 100, window: 60, remaining: 50, reset: 30 },
    { name: 'daily', quota: 1_000, window: 86_400, remaining: 950, reset: 3_600 },
  ])
  expect(headers['RateLimit-Policy']).toBe('"burst";q=100;w=60, "daily";q=1000;w=86400')
  expect(parseList(headers['RateLimit'] ?? '')).toEqual([
    { name: 'burst', parameters: { r: 50, t: 30 } },
    { name: 'daily', parameters: { r: 950, t: 3_600 } },
  ])
  expect(limitHeaders([])).toEqual({})
})

test.each([
  ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
  ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
  ['  "padded"  ', 'padded'],
  ['"with \\"quotes\\" and \\\\"', 'with "quotes" and \\'],
  ['"two words, one string"', 'two words, one string'],
  ['""', ''],
])('reads %s', (field, text) => {
  expect(readString(field)).toBe(text)
})

test.each([
  '"open',
  'open"',
  '"a" "b"',
  '"a", "b"',
  'a, b',
  'two words',
  '"bad \\n escape"',
  '',
  ' ',
  'a;b',
  '"é"',
  'é',
  '"\u0007"',
])('refuses %j', (field) => {
  expect(readString(field)).toBeNull()
})
