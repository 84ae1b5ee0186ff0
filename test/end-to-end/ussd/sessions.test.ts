import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoApplication } from '../../../local/demo/ussd-application.ts'
import { altered } from '../../worlds/altered.ts'
import { menuApplication } from '../../worlds/players/ussd-menu.ts'
import {
  con,
  echo,
  end,
  FALLBACK,
  type HeardEvent,
  type Line,
  PERSON,
  type Session,
  startUssd,
  type Ussd,
} from '../../worlds/ussd-world.ts'
import { until } from '../../worlds/world.ts'

let it: Ussd
/** Begun first, so that its silence has passed when it is looked at. */
let left: Line
beforeAll(async () => {
  it = await startUssd()
  left = await it.line({ sessionSeconds: 10 }, echo)
  await left.step({ session: 'left' })
  await left.step({ session: 'left', event: 'input', input: '4', number: 2 })
})
afterAll(() => it.dispose())

const get = async <Body>(path: string): Promise<Body> => {
  const answer = await it.call(path)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Body
}
const heard = (type: string, id: string): Promise<HeardEvent> =>
  until(`the event ${type}`, async () =>
    it.events.find((event) => event.type === type && event.data['sessionId'] === id),
  )

describe('a session', () => {
  test('is walked: each input is asked of the application once, signed, and its screens are shown', async () => {
    const line = await it.line({}, echo)
    expect(await line.step({ session: 's' })).toEqual({ text: 'at', ends: false })
    expect(await line.step({ session: 's', event: 'input', input: '1' })).toEqual({ text: 'at 1', ends: false })
    expect(await line.step({ session: 's', event: 'input', input: '1' })).toEqual({ text: 'at 1*1', ends: false })
    expect(await line.step({ session: 's', event: 'input', input: '9' })).toEqual({ text: 'bye', ends: true })
    const asked = it.askedOf(line)
    expect(asked.map(({ event, input, turn }) => [event, input, turn])).toEqual([
      ['start', null, 1],
      ['input', '1', 2],
      ['input', '1', 3],
      ['input', '9', 4],
    ])
    expect(asked[0]).toMatchObject({ from: PERSON, to: line.code, inputs: [] })
    expect(new Set(asked.map(({ id }) => id)).size).toBe(4)
    expect(it.forged()).toBe(0)
  })

  test('is the menu of an application that was made for Africa’s Talking with ussd-menu-builder', async () => {
    const line = await it.line({}, menuApplication())
    const step = (session: string, input: string) => line.step({ session, event: 'input', input })
    const welcome = { text: 'Welcome\n1. Balance\n2. Transfer', ends: false }
    expect(await line.step({ session: 'a' })).toEqual(welcome)
    expect(await step('a', '2')).toEqual({ text: 'How much?', ends: false })
    expect(await line.step({ session: 'b', from: '+989121110000' })).toEqual(welcome)
    expect(await step('a', '5000')).toEqual({ text: 'You sent 5000 rials', ends: true })
    expect(await step('b', '7')).toEqual({ text: 'No such choice', ends: false })
    expect(await step('b', '0')).toEqual(welcome)
    expect(await step('b', '1')).toEqual({ text: 'Your balance is 120,000 rials', ends: true })
  })

  test('is the menu of `npm run ussd`: its Persian screens fit, and 0 goes back', async () => {
    const line = await it.line({}, (asked) => Response.json(demoApplication(asked)))
    const step = (input: string) => line.step({ session: 's', event: 'input', input })
    const menu = 'چاپار\n1) موجودی\n2) پیام بگذارید'
    expect(await line.step({ session: 's' })).toEqual({ text: menu, ends: false })
    expect(await step('2')).toEqual({ text: 'پیام خود را بنویسید.\n0) بازگشت', ends: false })
    expect(await step('0')).toEqual({ text: menu, ends: false })
    expect(await step('8')).toEqual({ text: 'چنین گزینه‌ای نیست.\n0) بازگشت', ends: false })
    expect(await step('0')).toEqual({ text: menu, ends: false })
    expect(await step('1')).toEqual({ text: 'موجودی شما ۱۲۰٬۰۰۰ ریال است.', ends: true })
  })

  test('is in the ledger with all its turns, and told as an event when it begins and when it ends', async () => {
    const line = await it.line({}, echo)
    await line.step({ session: 's' })
    await line.step({ session: 's', event: 'input', input: '۵' })
    await line.step({ session: 's', event: 'input', input: '9' })
    const id = it.idOf(line)
    const session = await it.ended(id)
    expect(session).toMatchObject({ reason: 'application', from: PERSON, to: line.code, mode: 'test', turnCount: 3 })
    expect(session.turns.map(({ input, screen, by }) => [input, screen, by])).toEqual([
      [null, 'at', 'application'],
      ['۵', 'at ۵', 'application'],
      ['9', 'bye', 'application'],
    ])
    const started = await heard('session.started', id)
    expect(started.data).toMatchObject({ channel: 'ussd', from: PERSON, to: line.code })
    const told = await heard('session.ended', id)
    expect(told.data).toMatchObject({ reason: 'application', turns: session.turns })
    expect(it.events.some(({ type }) => type === 'session.turn')).toBe(false)
    const { data } = await get<{ data: Session[] }>(
      `/v1/sessions?from=${encodeURIComponent('0912 123 4567')}&limit=100`,
    )
    expect(data.find((one) => one.id === id)).not.toHaveProperty('turns')
    expect((await get<{ data: Session[] }>('/v1/sessions?from=%2B989350000000')).data).toEqual([])
  })

  test.each([
    ['as it is dialled within the account’s region', PERSON.replace('+98', '0')],
    ['with country code and no +', PERSON.slice(1)],
  ])('of a number %s is that person’s', async (_form, from) => {
    const line = await it.line({}, echo)
    await line.step({ session: 's', from })
    expect(it.askedOf(line)).toMatchObject([{ from: PERSON }])
  })

  test('that nobody goes on with ends by itself, and is written down as timed out', async () => {
    const id = it.idOf(left)
    expect(await it.ended(id)).toMatchObject({ reason: 'timeout', turnCount: 2 })
    expect((await heard('session.ended', id)).data).toMatchObject({ reason: 'timeout' })
    // The object has forgotten it: the same name begins anew.
    await until('the object forgets', async () => {
      await left.step({ session: 'left' })
      return it.askedOf(left).some(({ sessionId }) => sessionId !== id)
    })
  })

  test('that the person leaves is ended by the person', async () => {
    const line = await it.line({}, echo)
    await line.step({ session: 's' })
    const answer = await line.post({ session: 's', event: 'end' })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    expect(await it.ended(it.idOf(line))).toMatchObject({ reason: 'person', turnCount: 1 })
    expect(await line.step({ session: 's', event: 'input', input: '1', number: 2 })).toEqual(FALLBACK)
  })

  test('of one person beside another of the same person is another session', async () => {
    const line = await it.line({}, echo)
    await line.step({ session: 'one' })
    await line.step({ session: 'two' })
    expect(await line.step({ session: 'one', event: 'input', input: '1' })).toMatchObject({ text: 'at 1' })
    expect(await line.step({ session: 'two', event: 'input', input: '2' })).toMatchObject({ text: 'at 2' })
    expect(new Set(it.askedOf(line).map(({ sessionId }) => sessionId)).size).toBe(2)
    const longer = line.code.replace('#', '*5#')
    expect((await line.step({ session: 'same', number: 1, to: longer })).text).toBe('at')
  })

  test('whose id the carrier gives to another person or code too shows none the screens of another', async () => {
    const line = await it.line({}, ({ from, inputs }) => con(`${from} ${inputs.join('*')}`))
    const other = '+989131111111'
    const ask = (from: string, number: number, input?: string) =>
      line.step({ session: 'same', number, from, ...(input ? { event: 'input', input } : {}) })
    expect((await ask(PERSON, 1)).text).toBe(PERSON)
    expect((await ask(other, 1)).text).toBe(other)
    expect((await ask(PERSON, 2, '1')).text).toBe(`${PERSON} 1`)
    expect((await ask(other, 2, '2')).text).toBe(`${other} 2`)
    expect(new Set(it.askedOf(line).map(({ sessionId }) => sessionId)).size).toBe(2)
    const longer = line.code.replace('#', '*5#')
    expect((await line.step({ session: 'same', number: 1, to: longer })).text).toBe('at')
  })

  test('pages through the list, newest first', async () => {
    const line = await it.line({}, () => end('ok'))
    const from = '+989123330000'
    for (const session of ['1', '2', '3']) await line.step({ session, from })
    for (const { sessionId } of it.askedOf(line)) await it.ended(sessionId)
    const ids: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = `from=${encodeURIComponent(from)}&limit=2${cursor ? `&cursor=${cursor}` : ''}`
      const page: { data: Session[]; nextCursor: string | null } = await get(`/v1/sessions?${query}`)
      ids.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(ids).toEqual(
      it
        .askedOf(line)
        .map(({ sessionId }) => sessionId)
        .toReversed(),
    )
  })
})

describe('a repeated turn', () => {
  test('five times over is asked once and shows the same screen', async () => {
    let count = 0
    const line = await it.line({}, () => con(`screen ${++count}`))
    for (let i = 0; i < 5; i++) expect(await line.step({ session: 's', number: 1 })).toMatchObject({ text: 'screen 1' })
    const second = { session: 's', event: 'input', input: '1', number: 2 } as const
    for (let i = 0; i < 5; i++) expect(await line.step(second)).toMatchObject({ text: 'screen 2' })
    expect(it.askedOf(line)).toHaveLength(2)
  })

  test('of the last screen shows that screen again', async () => {
    const line = await it.line({}, () => end('done'))
    for (let i = 0; i < 3; i++) expect(await line.step({ session: 's' })).toEqual({ text: 'done', ends: true })
    expect(it.askedOf(line)).toHaveLength(1)
  })

  test('at the same moment waits for the first one’s answer, also where the carrier counts nothing', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    const line = await it.line({}, async ({ turn }) => {
      if (turn === 2) await gate
      return con(`turn ${turn}`)
    })
    await line.step({ session: 's' })
    const same = Array.from({ length: 5 }, () => line.step({ session: 's', event: 'input', input: '1' }))
    await until('the application is asked', async () => it.askedOf(line).length === 2)
    // The others are on their way to the object, or wait in it.
    await new Promise((resolve) => setTimeout(resolve, 100))
    open()
    expect(await Promise.all(same)).toEqual(Array(5).fill({ text: 'turn 2', ends: false }))
    expect(it.askedOf(line)).toHaveLength(2)
  })

  test('out of order shows the present screen, or the screen it had, and asks nothing', async () => {
    const line = await it.line({}, echo)
    await line.step({ session: 's', number: 1 })
    await line.step({ session: 's', event: 'input', input: '1', number: 2 })
    await line.step({ session: 's', event: 'input', input: '2', number: 4 })
    expect(await line.step({ session: 's', event: 'input', input: '1', number: 2 })).toMatchObject({ text: 'at 1' })
    expect(await line.step({ session: 's', event: 'input', input: '8', number: 3 })).toMatchObject({ text: 'at 1*2' })
    expect(it.askedOf(line)).toHaveLength(3)
  })

  test('while another turn of the session is answered: one after the other', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    const line = await it.line({}, async (asked) => {
      if (asked.turn === 2) await gate
      return echo(asked)
    })
    await line.step({ session: 's', number: 1 })
    const second = line.step({ session: 's', event: 'input', input: '1', number: 2 })
    await until('the application is asked', async () => it.askedOf(line).length === 2)
    const third = line.step({ session: 's', event: 'input', input: '2', number: 3 })
    open()
    expect(await second).toMatchObject({ text: 'at 1' })
    expect(await third).toMatchObject({ text: 'at 1*2' })
  })
})

describe('who may call', () => {
  test('a wrong secret is refused and nobody is asked', async () => {
    const line = await it.line({}, echo)
    expect((await line.post({ session: 's' }, 'not-the-secret')).status).toBe(403)
    expect(it.askedOf(line)).toEqual([])
  })

  test('a code that nobody has gets the fallback', async () => {
    const line = await it.line({}, echo)
    expect(await line.step({ session: 's', to: '*999*1#' })).toEqual(FALLBACK)
  })

  test('a longer code belongs to who has its beginning, unless somebody has it whole', async () => {
    const line = await it.line({}, echo)
    const extended = line.code.replace('#', '*77#')
    await line.step({ session: 's', to: extended })
    expect(it.asked.at(-1)).toMatchObject({ to: extended })
    await it.operator.post(`/admin/v1/tenants/${(await other()).id}/senders`, {
      channel: 'ussd',
      address: extended,
      lineClass: 'service',
      connectionId: line.id,
    })
    expect(await line.step({ session: 't', to: extended })).toEqual(FALLBACK)
  })

  const other = async () => (await it.operator.post('/admin/v1/tenants', { name: 'Other' })) as { id: string }

  test('a connection that does not carry the code cannot speak for it', async () => {
    const [mine, foreign] = [await it.line({}, echo), await it.line({}, echo)]
    expect(await foreign.step({ session: 's', to: mine.code })).toEqual(FALLBACK)
    expect(it.askedOf(mine)).toEqual([])
  })

  test('a tenant without an application gets the fallback shown and written down', async () => {
    const tenant = await other()
    const line = await it.line({})
    const code = '*555*1#'
    const sender = { channel: 'ussd', address: code, lineClass: 'service', connectionId: line.id }
    await it.operator.post(`/admin/v1/tenants/${tenant.id}/senders`, sender)
    expect(await line.step({ session: 's', to: code })).toEqual(FALLBACK)
    const rows = () => it.rows<{ reason: string }>(`SELECT reason FROM sessions WHERE realm LIKE '%.${tenant.id}'`)
    expect(await until('it is written', async () => (await rows())[0])).toEqual({ reason: 'fallback' })
  })

  test('a session of another tenant is not there, nor is a made-up one', async () => {
    const line = await it.line({}, echo)
    await line.step({ session: 's' })
    const id = it.idOf(line)
    await it.sessionOf(id)
    expect((await it.call(`/v1/sessions/${altered(id)}`)).status).toBe(404)
    expect((await it.call(`/v1/sessions/${id.slice(0, -8)}00000000`)).status).toBe(404)
  })
})

test('a session is purged when its retention is over, and not before', async () => {
  const line = await it.line({}, () => end('bye'))
  await line.step({ session: 's' })
  const id = it.idOf(line)
  await it.ended(id)
  const day = 86_400_000
  await it.chapar.scheduled('17 * * * *', Date.now() + 185 * day)
  expect((await it.call(`/v1/sessions/${id}`)).status).toBe(200)
  await it.chapar.scheduled('17 * * * *', Date.now() + 187 * day)
  expect(await it.rows(`SELECT id FROM sessions WHERE id = '${id}'`)).toEqual([])
})
