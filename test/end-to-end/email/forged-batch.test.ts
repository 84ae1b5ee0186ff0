import { afterAll, beforeAll, expect, test } from 'vitest'
import { bounceAddressOf, bounceMacOf, mailMessageIdOf } from '#worker/domain/carriers/email-message-id.ts'
import type { AttemptRef } from '#worker/domain/ids.ts'
import { personUrl } from '#worker/flows/carriers/person-links.ts'
import { qmail } from '../../fixtures/mail/bounces.ts'
import { complaint, postfix } from '../../fixtures/mail/reports.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'
import { handIn, type MailTenant, newMailTenant, refOf, worked } from '../../worlds/mail-world.ts'
import { configOf } from '../../worlds/tenant-world.ts'
import { until } from '../../worlds/world.ts'

let chapar: Harness
let shop: MailTenant
const SHOP = 'news@shop.example'
beforeAll(async () => {
  chapar = await startChapar()
  shop = await newMailTenant(chapar, '@shop.example')
})
afterAll(() => chapar.dispose())

let people = 0

/** Three mails of one request, taken and not reported on: the first reader's, and two of others. */
async function batch() {
  const recipients = ['reader', 'other', 'third'].map((name) => `${name}${people++}@person.example`)
  const { accepted } = await shop.json<{ accepted: { id: string }[] }>('/v1/messages/batch', {
    channel: 'email',
    from: SHOP,
    content: { subject: 'News', text: 'There is news.' },
    messages: recipients.map((to) => ({ to })),
  })
  for (const { id } of accepted) await until('it is out', async () => (await shop.read(id)).status === 'delivered')
  await chapar.ledger().prepare('UPDATE messages SET status = 20').run()
  const [first] = accepted
  return recipients.map((recipient, n) => {
    // What the first reader can work out of the Message-ID that he got: the ordinal is the three digits before the last.
    const id = `${first?.id.slice(0, -4)}00${n}0`
    const ref: AttemptRef = refOf(shop, id)
    return { id, ref, recipient, messageId: mailMessageIdOf(ref, 'shop.example'), to: SHOP }
  })
}
type One = Awaited<ReturnType<typeof batch>>[number]
const stateOf = async ({ id, recipient }: One) => {
  await worked(chapar)
  return [(await shop.read(id)).status, (await shop.suppressed(recipient)).length]
}
const linkOf = async (ref: AttemptRef): Promise<string> =>
  personUrl('https://chapar.test', (await configOf(chapar.secrets)).idKeys, 'unsubscribe', ref)
const unnamed = (raw: string): string => raw.replace(/^(Final|Original)-Recipient:.*\r\n/gm, '')

test('who had one mail of a batch cannot complain in the name of those whose addresses he does not know', async () => {
  const [, other, third] = await batch()
  if (!other || !third) throw new Error('three were sent')
  const blind = { ...other, recipient: 'nobody@person.example' }
  await handIn(chapar, 'reader@person.example', SHOP, complaint(blind, 'abuse', null))
  await handIn(chapar, 'reader@person.example', SHOP, complaint(blind, 'abuse', 'redacted@person.example'))
  expect(await stateOf(other)).toEqual(['submitted', 0])
  await handIn(chapar, '<>', SHOP, unnamed(postfix({ ...third, recipient: 'nobody@person.example' })))
  expect(await stateOf(third)).toEqual(['submitted', 0])
})

test('our own unsubscribe link of one mail is no proof for another', async () => {
  const [reader, other] = await batch()
  if (!reader || !other) throw new Error('three were sent')
  const link = await linkOf(reader.ref)
  const blind = { ...other, recipient: `nobody@person.example\r\nList-Unsubscribe: <${link}>` }
  await handIn(chapar, 'reader@person.example', SHOP, complaint(blind, 'abuse', null))
  expect(await stateOf(other)).toEqual(['submitted', 0])
})

test('complaints and bounces of a batch that show their mail are believed', async () => {
  const [reader, other, third] = await batch()
  if (!reader || !other || !third) throw new Error('three were sent')
  await handIn(chapar, 'feedback@person.example', SHOP, complaint(reader))
  expect(await stateOf(reader)).toEqual(['delivered', 1])
  const redacted = { ...other, recipient: `redacted@person.example\r\nList-Unsubscribe: <${await linkOf(other.ref)}>` }
  await handIn(chapar, 'feedback@person.example', SHOP, complaint(redacted, 'abuse', null))
  expect(await stateOf(other)).toEqual(['delivered', 1])
  await handIn(chapar, '<>', SHOP, postfix(third))
  expect(await stateOf(third)).toEqual(['rejected', 1])
})

test('the bounce address of one mail is no proof for another, and is proof for its own', async () => {
  const [reader, other] = await batch()
  if (!reader || !other) throw new Error('two were sent')
  const { idKeys } = await configOf(chapar.secrets)
  const mac = await bounceMacOf(idKeys, reader.ref)
  const own = bounceAddressOf(reader.ref, 'shop.example', mac)
  expect(own.indexOf('@')).toBeLessThanOrEqual(64)
  const told = { sender: SHOP, reply: '550 5.1.1 nobody' }
  const forged = bounceAddressOf(other.ref, 'other.example', mac)
  expect((await handIn(chapar, '<>', forged, qmail({ ...other, ...told, to: forged }))).outcome).toBe('rejected')
  // Without a MAC the ref is one that every reader of the batch can write.
  const unproven = bounceAddressOf(other.ref, 'shop.example')
  await handIn(chapar, '<>', unproven, qmail({ ...other, ...told, to: unproven }))
  expect(await stateOf(other)).toEqual(['submitted', 0])
  await handIn(chapar, '<>', own, qmail({ ...reader, ...told, to: own }))
  expect(await stateOf(reader)).toEqual(['rejected', 1])
})
