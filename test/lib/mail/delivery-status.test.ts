import { describe, expect, test } from 'vitest'
import { parseDeliveryStatus, typedAddress } from '#worker/lib/mail/delivery-status.ts'
import { parseFeedbackReport } from '#worker/lib/mail/feedback-report.ts'
import { headerFields } from '#worker/lib/mail/header-fields.ts'

const crlf = (...lines: string[]): string => `${lines.join('\r\n')}\r\n`

describe('a delivery status', () => {
  test('is read per recipient, the block of the whole mail apart', () => {
    const text = crlf(
      'Reporting-MTA: dns; mx.example.net',
      'Arrival-Date: Mon, 4 May 2026 10:00:00 +0330',
      '',
      'Original-Recipient: rfc822;one@example.com',
      'Final-Recipient: RFC822; First@Example.com',
      'Action: failed',
      'Status: 5.2.2 (mailbox over its limit)',
      'Diagnostic-Code: smtp; 552 5.2.2 over',
      '  its limit',
      '',
      'Final-Recipient: rfc822;two@example.com',
      'Action: Delivered',
      'Status: 2.0.0',
    )
    expect(parseDeliveryStatus(text)).toEqual([
      {
        finalRecipient: 'First@Example.com',
        originalRecipient: 'one@example.com',
        action: 'failed',
        status: { class: 5, subject: 2, detail: 2 },
      },
      {
        finalRecipient: 'two@example.com',
        originalRecipient: null,
        action: 'delivered',
        status: { class: 2, subject: 0, detail: 0 },
      },
    ])
  })

  test.each(['\n', '\r', '\r\n'])('is read whatever ends its lines: %j', (end) => {
    const lines = [
      'Reporting-MTA: dns; a',
      '',
      'Final-Recipient: rfc822; a@b.example',
      'Action: failed',
      'Status: 5.1.1',
      '',
    ]
    expect(parseDeliveryStatus(lines.join(end))).toHaveLength(1)
  })

  test('without the empty line behind its first block is still read', () => {
    const text = crlf(
      'Reporting-MTA: dns; a',
      'Final-Recipient: rfc822; a@b.example',
      'Action: failed',
      'Status: 5.1.1',
    )
    expect(parseDeliveryStatus(text)[0]).toMatchObject({ finalRecipient: 'a@b.example', action: 'failed' })
  })

  test('whose fields begin on the line behind their names is read alike', () => {
    const text = crlf('Final-Recipient:', ' rfc822; a@example.com', 'Action:', '\tfailed', 'Status:', ' 5.1.1')
    expect(parseDeliveryStatus(text)).toMatchObject([
      { finalRecipient: 'a@example.com', action: 'failed', status: { class: 5, subject: 1, detail: 1 } },
    ])
  })

  test('that says 5.0.0 means what the diagnosis says', () => {
    const of = (diagnosis: string) =>
      parseDeliveryStatus(crlf('Final-Recipient: rfc822; a@b.example', 'Action: failed', 'Status: 5.0.0', diagnosis))[0]
        ?.status
    expect(of('Diagnostic-Code: smtp; 550-5.1.1 nobody of that name')).toEqual({ class: 5, subject: 1, detail: 1 })
    expect(of('Diagnostic-Code: smtp; 450 4.2.2 later')).toEqual({ class: 5, subject: 0, detail: 0 })
    expect(of('X-Other: 1')).toEqual({ class: 5, subject: 0, detail: 0 })
  })

  test.each([
    ['', []],
    ['\0\0\0', []],
    ['Action: exploded\r\nFinal-Recipient: rfc822; a@b.example\r\n', []],
    ['Final-Recipient: rfc822; a@b.example\r\nStatus: 5.1.1\r\n', []],
    [':\r\n: x\r\n'.repeat(1_000), []],
  ])('that says nothing readable names no recipient: case %#', (text, expected) => {
    expect(parseDeliveryStatus(text)).toEqual(expected)
  })

  test('with very many recipients is read up to a bound', () => {
    const block = crlf('Final-Recipient: rfc822; a@b.example', 'Action: failed', 'Status: 5.1.1', '')
    expect(parseDeliveryStatus(block.repeat(5_000)).length).toBeLessThanOrEqual(101)
  })
})

test.each([
  ['5.1.1', { class: 5, subject: 1, detail: 1 }],
  ['smtp; 550 5.7.26 no', { class: 5, subject: 7, detail: 26 }],
  ['550-5.1.1 no', { class: 5, subject: 1, detail: 1 }],
  ['host 10.5.1.1 said no', null],
  ['5.1', null],
  ['3.1.1', null],
  ['5.1.1.1', null],
  ['', null],
])('the enhanced status in %j', (text, expected) => {
  const report = crlf('Final-Recipient: rfc822; a@b.example', 'Action: failed', `Status: ${text}`)
  expect(parseDeliveryStatus(report)[0]?.status).toEqual(expected)
})

test.each([
  ['rfc822; a@b.example', 'a@b.example'],
  ['rfc822;<a@b.example>', 'a@b.example'],
  ['utf-8; دانا@مثال.example', 'دانا@مثال.example'],
  ['a@b.example', 'a@b.example'],
  ['rfc822; a@b.example (forwarded)', 'a@b.example'],
  ['x400; /c=ir', null],
  ['rfc822; nobody', null],
  ['rfc822; a@b@c', null],
  [`rfc822; ${'a'.repeat(400)}@b.example`, null],
  [null, null],
])('the address in %j', (text, expected) => {
  expect(typedAddress(text)).toBe(expected)
})

describe('a feedback report', () => {
  test('tells its type and whom it is about', () => {
    const text = crlf(
      'Feedback-Type: Abuse',
      'User-Agent: ExampleReporter/1.0',
      'Version: 1',
      'Original-Mail-From: <news@shop.example>',
      'Original-Rcpt-To: <a@b.example>',
      'Original-Rcpt-To: <c@b.example>',
    )
    expect(parseFeedbackReport(text)).toEqual({
      type: 'abuse',
      originalMailFrom: 'news@shop.example',
      originalRecipients: ['a@b.example', 'c@b.example'],
    })
  })

  test.each(['', 'Version: 1\r\n', 'Feedback-Type:\r\n', 'Feedback-Type: 7\r\n'])(
    'without a type is none: %j',
    (text) => {
      expect(parseFeedbackReport(text)).toBeNull()
    },
  )
})

test('a header of a hundred thousand fields or of one endless value is read up to a bound', () => {
  expect(headerFields('A: b\r\n'.repeat(100_000))).toHaveLength(500)
  const long = headerFields(`A: ${'b'.repeat(100_000)}\r\n${' c\r\n'.repeat(50_000)}`)
  expect(long[0]?.value.length).toBeLessThanOrEqual(2_000)
})
