import { afterAll, beforeAll, expect, test } from 'vitest'
import { OTHERS, QUOTING } from '../../fixtures/mail/quotes.ts'
import { STRANGE } from '../../fixtures/mail/strange.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'
import { type MailTenant, newMailTenant, newPerson, worked } from '../../worlds/mail-world.ts'
import { until } from '../../worlds/world.ts'

const SHOP = 'news@shop.example'
const DAY = 86_400_000
let chapar: Harness
let shop: MailTenant
let bank: MailTenant
beforeAll(async () => {
  chapar = await startChapar({ entry: 'local/build/front.ts' })
  shop = await newMailTenant(chapar, '@shop.example')
  bank = await newMailTenant(chapar, 'hello@bank.example')
})
afterAll(() => chapar.dispose())

interface Shown {
  readonly id: string
  readonly content: {
    readonly text: string
    readonly attachments?: readonly {
      readonly media: string
      readonly name?: string
      readonly type: string
      readonly contentId?: string
    }[]
  }
}

const bytesOf = (person: string, fields: string, body: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    Buffer.from(`From: ${person}\r\nTo: ${SHOP}\r\nMessage-ID: <${person}>\r\n${fields}\r\n\r\n${body}`, 'latin1'),
  )
const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
const TEXT = 'Subject: Re: Our news\r\nContent-Type: text/plain; charset=utf-8'

/** Hands a mail to email() past the emulator's edge, whose own parser throws at charsets that it does not know. */
async function hear(fields: string, body: string): Promise<string> {
  const person = newPerson()
  const query = new URLSearchParams({ from: person, to: SHOP })
  const answer = await fetch(`${chapar.url}/cdn-cgi/local/email?${query}`, {
    method: 'POST',
    headers: { 'x-chapar-local': '1' },
    body: bytesOf(person, fields, body),
  })
  expect([answer.status, await answer.text()]).toEqual([200, 'ok\n'])
  return person
}
const received = (person: string) =>
  until('the mail is a message', async () => {
    const [message] = await shop.from<Shown>(person)
    return message ?? false
  })

test('every way in which mail programs quote, write and encode an opt-out suppresses its person', async () => {
  const asked = new Map<string, string>()
  for (const [name, { fields, body }] of STRANGE) asked.set(await hear(fields, body), name)
  for (const [name, text] of QUOTING) asked.set(await hear(TEXT, latin1(text)), name)
  await worked(chapar)
  const missed: string[] = []
  for (const [person, name] of asked) {
    await received(person)
    if ((await shop.suppressed(person)).length !== 1) missed.push(name)
  }
  expect(missed).toEqual([])
})

test('words that only look like an opt-out suppress nobody', async () => {
  const asked = new Map<string, string>()
  for (const text of OTHERS) asked.set(await hear(TEXT, latin1(text)), text)
  await worked(chapar)
  const held: string[] = []
  for (const [person, text] of asked) {
    await received(person)
    if ((await shop.suppressed(person)).length > 0) held.push(text)
  }
  expect(held).toEqual([])
})

test('a file has the name by which the HTML shows it', async () => {
  const body =
    '--x\r\nContent-Type: text/html\r\n\r\n<img src="cid:a">\r\n--x\r\nContent-Type: image/png\r\nContent-ID: <a>\r\n\r\nPNG\r\n--x--'
  const { content } = await received(await hear('Content-Type: multipart/related; boundary=x', body))
  expect(content.attachments).toMatchObject([{ type: 'image/png', contentId: 'a' }])
})

test('a mail that was not read whole is a file of its message: its tenant’s, and gone with it', async () => {
  const fields = 'Content-Type: text/plain; charset=utf-8'
  const person = await hear(fields, 'abc\xe1')
  const { content } = await received(person)
  const [file] = content.attachments ?? []
  expect(content.attachments).toMatchObject([{ name: 'mail.eml', type: 'message/rfc822' }])
  const path = `/v1/media/${file?.media}/content`
  const answer = await shop.call(path)
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytesOf(person, fields, 'abc\xe1'))
  expect((await bank.call(path)).status).toBe(404)
  await worked(chapar)
  await chapar.scheduled('17 * * * *', Date.now() + 400 * DAY)
  await until('the file is purged with its message', async () => (await shop.call(path)).status === 404)
})
