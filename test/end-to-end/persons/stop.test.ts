import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../worlds/world.ts'
import { type CarrierName, LINES, type PersonWorld, startPersonWorld } from './carriers.ts'
import { talkIn } from './talk.ts'

let world: PersonWorld
const { send, heardWith, optOutsOf, stopped } = talkIn(() => world)
beforeAll(async () => {
  world = await startPersonWorld()
})
afterAll(() => world.dispose())

/** One person: as the tenant writes them, as the carrier spells them, and what the carrier is asked to send to. */
const PEOPLE: readonly [what: string, carrier: CarrierName, written: string, heard: string, asked: string][] = [
  ['Mexico’s 1', 'whatsapp', 'whatsapp:+525512345678', '5215512345678', '525512345678'],
  ['Mexico’s 1, written', 'whatsapp', 'whatsapp:+5215587654321', '525587654321', '5215587654321'],
  ['Argentina’s 9', 'whatsapp', 'whatsapp:+541123456789', '5491123456789', '541123456789'],
  ['Brazil’s ninth digit', 'whatsapp', 'whatsapp:+5511987654321', '551187654321', '5511987654321'],
  ['an id of a chat', 'telegram', 'telegram:۱۲۳۴۵۶', '123456', '123456'],
  ['Mexico’s 1', 'twilio', '+52 55 1234 5678', '+5215512345678', '+525512345678'],
  ['a national form', 'kavenegar', '+989121234567', '09121234567', '+989121234567'],
  ['digits without +', 'kavenegar', '00989121234568', '989121234568', '+989121234568'],
  ['a foreigner’s digits', 'kavenegar', '+525512345678', '5215512345678', '+525512345678'],
]

describe.each(PEOPLE)('%s by %s', (_what, carrier, written, heard, asked) => {
  test('STOP is threaded, holds the next back, and START lets it go again', async () => {
    const first = await send(carrier, written)
    expect(first.status).toBe('submitted')
    // What is sent to is what the tenant wrote, never what the carrier calls the person.
    expect(world.asked.at(-1)?.replace(/^0098/, '+98')).toBe(asked)
    const words = `بله ${carrier} ${heard}`
    await world.hear(carrier, heard, words)
    expect((await heardWith(words)).inReplyTo).toBe(first.id)

    await world.hear(carrier, heard, 'STOP')
    expect(await stopped(carrier, written)).toMatchObject([{ source: 'keyword' }])
    const calls = world.asked.length
    expect((await send(carrier, written)).status).toBe('suppressed')
    expect(world.asked.length).toBe(calls)
    expect((await send(carrier, written, 'transactional')).status).toBe('submitted')

    await world.hear(carrier, heard, 'START')
    await until('the opt-out is lifted', async () => (await optOutsOf(carrier, written)).length === 0)
    expect((await send(carrier, written)).status).toBe('submitted')
  })
})

test('a carrier’s block of one spelling is the person’s', async () => {
  await send('twilio', '+5215511110000')
  await world.report('undelivered', { ErrorCode: '21610' })
  expect(await stopped('twilio', '+525511110000')).toMatchObject([{ source: 'carrier' }])
  expect((await send('twilio', '+525511110000', 'transactional')).status).toBe('suppressed')
})

test('a carrier’s block in its answer is the same as in a report: of that line, and of no other', async () => {
  const person = '+525511110001'
  world.refusals.set(person, 21610)
  const refused = await send('twilio', person)
  expect(refused.status).toBe('rejected')
  expect(await stopped('twilio', person)).toMatchObject([{ source: 'carrier', sender: LINES.twilio }])
  const told = await until('it is told', async () => world.told.find(({ data }) => data['messageId'] === refused.id))
  expect(told.data).toMatchObject({ recipient: person, sender: LINES.twilio, source: 'carrier' })
  const calls = world.asked.length
  expect((await send('twilio', person)).status).toBe('suppressed')
  expect((await send('twilio', person, 'otp')).status).toBe('suppressed')
  expect(world.asked.length).toBe(calls)
  expect((await send('kavenegar', person, 'otp')).status).toBe('submitted')
})

test('a refusal that speaks of the message, or of a number that does not exist, is no opt-out', async () => {
  for (const [person, code] of [
    ['+525511110002', 21211],
    ['+525511110003', 21617],
    ['+525511110004', 21612],
  ] as const) {
    world.refusals.set(person, code)
    expect((await send('twilio', person)).status).toBe('rejected')
    expect(await optOutsOf('twilio', person)).toEqual([])
  }
})

test('two people who are never named together stay two', async () => {
  await world.hear('whatsapp', '447700900400', 'STOP')
  await stopped('whatsapp', 'whatsapp:+447700900400')
  expect((await send('whatsapp', 'whatsapp:+447700900401')).status).toBe('submitted')
})

describe('a tenant of another region than its carrier', () => {
  let abroad: PersonWorld
  const there = talkIn(() => abroad)
  beforeAll(async () => {
    abroad = await startPersonWorld({ region: 'GB' })
  })
  afterAll(() => abroad.dispose())

  test('a fixed line of Tehran is not taken for one of London', async () => {
    await abroad.hear('kavenegar', '02191234567', 'STOP')
    expect(await there.stopped('kavenegar', '+982191234567')).toMatchObject([{ source: 'keyword' }])
    expect(await there.optOutsOf('kavenegar', '+442191234567')).toEqual([])
  })
})
