import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reaches, until } from '../../worlds/world.ts'
import { type CarrierName, LINES, type PersonWorld, startPersonWorld } from './carriers.ts'

let world: PersonWorld
beforeAll(async () => {
  world = await startPersonWorld()
})
afterAll(() => world.dispose())

interface Shown {
  readonly id: string
  readonly status: string
  readonly from: string
  readonly to: string
  readonly inReplyTo?: string
  readonly content: { readonly text: string }
}
interface Listed {
  readonly recipient: string
  readonly source: string
}

const channelOf = (carrier: CarrierName): string => (carrier === 'telegram' || carrier === 'whatsapp' ? 'chat' : 'sms')

/** Sends an advertisement's like, which opt-outs hold back, and says how it ended. */
async function send(carrier: CarrierName, to: string, purpose = 'informational'): Promise<Shown> {
  const body = { channel: channelOf(carrier), to, from: LINES[carrier], content: { text: 'خبر' }, purpose }
  const { id } = await world.json<Shown>('/v1/messages', { body, status: 202 })
  return reaches<Shown>(world, id, 'submitted', 'suppressed', 'failed', 'rejected')
}

const heardWith = (text: string): Promise<Shown> =>
  until(`«${text}» is taken`, async () => {
    const { data } = await world.json<{ data: Shown[] }>('/v1/messages?direction=inbound&limit=100')
    return data.find(({ content }) => content.text === text)
  })
const optOutsOf = async (carrier: CarrierName, recipient: string): Promise<readonly Listed[]> => {
  const query = new URLSearchParams({ channel: channelOf(carrier), recipient })
  return (await world.json<{ data: Listed[] }>(`/v1/suppressions?${query}`)).data
}
const stopped = (carrier: CarrierName, recipient: string) =>
  until('the opt-out', async () => {
    const found = await optOutsOf(carrier, recipient)
    return found.length > 0 && found
  })

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

describe('what only the network knows', () => {
  const ID = 'MX.13491208655302741918'

  test('its answer to a send names another number: a STOP from there holds', async () => {
    world.book.set('447700900123', '447700900999')
    const first = await send('whatsapp', 'whatsapp:+447700900123')
    await world.hear('whatsapp', '447700900999', 'بله از آنجا')
    expect((await heardWith('بله از آنجا')).inReplyTo).toBe(first.id)
    await world.hear('whatsapp', '447700900999', 'STOP')
    await stopped('whatsapp', 'whatsapp:+447700900123')
    expect((await send('whatsapp', 'whatsapp:+447700900123')).status).toBe('suppressed')
    expect((await send('whatsapp', 'whatsapp:+447700900999')).status).toBe('suppressed')
  })

  test('a STOP that names a number and an id is of both, and each is told', async () => {
    await world.hear('whatsapp', '447700900200', 'STOP', { from_user_id: 'GB.2000' })
    const found = await stopped('whatsapp', 'whatsapp:+447700900200')
    expect(found.map(({ recipient }) => recipient).sort()).toEqual(['whatsapp:+447700900200', 'whatsapp:GB.2000'])
    expect((await send('whatsapp', 'whatsapp:+447700900200')).status).toBe('suppressed')
    expect((await send('whatsapp', 'whatsapp:GB.2000')).status).toBe('suppressed')
    expect(await optOutsOf('whatsapp', 'whatsapp:GB.2000')).toHaveLength(2)
  })

  test('a STOP by id alone holds for the number, once a message has named both; a START by number lifts both', async () => {
    const first = await send('whatsapp', 'whatsapp:+525500000001')
    await world.hear('whatsapp', '5215500000001', 'هر دو', { from_user_id: ID })
    expect((await heardWith('هر دو')).inReplyTo).toBe(first.id)
    await world.hear('whatsapp', '', 'STOP', { from: undefined, from_user_id: ID })
    await stopped('whatsapp', 'whatsapp:+525500000001')
    expect((await send('whatsapp', 'whatsapp:+525500000001')).status).toBe('suppressed')
    await world.hear('whatsapp', '525500000001', 'START')
    await until('both are lifted', async () => (await optOutsOf('whatsapp', `whatsapp:${ID}`)).length === 0)
    expect((await send('whatsapp', `whatsapp:${ID}`)).status).toBe('submitted')
  })

  test('a link that is learned after the STOP holds too', async () => {
    await world.hear('whatsapp', '', 'STOP', { from: undefined, from_user_id: 'GB.3000' })
    await stopped('whatsapp', 'whatsapp:GB.3000')
    expect((await send('whatsapp', 'whatsapp:+447700900300')).status).toBe('submitted')
    await world.hear('whatsapp', '447700900300', 'من هستم', { from_user_id: 'GB.3000' })
    await heardWith('من هستم')
    expect((await send('whatsapp', 'whatsapp:+447700900300')).status).toBe('suppressed')
  })

  test('the API lifts what is held by any address of a person, and lists by each', async () => {
    const query = new URLSearchParams({
      channel: 'chat',
      recipient: 'whatsapp:+447700900300',
      sender: LINES.whatsapp,
    })
    expect((await world.call(`/v1/suppressions?${query}`, { method: 'DELETE' })).status).toBe(204)
    expect((await send('whatsapp', 'whatsapp:+447700900300')).status).toBe('submitted')
    const to = new URLSearchParams({ channel: 'chat', to: 'whatsapp:GB.3000' })
    const { data } = await world.json<{ data: Shown[] }>(`/v1/messages?${to}`)
    expect(data.map((one) => one.to)).toContain('whatsapp:+447700900300')
  })

  test('two people who are never named together stay two', async () => {
    await world.hear('whatsapp', '447700900400', 'STOP')
    await stopped('whatsapp', 'whatsapp:+447700900400')
    expect((await send('whatsapp', 'whatsapp:+447700900401')).status).toBe('submitted')
  })
})
