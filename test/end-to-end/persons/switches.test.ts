import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KINDS as TELEGRAM } from '../../fixtures/telegram/kinds.ts'
import { DATE } from '../../fixtures/telegram/updates.ts'
import { ACCOUNT } from '../../fixtures/twilio/answers.ts'
import { notification, said, TIMESTAMP } from '../../fixtures/whatsapp/callbacks.ts'
import { KINDS as WHATSAPP } from '../../fixtures/whatsapp/kinds.ts'
import { until } from '../../worlds/world.ts'
import { type PersonWorld, startPersonWorld } from './carriers.ts'
import { talkIn } from './talk.ts'

let world: PersonWorld
const { send, heardWith, optOutsOf, stopped, lift } = talkIn(() => world)
beforeAll(async () => {
  world = await startPersonWorld()
})
afterAll(() => world.dispose())

type Content = Readonly<Record<string, unknown>>
/** What the tenant's webhook hears next from this person. */
const told = (from: string, count = 1): Promise<Content[]> =>
  until(`${from} is heard`, async () => {
    const heard = world.told.filter(({ type, data }) => type === 'message.received' && data['from'] === from)
    return heard.length >= count && heard.map(({ data }) => data['content'] as Content)
  })
const isLifted = (carrier: 'telegram' | 'whatsapp', person: string) =>
  until('the opt-out is lifted', async () => (await optOutsOf(carrier, person)).length === 0)

const member = (id: number, before: string, now: string, type = 'private') => ({
  my_chat_member: {
    chat: { id, type },
    from: { id: 9, is_bot: false },
    date: DATE,
    old_chat_member: { status: before },
    new_chat_member: { status: now },
  },
})
const preference = (digits: string, value: string, timestamp: number, category = 'marketing_messages') => {
  const choice = { wa_id: digits, detail: 'User requested', category, value, timestamp }
  const news = notification({ contacts: [{ wa_id: digits }], user_preferences: [choice] })
  return {
    ...news,
    entry: news.entry.map((one) => ({
      ...one,
      changes: one.changes.map((change) => ({ ...change, field: 'user_preferences' })),
    })),
  }
}

describe('a person who blocks the bot on Telegram', () => {
  test('is written no more, but for codes; who lets it in again is written as before', async () => {
    await world.tell('telegram', member(70_001, 'member', 'kicked'))
    expect(await stopped('telegram', 'telegram:70001')).toMatchObject([{ source: 'recipient' }])
    expect(await told('telegram:70001')).toEqual([{ unsupported: 'my_chat_member', details: { status: 'kicked' } }])
    expect((await send('telegram', 'telegram:70001')).status).toBe('suppressed')
    expect((await send('telegram', 'telegram:70001', 'otp')).status).toBe('submitted')
    await world.tell('telegram', member(70_001, 'kicked', 'member'))
    await isLifted('telegram', 'telegram:70001')
    expect((await send('telegram', 'telegram:70001')).status).toBe('submitted')
  })

  test('and had said STOP before: to let the bot in again takes nothing of that back', async () => {
    await world.hear('telegram', '70002', 'STOP')
    expect(await stopped('telegram', 'telegram:70002')).toMatchObject([{ source: 'keyword' }])
    await world.tell('telegram', member(70_002, 'member', 'kicked'))
    await told('telegram:70002', 2)
    await world.tell('telegram', member(70_002, 'kicked', 'member'))
    await told('telegram:70002', 3)
    expect(await optOutsOf('telegram', 'telegram:70002')).toMatchObject([{ source: 'keyword' }])
    await world.hear('telegram', '70002', 'START')
    await isLifted('telegram', 'telegram:70002')
  })

  test('in a group that puts the bot out, and takes it in again; other rights change nothing', async () => {
    await world.tell('telegram', member(-70_003, 'administrator', 'left', 'group'))
    await stopped('telegram', 'telegram:-70003')
    expect(await lift('telegram', 'telegram:-70003')).toBe(204)
    await world.tell('telegram', member(-70_003, 'member', 'administrator', 'group'))
    await world.tell('telegram', member(-70_003, 'administrator', 'kicked', 'group'))
    await stopped('telegram', 'telegram:-70003')
    await world.tell('telegram', member(-70_003, 'left', 'administrator', 'group'))
    await isLifted('telegram', 'telegram:-70003')
  })
})

describe('words in what is no message', () => {
  const edited = (id: number, text: string) => ({
    edited_message: { message_id: 4, from: { id, is_bot: false }, chat: { id, type: 'private' }, date: DATE, text },
  })

  test('an edit may stop and never start: the network sends old ones again', async () => {
    await world.tell('telegram', edited(70_010, 'STOP'))
    await stopped('telegram', 'telegram:70010')
    await world.tell('telegram', edited(70_010, 'START'))
    await told('telegram:70010', 2)
    expect(await optOutsOf('telegram', 'telegram:70010')).toHaveLength(1)
  })

  test('a contact, a poll, a form whose words are STOP stop nothing', async () => {
    const chat = {
      message_id: 5,
      from: { id: 70_011, is_bot: false },
      chat: { id: 70_011, type: 'private' },
      date: DATE,
    }
    await world.tell('telegram', { message: { ...chat, contact: { phone_number: '+1', first_name: 'STOP' } } })
    await world.tell('telegram', { message: { ...chat, poll: { question: 'STOP', options: [{ text: 'STOP' }] } } })
    await world.tell('telegram', { message: { ...chat, web_app_data: { button_text: 'STOP', data: 'STOP' } } })
    await told('telegram:70011', 3)
    expect(await optOutsOf('telegram', 'telegram:70011')).toEqual([])
  })
})

describe('what WhatsApp’s own switch says of advertising', () => {
  test('stop and resume are an opt-out and its end; codes go all the while', async () => {
    await world.tell('whatsapp', preference('989127000001', 'stop', 1_795_435_200))
    const person = 'whatsapp:+989127000001'
    expect(await stopped('whatsapp', person)).toMatchObject([{ source: 'recipient' }])
    expect((await send('whatsapp', person)).status).toBe('suppressed')
    expect((await send('whatsapp', person, 'otp')).status).toBe('submitted')
    await world.tell('whatsapp', preference('989127000001', 'resume', 1_795_435_300))
    await isLifted('whatsapp', person)
  })

  test('a repeat, another category and another word change nothing', async () => {
    const digits = '989127000002'
    await world.tell('whatsapp', preference(digits, 'stop', 1_795_435_200, 'other_messages'))
    await world.tell('whatsapp', preference(digits, 'maybe', 1_795_435_201))
    await told(`whatsapp:+${digits}`, 2)
    expect(await optOutsOf('whatsapp', `whatsapp:+${digits}`)).toEqual([])
  })

  test('of several categories at the same second is as many words, each heard once', async () => {
    const digits = '989127000006'
    const at = 1_795_435_200
    await world.tell('whatsapp', preference(digits, 'stop', at, 'other_messages'))
    for (let n = 0; n < 3; n++) await world.tell('whatsapp', preference(digits, 'stop', at))
    expect(await stopped('whatsapp', `whatsapp:+${digits}`)).toMatchObject([{ source: 'recipient' }])
    await world.tell('whatsapp', preference(digits, 'stop', at + 1))
    const heard = await told(`whatsapp:+${digits}`, 3)
    expect(heard.map(({ details }) => (details as { category: string }).category).sort()).toEqual([
      'marketing_messages',
      'marketing_messages',
      'other_messages',
    ])
  })

  test('a STOP in words after it stays when advertising is resumed', async () => {
    const digits = '989127000005'
    const person = `whatsapp:+${digits}`
    await world.tell('whatsapp', preference(digits, 'stop', 1_795_435_200))
    expect(await stopped('whatsapp', person)).toMatchObject([{ source: 'recipient' }])
    await world.hear('whatsapp', digits, 'STOP')
    await told(person, 2)
    await world.tell('whatsapp', preference(digits, 'resume', 1_795_435_300))
    await told(person, 3)
    await until('the word is kept', async () => (await optOutsOf('whatsapp', person))[0]?.source === 'keyword')
    await world.hear('whatsapp', digits, 'START')
    await isLifted('whatsapp', person)
  })

  test.each([
    ['in a report', '989127000003'],
    ['in the answer to a message', '989127000004'],
  ])('error 131050 %s is the same opt-out: no carrier is asked again, codes go', async (way, digits) => {
    const person = `whatsapp:+${digits}`
    if (way === 'in the answer to a message') world.refusals.set(digits, 131_050)
    await send('whatsapp', person)
    const failed = { id: world.wamids.at(-1), status: 'failed', timestamp: TIMESTAMP, errors: [{ code: 131_050 }] }
    if (way === 'in a report') await world.tell('whatsapp', notification({ statuses: [failed] }))
    expect(await stopped('whatsapp', person)).toMatchObject([{ source: 'recipient' }])
    world.refusals.delete(digits)
    const asked = world.asked.length
    expect((await send('whatsapp', person)).status).toBe('suppressed')
    expect(world.asked).toHaveLength(asked)
    expect((await send('whatsapp', person, 'otp')).status).toBe('submitted')
    await world.tell('whatsapp', preference(digits, 'resume', 1_795_435_300))
    await isLifted('whatsapp', person)
  })
})

describe('who has another address from now on', () => {
  test('a group that grew keeps its opt-out, and the tenant hears the new id', async () => {
    await world.hear('telegram', '-70020', 'STOP')
    await stopped('telegram', 'telegram:-70020')
    const chat = { message_id: 6, from: { id: 9, is_bot: false }, chat: { id: -70_020, type: 'group' }, date: DATE }
    await world.tell('telegram', { message: { ...chat, migrate_to_chat_id: -1_001_070_020 } })
    expect(await told('telegram:-70020', 2)).toContainEqual({
      unsupported: 'migrate_to_chat_id',
      details: { address: 'telegram:-1001070020' },
    })
    expect((await send('telegram', 'telegram:-1001070020')).status).toBe('suppressed')
  })

  test('a person with a new number keeps theirs', async () => {
    await world.hear('whatsapp', '989127000020', 'STOP')
    await stopped('whatsapp', 'whatsapp:+989127000020')
    const system = { type: 'user_changed_number', body: 'changed', wa_id: '989127000021' }
    const news = { ...said({ type: 'system', system }), id: 'wamid.moved', from: '989127000020' }
    await world.tell('whatsapp', notification({ messages: [news] }))
    await told('whatsapp:+989127000020', 2)
    expect((await send('whatsapp', 'whatsapp:+989127000021')).status).toBe('suppressed')
  })
})

test('every kind of both networks reaches the tenant, once', async () => {
  const plain = TELEGRAM.filter(({ files, heard }) => files === undefined && heard !== null)
  for (const [i, { update }] of plain.entries()) await world.tell('telegram', update(80_000 + i))
  const others = WHATSAPP.filter(({ files }) => files === undefined)
  for (const [i, { message }] of others.entries()) {
    const one = { ...said(message), id: `wamid.kind${i}`, from: `98912800${1_000 + i}` }
    await world.tell('whatsapp', notification({ messages: [one] }))
  }
  for (const [i, { name, heard }] of plain.entries())
    expect([name, await told(`telegram:${80_000 + i}`)]).toEqual([name, [heard]])
  for (const [i, { name, heard }] of others.entries())
    expect([name, await told(`whatsapp:+98912800${1_000 + i}`)]).toEqual([name, [heard]])
})

test('a picture without words that came by MMS is kept, with its message', async () => {
  const id = 'aB'.repeat(16)
  const url = `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Messages/MM${id}/Media/ME${id}`
  await world.hear('twilio', '+33612345699', '', { NumMedia: '1', MediaUrl0: url, MediaContentType0: 'image/png' })
  expect(await told('+33612345699')).toMatchObject([{ text: '', files: [{ type: 'image/png', bytes: 9 }] }])
})

test('what was heard is read again as it was told', async () => {
  await world.hear('telegram', '70030', 'سلام')
  await heardWith('سلام')
  const { data } = await world.json<{ data: { from: string; content: Content }[] }>(
    '/v1/messages?direction=inbound&limit=100',
  )
  const one = data.find(({ content }) => content['unsupported'] === 'interactive.nfm_reply')
  expect(one?.content['details']).toMatchObject({ answers: expect.anything() })
})
