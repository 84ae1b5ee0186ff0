import { expect, test } from 'vitest'
import { mailFailure } from '#worker/domain/carriers/mail-status.ts'

const of = (code: string) => {
  const [cls = 0, subject = 0, detail = 0] = code.split('.').map(Number)
  const { status, code: failure, suppress } = mailFailure({ class: cls, subject, detail })
  return [status, failure, suppress === true]
}

test.each([
  ['5.1.1', 'rejected', 'recipient-invalid', true],
  ['5.1.2', 'rejected', 'recipient-invalid', true],
  ['5.1.3', 'rejected', 'recipient-invalid', false],
  ['5.1.10', 'rejected', 'recipient-invalid', true],
  ['5.1.8', 'rejected', 'sender-refused', false],
  ['5.2.1', 'undelivered', 'recipient-unreachable', false],
  ['5.2.2', 'undelivered', 'recipient-unreachable', false],
  ['4.2.2', 'undelivered', 'recipient-unreachable', false],
  ['5.3.4', 'rejected', 'content-refused', false],
  ['4.4.7', 'undelivered', 'recipient-unreachable', false],
  ['5.4.4', 'undelivered', 'recipient-unreachable', false],
  ['5.6.1', 'rejected', 'content-refused', false],
  ['5.7.1', 'rejected', 'content-refused', false],
  ['4.7.1', 'undelivered', 'content-refused', false],
  ['5.7.26', 'rejected', 'sender-refused', false],
  ['5.0.0', 'undelivered', 'not-delivered', false],
  ['5.99.999', 'undelivered', 'not-delivered', false],
])('%s is %s, %s', (code, status, failure, suppress) => {
  expect(of(code)).toEqual([status, failure, suppress])
})

test('a passing trouble that was given up on is never a hard bounce', () => {
  expect(of('4.1.1')).toEqual(['undelivered', 'recipient-unreachable', false])
  expect(of('4.1.2')).toEqual(['undelivered', 'recipient-unreachable', false])
})

test('a report without a code says only that it was not delivered', () => {
  expect(mailFailure(null)).toMatchObject({ status: 'undelivered', code: 'not-delivered' })
})
