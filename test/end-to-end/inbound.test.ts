import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hexOf } from '../worlds/tenant-rows.ts'
import { LINE, message, reaches, startWorld, until, type World } from '../worlds/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ tenant: { pack: 'ir', keywords: { stop: ['ARRET'] } } })
})
afterAll(() => world.dispose())

interface Part {
  readonly ref: string
  readonly number: number
  readonly total: number
}
interface Shown {
  readonly id: string
  readonly status: string
  readonly direction: string
  readonly from: string
  readonly to: string
  readonly content: { readonly text: string }
  readonly inReplyTo?: string
}

let ids = 0
/** Posts what a carrier would: a message from a person to a line. */
async function hear(
  from: string,
  text: string,
  { to = LINE, id = `in${ids++}`, part }: { to?: string; id?: string; part?: Part } = {},
) {
  const { pathname } = new URL(world.callbackUrl)
  const inbound = [{ id, from, to, text, ...(part ? { part } : {}) }]
  const answer = await world.chapar.fetch(pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ at: Date.now(), inbound }),
  })
  expect(answer.status).toBe(200)
  return id
}

const inboundFrom = async (from: string): Promise<Shown[]> => {
  const { data } = await world.json<{ data: Shown[] }>('/v1/messages?direction=inbound&limit=100')
  return data.filter((one) => one.from === from)
}
const received = (from: string, count = 1) =>
  until(`${count} messages from a person`, async () => {
    const found = await inboundFrom(from)
    return found.length >= count && found
  })
const sendTo = async (to: string, more: Record<string, unknown> = {}) =>
  (await world.json<{ id: string }>('/v1/messages', { body: message(to, 'سلام', more), status: 202 })).id

describe('an inbound message', () => {
  test('is threaded to the message it answers', async () => {
    const id = await sendTo('+989121110001')
    await reaches(world, id, 'delivered')
    await hear('09121110001', 'ممنون')
    const [reply] = await received('+989121110001')
    expect(reply).toMatchObject({ direction: 'inbound', to: LINE, content: { text: 'ممنون' }, inReplyTo: id })
  })

  test('that the carrier repeats is one message', async () => {
    const id = await hear('+989121110002', 'once')
    await received('+989121110002')
    for (let i = 0; i < 4; i++) await hear('+989121110002', 'once', { id })
    await hear('+989121110002', 'then')
    expect(await received('+989121110002', 2)).toHaveLength(2)
  })

  test('in parts is one message, whatever their order and however often they come', async () => {
    const part = (number: number) => ({ ref: '7', number, total: 3 })
    await hear('+989121110003', 'سه', { part: part(3), id: 'p3' })
    await hear('+989121110003', 'یک ', { part: part(1), id: 'p1' })
    await hear('+989121110003', 'یک ', { part: part(1), id: 'p1' })
    expect(await inboundFrom('+989121110003')).toEqual([])
    await hear('+989121110003', 'دو ', { part: part(2), id: 'p2' })
    const [whole] = await received('+989121110003')
    expect(whole?.content.text).toBe('یک دو سه')
    await hear('+989121110003', 'دو ', { part: part(2), id: 'p2' })
    await hear('+989121110003', 'alone')
    expect(await received('+989121110003', 2)).toHaveLength(2)
  })

  test('to a line that nobody owns is kept for the operator, and no tenant sees it', async () => {
    await hear('+989121110005', 'lost?', { to: '30009999' })
    const found = await until('the operator sees it', async () => {
      const { data } = (await world.operator.get('/admin/v1/unowned')) as { data: { to: string }[] }
      return data.find(({ to }) => to === '30009999')
    })
    expect(found).toMatchObject({ to: '30009999' })
    expect(await inboundFrom('+989121110005')).toEqual([])
  })
})

describe('opting out', () => {
  const STOPS = ['STOP', 'لغو', 'لغو11', 'لغو ۱۱', '11', '۱۱', 'stop ', 'UN-SUBSCRIBE', 'STOP 🙏', 'Arrêt !']
  test.each(STOPS.map((word, i) => [word, `+9891222200${10 + i}`]))(
    'by %j suppresses at dispatch: the 202 stands, no carrier is called',
    async (word, person) => {
      await hear(person, word)
      await until('the suppression', async () => {
        const { data } = await world.json<{ data: { sender: string | null }[] }>(
          `/v1/suppressions?recipient=${encodeURIComponent(person)}`,
        )
        return data.some(({ sender }) => sender === LINE)
      })
      const id = await sendTo(person, { purpose: 'informational' })
      const found = await reaches<{ status: string; timeline: { status: string }[] }>(world, id, 'suppressed')
      expect(found.timeline.map(({ status }) => status)).toEqual(['accepted', 'suppressed'])
      expect(
        await world.ledger.prepare('SELECT outcome FROM messages WHERE id = unhex(?1)').bind(hexOf(id)).first(),
      ).toEqual({
        outcome: null,
      })
    },
  )

  test('does not stop an OTP, and 12 opts in again', async () => {
    const person = '+989122220099'
    await hear(person, 'لغو11')
    const suppressed = async () =>
      (await world.json<{ data: unknown[] }>(`/v1/suppressions?recipient=${encodeURIComponent(person)}`)).data.length
    await until('the suppression', async () => (await suppressed()) === 1)
    await reaches(world, await sendTo(person, { purpose: 'otp' }), 'delivered')
    await hear(person, '۱۲')
    await until('the suppression is lifted', async () => (await suppressed()) === 0)
    await reaches(world, await sendTo(person, { purpose: 'informational' }), 'delivered')
  })

  test('words that only look like it change nothing', async () => {
    const person = '+989122220098'
    await hear(person, 'stop by at 11 o’clock')
    await received(person)
    const { data } = await world.json<{ data: unknown[] }>(`/v1/suppressions?recipient=${encodeURIComponent(person)}`)
    expect(data).toEqual([])
  })
})
