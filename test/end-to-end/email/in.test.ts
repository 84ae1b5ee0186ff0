import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bounceAddressOf, mailMessageIdOf } from '#worker/domain/carriers/email-message-id.ts'
import { complaint, exchange, exim, gmail, postfix } from '../../fixtures/mail/reports.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'
import {
  becomes,
  comesBack,
  handIn,
  keptMail,
  type MailTenant,
  mail,
  newMailTenant,
  newPerson,
  refOf,
  worked,
} from '../../worlds/mail-world.ts'
import { addChannel, until } from '../../worlds/world.ts'

let chapar: Harness
let shop: MailTenant
let bank: MailTenant
const SHOP = 'news@shop.example'
beforeAll(async () => {
  chapar = await startChapar()
  shop = await newMailTenant(chapar, '@shop.example')
  bank = await newMailTenant(chapar, 'hello@bank.example')
})
afterAll(() => chapar.dispose())

interface Shown {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly inReplyTo?: string
  readonly content: {
    readonly subject: string
    readonly text: string
    readonly automatic?: true
    readonly html?: string
    readonly attachments?: readonly { readonly media: string; readonly name?: string; readonly type: string }[]
  }
}

const received = (tenant: MailTenant, person: string, count = 1) =>
  until(`${count} mails from a person`, async () => {
    const found = await tenant.from<Shown>(person)
    return found.length >= count && found
  })
const hear = (from: string, to: string, raw: string) => handIn(chapar, from, to, raw)
const OK = { outcome: 'ok', reason: null }

describe('a mail to a tenant’s address', () => {
  test('is an inbound message of that tenant and of no other, and the mail itself is gone', async () => {
    const person = newPerson()
    const raw = mail({ From: `Sara <${person}>`, To: SHOP, Subject: 'Where is it?' }, 'My order has not come.')
    expect(await hear(person, SHOP, raw)).toEqual(OK)
    const [message] = await received(shop, person)
    expect(message).toMatchObject({
      from: person,
      to: SHOP,
      content: { subject: 'Where is it?', text: expect.stringContaining('My order has not come.'), fromName: 'Sara' },
    })
    expect(await bank.from(person)).toEqual([])
    await worked(chapar)
  })

  test('of a whole domain or of one address finds its tenant, whatever the case', async () => {
    const person = newPerson()
    expect(await hear(person, 'Anything@SHOP.example', mail({ From: person, To: SHOP }))).toEqual(OK)
    expect(await hear(person, 'hello@bank.example', mail({ From: person, To: SHOP }))).toEqual(OK)
    await received(shop, person)
    await received(bank, person)
  })

  test('is its account’s also where the route of mail was another a moment ago', async () => {
    const moved = await newMailTenant(chapar, 'hello@moved.example')
    const [before, after] = [newPerson(), newPerson()]
    expect(await hear(before, 'hello@moved.example', mail({ From: before, To: SHOP }))).toEqual(OK)
    await received(moved, before)
    // A sender more, and a route over another connection alone, which the policy that was just read does not name.
    await addChannel(moved, { channel: 'email', address: 'other@moved.example' })
    expect(await hear(after, 'hello@moved.example', mail({ From: after, To: SHOP }))).toEqual(OK)
    await received(moved, after)
  })

  test.each([
    'nobody@nowhere.example',
    'other@bank.example',
    'news@sub.shop.example',
    'not an address',
    '@',
    'bounce+x@shop2.example',
  ])('that is nobody’s is refused in the dialogue: %j', async (to) => {
    const before = await keptMail(chapar)
    const said = await hear('p@person.example', to, mail({ From: 'p@person.example', To: SHOP }))
    expect(said).toEqual({ outcome: 'rejected', reason: '5.1.1 There is no such mailbox here.' })
    expect(await keptMail(chapar)).toEqual(before)
  })

  test('that its server sends twice is one message', async () => {
    const person = newPerson()
    const raw = mail({ From: person, To: SHOP, Subject: 'once', Date: 'Mon, 4 May 2026 10:00:00 +0330' })
    await hear(person, SHOP, raw)
    await received(shop, person)
    await hear(person, SHOP, `Received: by another.example; Mon, 4 May 2026 10:05:00 +0330\r\n${raw}`)
    await hear(person, SHOP, mail({ From: person, To: SHOP, Subject: 'then' }))
    const found = await received(shop, person, 2)
    expect(found.map(({ content }) => content.subject).sort()).toEqual(['once', 'then'])
  })

  test('is threaded to the mail that it names, else to the last one to that person', async () => {
    const person = newPerson()
    const first = await shop.send(person, SHOP)
    const second = await shop.send(person, SHOP)
    const named = mailMessageIdOf(refOf(shop, first), 'shop.example')
    await hear(person, SHOP, mail({ From: person, To: SHOP, Subject: 'a', 'In-Reply-To': named }))
    await hear(person, SHOP, mail({ From: person, To: SHOP, Subject: 'b', References: `${named} <x@person.example>` }))
    await hear(person, SHOP, mail({ From: person, To: SHOP, Subject: 'c' }))
    const found = await received(shop, person, 3)
    const threads = Object.fromEntries(found.map(({ content, inReplyTo }) => [content.subject, inReplyTo]))
    expect(threads).toEqual({ a: first, b: first, c: second })
  })

  test('that names another tenant’s message or a made-up one is not threaded to it', async () => {
    const person = newPerson()
    const theirs = mailMessageIdOf(refOf(bank, await bank.send(person, 'hello@bank.example')), 'bank.example')
    const madeUp = theirs.replace(/[0-9a-z](?=\.1@)/, 'z')
    await hear(person, SHOP, mail({ From: person, To: SHOP, 'In-Reply-To': theirs, References: madeUp }))
    const [message] = await received(shop, person)
    expect(message?.inReplyTo).toBeUndefined()
  })

  test('comes with its files, and long words as one of them', async () => {
    const person = newPerson()
    const long = 'سلام دنیا! '.repeat(5_000)
    const raw = [
      `From: ${person}`,
      `To: ${SHOP}`,
      'Message-ID: <files@person.example>',
      'Content-Type: multipart/mixed; boundary=x',
      '',
      '--x',
      'Content-Type: text/plain; charset=utf-8',
      '',
      long,
      '--x',
      'Content-Type: application/pdf; name=receipt.pdf',
      'Content-Disposition: attachment; filename=receipt.pdf',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('%PDF-1.7').toString('base64'),
      '--x--',
      '',
    ].join('\r\n')
    expect(await hear(person, SHOP, raw)).toEqual(OK)
    const [message] = await received(shop, person)
    expect(Buffer.byteLength(message?.content.text ?? '')).toBeLessThanOrEqual(16_000)
    expect(message?.content.text.startsWith('سلام دنیا!')).toBe(true)
    expect(message?.content.attachments?.map(({ name, type }) => [name, type])).toEqual([
      ['mail.txt', 'text/plain'],
      ['receipt.pdf', 'application/pdf'],
    ])
    const file = await shop.call(`/v1/media/${message?.content.attachments?.[1]?.media}/content`)
    expect(await file.text()).toBe('%PDF-1.7')
    await worked(chapar)
  })
})

test('a mail of control characters still makes an event that a queue takes, all its words in files', async () => {
  const person = newPerson()
  const part = (type: string) => ['--x', `Content-Type: ${type}; charset=utf-8`, '', '\u0001'.repeat(15_900)]
  const raw = [
    `From: ${person}`,
    `To: ${SHOP}`,
    'Message-ID: <controls@person.example>',
    'Content-Type: multipart/alternative; boundary=x',
    '',
    ...part('text/plain'),
    ...part('text/html'),
    '--x--',
    '',
  ].join('\r\n')
  expect(await hear(person, SHOP, raw)).toEqual(OK)
  const [message] = await received(shop, person)
  // Queues take 128,000 bytes a message, and 50 files may stand beside the words.
  expect(JSON.stringify(message?.content).length).toBeLessThan(60_000)
  expect(message?.content.attachments?.map(({ name }) => name)).toEqual(['mail.txt', 'mail.html'])
})

describe('opting out by reply', () => {
  test.each([
    ['STOP', 'STOP\r\n\r\nOn Mon, 4 May 2026, Shop <news@shop.example> wrote:\r\n> Our news'],
    ['لغو', 'لغو\r\n\r\nدر دوشنبه ۴ مه ۲۰۲۶، فروشگاه نوشت:\r\n> خبرها'],
  ])('%s above the quoted mail suppresses that person', async (_, words) => {
    const person = newPerson()
    await hear(person, SHOP, mail({ From: person, To: SHOP, Subject: 'Re: news' }, words))
    await until('the suppression', async () => (await shop.suppressed(person)).length === 1)
    expect(await shop.suppressed(person)).toMatchObject([{ source: 'keyword', sender: SHOP }])
  })

  test('written in capitals it is the same person’s: threaded, and held back in any case', async () => {
    const person = newPerson()
    const loud = person.toUpperCase()
    const id = await shop.send(person, SHOP)
    await hear(loud, SHOP, mail({ From: `Sara <${loud}>`, To: SHOP, Subject: 'Re: news' }, 'STOP'))
    const [heard] = await received(shop, person)
    expect(heard).toMatchObject({ inReplyTo: id })
    await until('the suppression', async () => (await shop.suppressed(person)).length === 1)
    for (const to of [person, loud]) {
      const body = {
        channel: 'email',
        to,
        from: SHOP,
        purpose: 'informational',
        content: { subject: 'News', text: 'New' },
      }
      const next = await shop.json<{ id: string }>('/v1/messages', body)
      await until('it is held back', async () => (await shop.read(next.id)).status === 'suppressed')
    }
  })

  test('words in the quoted mail, and an absence note’s, do not', async () => {
    const person = newPerson()
    const quoting = mail({ From: person, To: SHOP, Subject: '1' }, 'Yes please\r\n\r\n> STOP')
    const absent = mail({ From: person, To: SHOP, Subject: '2', 'Auto-Submitted: auto-replied\r\nX-A': 'b' }, 'STOP')
    for (const raw of [quoting, absent]) await hear(person, SHOP, raw)
    await hear('<>', SHOP, mail({ From: person, To: SHOP, Subject: '3' }, 'STOP'))
    const found = await received(shop, person, 3)
    const automatic = Object.fromEntries(found.map(({ content }) => [content.subject, content.automatic ?? false]))
    expect(automatic).toEqual({ 1: false, 2: true, 3: true })
    await worked(chapar)
    expect(await shop.suppressed(person)).toEqual([])
  })

  test('does not come undone by a mail that says START: anybody can write any sender into one', async () => {
    const person = newPerson()
    await hear(person, SHOP, mail({ From: person, To: SHOP, Subject: '1' }, 'STOP'))
    await until('the suppression', async () => (await shop.suppressed(person)).length === 1)
    for (const words of ['START', '12'])
      await hear('forger@elsewhere.example', SHOP, mail({ From: person, To: SHOP, Subject: words }, words))
    await received(shop, person, 3)
    await worked(chapar)
    expect(await shop.suppressed(person)).toHaveLength(1)
  })
})

const sent = (recipient?: string) => comesBack(shop, SHOP, recipient)

describe('a bounce', () => {
  test.each([
    ['Postfix', postfix, 'rejected', 'recipient-invalid', '5.1.1', 1],
    ['Exim', exim, 'rejected', 'recipient-invalid', '5.1.1', 1],
    ['Exchange', exchange, 'undelivered', 'recipient-unreachable', '5.2.2', 0],
    ['Gmail', gmail, 'rejected', 'recipient-invalid', '5.1.1', 1],
  ] as const)(
    'of %s ends the message; nobody there is never written to again',
    async (_, write, status, code, carrierCode, suppressions) => {
      const bounced = await sent()
      expect(await hear('<>', bounced.to, write(bounced))).toEqual(OK)
      const found = await becomes(shop, bounced.id, status)
      expect(found.failure).toMatchObject({ code, carrierCode })
      await worked(chapar)
      expect(await shop.suppressed(bounced.recipient)).toHaveLength(suppressions)
    },
  )

  test('to the sender’s own address is known by the mail that came back with it', async () => {
    const bounced = await sent()
    await hear('<>', SHOP, gmail({ ...bounced, to: SHOP }))
    await becomes(shop, bounced.id, 'rejected')
  })

  test('of a refusal by policy suppresses nobody', async () => {
    const bounced = await sent()
    await hear('<>', bounced.to, postfix(bounced, '5.7.1'))
    expect((await becomes(shop, bounced.id, 'rejected')).failure?.code).toBe('content-refused')
    await worked(chapar)
    expect(await shop.suppressed(bounced.recipient)).toEqual([])
  })

  test('that says delayed changes nothing but the timeline, and delivered delivers', async () => {
    const bounced = await sent()
    await hear('<>', bounced.to, gmail(bounced, 'delayed', '4.4.1'))
    await until('the delay is noted', async () => (await shop.read(bounced.id)).timeline.length === 3)
    expect(await shop.read(bounced.id)).toMatchObject({ status: 'submitted' })
    await hear('<>', bounced.to, gmail(bounced, 'relayed', '2.0.0'))
    await becomes(shop, bounced.id, 'delivered')
  })

  test('that comes twice is told once', async () => {
    const bounced = await sent()
    for (let i = 0; i < 3; i++) await hear('<>', bounced.to, postfix(bounced))
    await becomes(shop, bounced.id, 'rejected')
    await worked(chapar)
    expect(await shop.suppressed(bounced.recipient)).toHaveLength(1)
  })
})

describe('a forged report changes nothing', () => {
  const unmoved = async (tenant: MailTenant, id: string, recipient: string): Promise<void> => {
    await worked(chapar)
    const found = await tenant.read(id)
    expect(found.status).toBe('submitted')
    expect(found.timeline).toHaveLength(2)
    expect(await tenant.suppressed(recipient)).toEqual([])
  }

  test('with a ref whose MAC is wrong: it is refused at the door of the bounce address', async () => {
    const bounced = await sent()
    const forged = bounced.to.replace(/.(?=\.1@)/, (digit) => (digit === '0' ? '1' : '0')).replace('@shop', '@other')
    expect((await hear('<>', forged, postfix(bounced))).outcome).toBe('rejected')
    await unmoved(shop, bounced.id, bounced.recipient)
  })

  test('with another tenant in the ref', async () => {
    const bounced = await sent()
    const messageId = bounced.messageId.replace(shop.tenantId.slice(4), bank.tenantId.slice(4))
    await hear('<>', 'hello@bank.example', postfix({ ...bounced, messageId }))
    await unmoved(shop, bounced.id, bounced.recipient)
  })

  test('about another recipient than the message’s', async () => {
    const bounced = await sent()
    await hear('<>', bounced.to, postfix({ ...bounced, recipient: 'other@person.example' }))
    await hear('<>', bounced.to, complaint(bounced, 'abuse', 'other@elsewhere.example'))
    await unmoved(shop, bounced.id, bounced.recipient)
  })

  test('about a message of another channel', async () => {
    const sms = await shop.json<{ id: string }>('/v1/messages', {
      channel: 'sms',
      to: '+989121234567',
      content: { text: 'سلام' },
    })
    const ref = refOf(shop, sms.id)
    await until('it is delivered', async () => (await shop.read(sms.id)).status === 'delivered')
    const bounced = { messageId: mailMessageIdOf(ref, 'shop.example'), recipient: '+989121234567', to: SHOP }
    await hear('<>', bounceAddressOf(ref, 'shop.example'), postfix(bounced))
    await worked(chapar)
    expect((await shop.read(sms.id)).timeline.map(({ status }) => status)).not.toContain('rejected')
  })

  test('that is no report at all', async () => {
    const bounced = await sent()
    const words = 'Final-Recipient: rfc822; x\r\nAction: failed\r\nStatus: 5.1.1'
    await hear(
      '<>',
      bounced.to,
      mail({ From: 'mailer-daemon@x.example', To: bounced.to, References: bounced.messageId }, words),
    )
    await unmoved(shop, bounced.id, bounced.recipient)
  })

  test('without a message of ours it is a mail like any other to the tenant', async () => {
    await hear('<>', SHOP, postfix({ messageId: '<x@shop.example>', recipient: 'p@person.example', to: SHOP }))
    const [message] = await received(shop, 'mailer-daemon@mx.example.net').catch(() =>
      received(shop, 'MAILER-DAEMON@mx.example.net'),
    )
    expect(message?.content.automatic).toBe(true)
  })
})

describe('a complaint', () => {
  test.each([
    ['names its recipient', undefined],
    ['names nobody', null],
    ['hides the name', 'redacted@person.example'],
  ])('that %s suppresses the recipient and stands in the timeline', async (_, named) => {
    const bounced = await sent()
    await hear('feedback@person.example', SHOP, complaint({ ...bounced, to: SHOP }, 'abuse', named))
    const found = await becomes(shop, bounced.id, 'delivered')
    expect(found.timeline.at(-1)).toMatchObject({ code: 'recipient-blocked', carrierCode: 'abuse' })
    await until('the suppression', async () => (await shop.suppressed(bounced.recipient)).length === 1)
    expect(await shop.suppressed(bounced.recipient)).toMatchObject([{ source: 'carrier', sender: SHOP }])
  })

  test('about a mail that was delivered is heard too', async () => {
    const bounced = await sent()
    await hear('<>', bounced.to, gmail(bounced, 'delivered', '2.0.0'))
    await becomes(shop, bounced.id, 'delivered')
    await hear('feedback@person.example', bounced.to, complaint(bounced))
    await until('the suppression', async () => (await shop.suppressed(bounced.recipient)).length === 1)
  })

  test('of another type changes nothing', async () => {
    const bounced = await sent()
    await hear('feedback@person.example', bounced.to, complaint(bounced, 'not-spam'))
    await worked(chapar)
    expect(await shop.read(bounced.id)).toMatchObject({ status: 'submitted' })
    expect(await shop.suppressed(bounced.recipient)).toEqual([])
  })
})
