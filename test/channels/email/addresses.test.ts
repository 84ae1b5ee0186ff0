import { expect, it } from 'vitest'
import { canonicalEmail, emailAddress, emailSender, emailSenderKeys } from '#worker/domain/addresses/email-address.ts'
import { Problem } from '#worker/domain/problem.ts'

const GOOD: readonly (readonly [input: string, canonical: string])[] = [
  ['ali@example.com', 'ali@example.com'],
  ['Ali.Rezaei+Shop@Example.COM', 'ali.rezaei+shop@example.com'],
  ["o'brien_!#$%&*/=?^`{|}~-@example.co.uk", "o'brien_!#$%&*/=?^`{|}~-@example.co.uk"],
  [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ['a@سلام.ایران', 'a@xn--mgbx5cf.xn--mgba3a4f16a'],
  ['a@MÜNCHEN.example', 'a@xn--mnchen-3ya.example'],
  ['a@xn--mnchen-3ya.example', 'a@xn--mnchen-3ya.example'],
  ['a@1.example', 'a@1.example'],
]

it.each(GOOD)('%s is the address %s', (input, canonical) => {
  expect(canonicalEmail(input)).toBe(canonical)
  expect(canonicalEmail(canonical)).toBe(canonical)
})

const BAD = [
  '',
  '@',
  'a',
  'a@',
  '@example.com',
  'a@b',
  'a@localhost',
  'a@127.0.0.1',
  'a@0x7f.1',
  'a@[127.0.0.1]',
  'a@[IPv6:::1]',
  'a..b@example.com',
  '.a@example.com',
  'a.@example.com',
  '"a b"@example.com',
  'a b@example.com',
  'a@exam ple.com',
  'a@b@example.com',
  'a@-example.com',
  'a@example-.com',
  'a@example..com',
  'a@example.com.',
  'a@.example.com',
  `a@${'b'.repeat(64)}.com`,
  `${'a'.repeat(65)}@example.com`,
  `a@${'b.'.repeat(130)}com`,
  'a@example.com\r\nRCPT TO:<b@example.com>',
  'a\r\n@example.com',
  'a@example.com\n',
  'a@example.com\0',
  ' a@example.com',
  'Ali <ali@example.com>',
  '<ali@example.com>',
  'ali@example.com (work)',
  'a@example.com,b@example.com',
  'a@example.com;b@example.com',
  'علی@example.com',
  'a@example.com:25',
  'a@example.com/x',
  'a@example.com?x',
  'a@example.com#x',
  'a@ex%61mple.com',
  'a@user:pw@example.com',
  'a@xn--.example',
  'a@example\u3002com\u202e',
  'a@\u200d.example',
]

it.each(BAD)('%j is no address, and the problem does not repeat it', (input) => {
  expect(canonicalEmail(input)).toBeNull()
  let problem: unknown
  try {
    emailAddress(input)
  } catch (error) {
    problem = error
  }
  expect(problem).toBeInstanceOf(Problem)
  if (input.length > 3 && !input.startsWith('@'))
    expect(JSON.stringify((problem as Problem).options)).not.toContain(input)
})

it('a sender is an address or a whole domain', () => {
  expect(emailSender('News@Example.com')).toEqual({ kind: 'email', value: 'news@example.com' })
  expect(emailSender('@Example.com')).toEqual({ kind: 'domain', value: '@example.com' })
  expect(() => emailSender('@')).toThrow(Problem)
  expect(() => emailSender('@a@example.com')).toThrow(Problem)
  expect(() => emailSender('@localhost')).toThrow(Problem)
})

it('an address may be sent from where it or its own domain is assigned, never from a domain above or below', () => {
  expect(emailSenderKeys({ kind: 'email', value: 'a@mail.example.com' })).toEqual([
    'a@mail.example.com',
    '@mail.example.com',
  ])
  expect(emailSenderKeys({ kind: 'domain', value: '@example.com' })).toEqual(['@example.com'])
})
