import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bounceAddressOf, mailMessageIdOf } from '#worker/domain/carriers/email-message-id.ts'
import { postfix } from '../fixtures/mail/reports.ts'
import { type Stage, startStage } from '../worlds/faults/drill.ts'
import {
  handIn,
  keptMail,
  type MailTenant,
  mail,
  newMailTenant,
  newPerson,
  refOf,
  worked,
} from '../worlds/mail-world.ts'
import { until } from '../worlds/world.ts'

let stage: Stage
let shop: MailTenant
const SHOP = 'news@shop.example'
beforeAll(async () => {
  stage = await startStage({ isFaulty: true })
  shop = await newMailTenant(stage.world.chapar, SHOP)
})
afterAll(() => stage.world.dispose())
beforeEach(() => stage.fail())

const hear = (from: string, to: string, raw: string) => handIn(stage.world.chapar, from, to, raw)
const kept = () => keptMail(stage.world.chapar)

describe('a mail that cannot be kept is not taken: its sender’s server keeps it', () => {
  test.each([
    ['the bucket refuses', { on: 'MEDIA', match: 'put', times: 1 }],
    ['the queue refuses', { on: 'REPORT', times: 1 }],
    ['the queue takes it and the answer is lost', { on: 'REPORT', times: 1, isLate: true }],
  ])('when %s', async (_, fault) => {
    const person = newPerson()
    const raw = mail({ From: person, To: SHOP })
    await stage.fail(fault)
    expect((await hear(person, SHOP, raw)).outcome).toBe('exception')
    expect(await kept()).toEqual([])
    await stage.fail()
    expect((await hear(person, SHOP, raw)).outcome).toBe('ok')
    await until('it is a message', async () => (await shop.from(person)).length === 1)
    await worked(stage.world.chapar)
    expect(await shop.from(person)).toHaveLength(1)
  })
})

describe('a mail that was taken is one message', () => {
  test.each([
    ['the bucket does not give it at first', { on: 'MEDIA', match: 'get', times: 2 }],
    ['the bucket does not delete it at first', { on: 'MEDIA', match: 'delete', times: 1 }],
    ['the ledger refuses it at first', { on: 'LEDGER_0', match: 'INSERT INTO refs', times: 2 }],
    [
      'the ledger takes it, and the answer is lost',
      { on: 'LEDGER_0', match: 'INSERT INTO refs', times: 1, isLate: true },
    ],
  ])('when %s', async (_, fault) => {
    const person = newPerson()
    await stage.fail(fault)
    expect((await hear(person, SHOP, mail({ From: person, To: SHOP }))).outcome).toBe('ok')
    await worked(stage.world.chapar)
    expect((await stage.failures())[0]).toBe(fault.times)
    expect(await shop.from(person)).toHaveLength(1)
  })

  test('however deep, long or broken it is, and the mail beside it is worked too', async () => {
    const person = newPerson()
    const parts = Array.from(
      { length: 200 },
      (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
    )
    const broken = [
      mail({ From: person, Subject: 'no boundary', 'Content-Type': 'multipart/mixed' }),
      mail({ From: person, Subject: 'NULs' }, '\0'.repeat(1_000)),
      mail({ From: person, Subject: 'empty' }, ''),
      mail({ From: person, Subject: 'deep', 'X-A': 'b' }, '').replace(
        'Content-Type: text/plain; charset=utf-8\r\n\r\n',
        parts.join(''),
      ),
      mail({ From: person, Subject: 'base64', 'Content-Transfer-Encoding': 'base64' }, '!!!!\0'),
      mail({ From: person, Subject: 'well' }),
    ]
    for (const raw of broken) expect((await hear(person, SHOP, raw)).outcome).toBe('ok')
    await worked(stage.world.chapar)
    const subjects = (await shop.from<{ content: { subject: string } }>(person)).map(({ content }) => content.subject)
    expect(subjects.sort()).toEqual(['NULs', 'base64', 'deep', 'empty', 'no boundary', 'well'])
  })
})

test('a bounce is applied once and told once, whatever of the ledger’s answers is lost', async () => {
  const recipient = newPerson()
  const id = await shop.send(recipient, SHOP)
  const ref = refOf(shop, id)
  const bounced = {
    recipient,
    messageId: mailMessageIdOf(ref, 'shop.example'),
    to: bounceAddressOf(ref, 'shop.example'),
  }
  await stage.fail({ on: 'LEDGER_0', match: 'UPDATE messages', times: 1, isLate: true })
  await hear('<>', bounced.to, postfix(bounced))
  await worked(stage.world.chapar)
  await until('it is rejected', async () => (await shop.read(id)).status === 'rejected')
  expect((await shop.read(id)).timeline.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  await until('the suppression', async () => (await shop.suppressed(recipient)).length === 1)
})

test('a mail whose address was given up meanwhile waits beside its dead letter, and a replay makes it a message', async () => {
  const person = newPerson()
  const senders = `/admin/v1/tenants/${shop.tenantId}/senders`
  const { operator } = stage.world
  await stage.fail({ on: 'MEDIA', match: 'get', times: 1 })
  expect((await hear(person, SHOP, mail({ From: person, To: SHOP, Subject: 'late' }))).outcome).toBe('ok')
  await until('the first try fails', async () => (await stage.failures())[0] === 1)
  await operator.delete(`${senders}/email/${encodeURIComponent(SHOP)}`)
  const letter = await until('the dead letter', async () => {
    const { data } = (await operator.get('/admin/v1/dead-letters')) as { data: { id: string; kind: string }[] }
    return data.find(({ kind }) => kind === 'mail')
  })
  expect(await kept()).toHaveLength(1)
  await operator.post(senders, { channel: 'email', address: SHOP, lineClass: 'service' })
  await operator.post(`/admin/v1/dead-letters/${letter.id}/replay`, {})
  await worked(stage.world.chapar)
  expect(await shop.from(person)).toHaveLength(1)
})
