import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { qmail, qmailLocal, WRITERS } from '../../fixtures/mail/bounces.ts'
import { ANSWERS, answer, DELAYS, delay } from '../../fixtures/mail/no-bounces.ts'
import { gmail, postfix } from '../../fixtures/mail/reports.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'
import { becomes, comesBack, handIn, type MailTenant, newMailTenant, worked } from '../../worlds/mail-world.ts'
import { until } from '../../worlds/world.ts'

let chapar: Harness
let shop: MailTenant
const SHOP = 'news@shop.example'
beforeAll(async () => {
  chapar = await startChapar()
  shop = await newMailTenant(chapar, '@shop.example')
})
afterAll(() => chapar.dispose())

const hear = (from: string, to: string, raw: string) => handIn(chapar, from, to, raw)

const sent = (recipient?: string) => comesBack(shop, SHOP, recipient)

describe('a bounce without a delivery status', () => {
  const failureOf = (bounced: Awaited<ReturnType<typeof sent>>, reply: string, recipient = bounced.recipient) => ({
    ...bounced,
    recipient,
    reply,
    sender: bounced.to,
  })

  test.each(Object.entries(WRITERS))(
    'of %s ends the message; nobody there is never written to again',
    async (_, write) => {
      const bounced = await sent()
      await hear('<>', bounced.to, write(failureOf(bounced, '550 5.1.1 nobody')))
      const found = await becomes(shop, bounced.id, 'rejected')
      expect(found.failure).toMatchObject({ code: 'recipient-invalid', carrierCode: '5.1.1' })
      await worked(chapar)
      expect(await shop.suppressed(bounced.recipient)).toHaveLength(1)
    },
  )

  test('with no enhanced code is undelivered, and suppresses nobody', async () => {
    const bounced = await sent()
    await hear('<>', bounced.to, qmail(failureOf(bounced, '550 nobody of that name')))
    expect((await becomes(shop, bounced.id, 'undelivered')).failure?.code).toBe('not-delivered')
    await worked(chapar)
    expect(await shop.suppressed(bounced.recipient)).toEqual([])
  })

  test('to the sender’s own address is known by the mail that came back in it, and is no message to the tenant', async () => {
    const bounced = await sent()
    await hear('<>', SHOP, qmailLocal({ ...failureOf(bounced, '550 5.1.1'), to: SHOP }))
    await becomes(shop, bounced.id, 'rejected')
  })

  test('about an address that the mail was passed on to is undelivered, and suppresses nobody', async () => {
    for (const recipient of ['else@corp.example', 'third@corp.example']) {
      const bounced = await sent()
      const raw = recipient.startsWith('else')
        ? qmail(failureOf(bounced, '550 5.1.1 nobody', recipient))
        : postfix({ ...bounced, recipient }).replace(/^Original-Recipient:.*\r\n/m, '')
      await hear('<>', bounced.to, raw)
      expect((await becomes(shop, bounced.id, 'undelivered')).failure?.code).toBe('not-delivered')
      await worked(chapar)
      expect([await shop.suppressed(bounced.recipient), await shop.suppressed(recipient)]).toEqual([[], []])
    }
  })

  test('is not what absence notes, delays and mail with an envelope sender are', async () => {
    const bounced = await sent()
    const failure = failureOf(bounced, '550 5.1.1 nobody')
    for (const one of ANSWERS) await hear('<>', bounced.to, answer(one, failure))
    for (const one of DELAYS) await hear('<>', bounced.to, delay(one, failure))
    await hear('mailer-daemon@mx.example.net', bounced.to, qmail(failure))
    await hear('<>', bounced.to, qmail(failureOf(bounced, '451 4.7.1 later')))
    await worked(chapar)
    expect(await shop.read(bounced.id)).toMatchObject({ status: 'submitted' })
    expect(await shop.suppressed(bounced.recipient)).toEqual([])
  })

  test('after a delivery leaves the status and suppresses the recipient, for this message', async () => {
    for (const write of [
      postfix,
      (one: Awaited<ReturnType<typeof sent>>) => qmail(failureOf(one, '550 5.1.1 nobody')),
    ]) {
      const bounced = await sent()
      await hear('<>', bounced.to, gmail(bounced, 'delivered', '2.0.0'))
      await becomes(shop, bounced.id, 'delivered')
      await hear('<>', bounced.to, write(bounced))
      await until('the suppression', async () => (await shop.suppressed(bounced.recipient)).length === 1)
      expect(await shop.suppressed(bounced.recipient)).toMatchObject([{ source: 'carrier', messageId: bounced.id }])
      expect((await shop.read(bounced.id)).status).toBe('delivered')
    }
  })
})
