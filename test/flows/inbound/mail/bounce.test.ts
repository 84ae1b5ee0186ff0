import { describe, expect, test } from 'vitest'
import { type Bounced, verdictOfStatus, verdictOfWords } from '#worker/flows/inbound/mail/bounce.ts'
import { readMail } from '#worker/flows/inbound/mail/read.ts'
import { utf8 } from '#worker/lib/bytes.ts'
import { parseDeliveryStatus } from '#worker/lib/mail/delivery-status.ts'
import { headerFields } from '#worker/lib/mail/header-fields.ts'
import { asHtml, encoded, type Failure, inParts, WRITERS } from '../../../fixtures/mail/bounces.ts'
import { ANSWERS, answer, DELAYS, delay } from '../../../fixtures/mail/no-bounces.ts'

const RECIPIENT = 'ali+shop@person.example'
const FAILURE: Failure = {
  recipient: RECIPIENT,
  sender: 'bounce+x@shop.example',
  to: 'bounce+x@shop.example',
  reply: '550 5.1.1 nobody',
  messageId: '<order-1@shop.example>',
}
const bounced: Bounced = {
  isRecipient: (address) => address.toLowerCase() === RECIPIENT,
  isSender: (address) => address === FAILURE.sender,
  isProven: true,
}

async function read(raw: string) {
  const mail = await readMail(utf8(raw))
  return verdictOfWords(mail, headerFields(raw), bounced)
}
const saidOf = (verdict: Awaited<ReturnType<typeof read>>): string => {
  if (!verdict) return 'nothing'
  const { status, isElsewhere } = verdict
  return `${status ? `${status.class}.${status.subject}.${status.detail}` : 'failed'}${isElsewhere ? ' elsewhere' : ''}`
}

/** Replies of the next server with the enhanced code in them. */
const REPLIES: readonly (readonly [reply: string, code: string])[] = [
  ['550 5.1.1 <ali+shop@person.example>: nobody of that name', '5.1.1'],
  ['550 5.1.10 nobody of that name', '5.1.10'],
  ['552 5.2.2 the mailbox is full', '5.2.2'],
  ['554 5.7.1 no mail from you', '5.7.1'],
  ['550 5.2.1 closed for now', '5.2.1'],
  ['553 5.1.3 what is that', '5.1.3'],
]
const SHAPES: readonly (readonly [name: string, shape: (raw: string) => string])[] = [
  ['as it is', (raw) => raw],
  ['with bare line feeds', (raw) => raw.replaceAll('\r\n', '\n')],
  ['in base64', (raw) => encoded(raw, 'base64')],
  ['in quoted-printable', (raw) => encoded(raw, 'quoted-printable')],
  ['as HTML', asHtml],
  ['in two parts', inParts],
]

const combined = Object.entries(WRITERS).flatMap(([name, write]) =>
  SHAPES.flatMap(([shape, make]) =>
    REPLIES.map(([reply, code]) => ({
      name: `${name}, ${shape}, ${code}`,
      raw: make(write({ ...FAILURE, reply })),
      code,
    })),
  ),
)
const strangers = Object.entries(WRITERS).flatMap(([name, write]) =>
  SHAPES.map(([shape, make]) => ({
    name: `${name}, ${shape}`,
    raw: make(write({ ...FAILURE, recipient: 'else@corp.example', reply: '550 5.1.1 nobody' })),
  })),
)
const passing = Object.entries(WRITERS).flatMap(([name, write]) =>
  SHAPES.flatMap(([shape, make]) =>
    ['450 4.2.1 busy', '451 4.7.1 greylisted', '421 4.4.2 gone'].map((reply) => ({
      name: `${name}, ${shape}, ${reply}`,
      raw: make(write({ ...FAILURE, reply })),
    })),
  ),
)

test('more than 600 combinations are read below', () => {
  expect(combined.length + strangers.length + passing.length).toBeGreaterThan(600)
})

describe('a bounce that only words tell', () => {
  test('is read as its server wrote it, in any encoding, whatever the mail in it says', async () => {
    const wrong: string[] = []
    for (const { name, raw, code } of combined) {
      const said = saidOf(await read(raw))
      if (said !== code) wrong.push(`${name}: ${said}`)
    }
    expect(wrong).toEqual([])
  })

  test('about another address says so', async () => {
    const wrong: string[] = []
    for (const { name, raw } of strangers) {
      const said = saidOf(await read(raw))
      if (said !== '5.1.1 elsewhere') wrong.push(`${name}: ${said}`)
    }
    expect(wrong).toEqual([])
  })

  test('of a passing trouble says nothing', async () => {
    const wrong: string[] = []
    for (const { name, raw } of passing) {
      const said = saidOf(await read(raw))
      if (said !== 'nothing') wrong.push(`${name}: ${said}`)
    }
    expect(wrong).toEqual([])
  })

  test.each([
    ['Remote host said: 550 nobody', 'failed'],
    ['Sorry, nobody here has that name.', 'failed'],
    ['host mx: 550 5.0.0 no (#5.1.1)', '5.1.1'],
  ])('the QSBMF is evidence by itself: %s', async (reason, said) => {
    const words = `Hi. This is the mail program at mx.\r\n\r\n<${RECIPIENT}>:\r\n${reason}\r\n\r\n--- a copy`
    expect(saidOf(await read(`From: MAILER-DAEMON@mx.example.net\r\n\r\n${words}`))).toBe(said)
  })

  test('names the address that is refused, not one that it was made from', async () => {
    const words =
      'else@corp.example\r\n    (generated from ali+shop@person.example)\r\n    host mx [192.0.2.1]: 550 5.1.1 no'
    expect(saidOf(await read(`From: Mailer-Daemon@mx.example.net\r\n\r\n${words}`))).toBe('5.1.1 elsewhere')
  })
})

describe('changes nothing', () => {
  test.each(DELAYS.map((one) => [one[0], one] as const))('a delay: %s', async (_, one) => {
    expect(await read(delay(one, FAILURE))).toBeNull()
  })
  test.each(ANSWERS.map((one) => [`${one[0]} ${one[1].join()} ${one[2]}`, one] as const))(
    'an answer: %s',
    async (_, one) => {
      expect(await read(answer(one, FAILURE))).toBeNull()
    },
  )
})

describe('a delivery status', () => {
  const verdict = (recipient: Record<string, string>, isProven = true) => {
    const fields = { Action: 'failed', Status: '5.1.1', ...recipient }
    const block = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
    return saidOf(
      verdictOfStatus(parseDeliveryStatus(`Reporting-MTA: dns; mx\n\n${block.join('\n')}`), { ...bounced, isProven }),
    )
  }
  const [ours, other] = [`rfc822; ${RECIPIENT}`, 'rfc822; else@corp.example']
  test.each([
    ['ours', { 'Final-Recipient': ours }, true, '5.1.1'],
    ['ours, unproven', { 'Final-Recipient': ours }, false, '5.1.1'],
    ['ours as it was written', { 'Original-Recipient': ours }, false, '5.1.1'],
    [
      'passed on, the original named',
      { 'Final-Recipient': other, 'Original-Recipient': ours },
      false,
      '5.1.1 elsewhere',
    ],
    ['passed on', { 'Final-Recipient': other }, true, '5.1.1 elsewhere'],
    ['passed on, unproven', { 'Final-Recipient': other }, false, 'nothing'],
    ['a stranger’s', { 'Final-Recipient': other, 'Original-Recipient': other }, true, 'nothing'],
    ['nobody’s', {}, true, '5.1.1'],
    ['nobody’s, unproven', {}, false, 'nothing'],
  ])('%s', (_, fields, isProven, said) => {
    expect(verdict(fields, isProven)).toBe(said)
  })
})
