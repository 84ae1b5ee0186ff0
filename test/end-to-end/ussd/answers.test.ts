import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Application, con, echo, end, FALLBACK, silent, startUssd, type Ussd } from '../../worlds/ussd-world.ts'

let it: Ussd
beforeAll(async () => {
  it = await startUssd()
})
afterAll(() => it.dispose())

describe('an application that fails', () => {
  const html = '<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>'
  const broken: readonly (readonly [string, Application])[] = [
    ['answers HTML', () => new Response(html, { headers: { 'content-type': 'text/html' } })],
    ['answers a redirect', () => new Response(null, { status: 302, headers: { location: 'https://x.example.org/' } })],
    ['answers 500', () => new Response('CON sorry', { status: 500 })],
    ['answers 204', () => new Response(null, { status: 204 })],
    ['answers nothing', () => new Response('')],
    ['answers an empty screen', () => con(' \u0007\n')],
    ['answers JSON of another shape', () => Response.json({ message: 'hello' })],
    ['answers a screen with a word too many', () => Response.json({ text: 'hello', end: true })],
    ['answers 100 KB', () => con('x'.repeat(100_000))],
    ['goes back where nothing is', () => Response.json({ back: true })],
    ['resumes what was not', () => Response.json({ resume: true })],
    [
      'breaks the connection',
      () => {
        throw new Error('reset')
      },
    ],
  ]
  test.each(broken)('because it %s: the person sees the fallback, and the session is over', async (_, application) => {
    const line = await it.line({}, application)
    expect(await line.step({ session: 's' })).toEqual(FALLBACK)
    const session = await it.ended(it.idOf(line))
    expect(session).toMatchObject({ reason: 'fallback', turns: [{ screen: FALLBACK.text, by: 'fallback' }] })
  })

  test('because it is late: the fallback of the connection is there within the carrier’s deadline', async () => {
    const line = await it.line({ deadlineMs: 2_500, fallback: 'Later, please.' }, silent)
    expect(await line.step({ session: 's' })).toEqual({ text: 'Later, please.', ends: true })
    expect(it.askedOf(line)).toHaveLength(1)
    expect(await it.ended(it.idOf(line))).toMatchObject({ reason: 'fallback', turns: [{ screen: 'Later, please.' }] })
  })

  test('because its answer stalls: half a screen is not shown', async () => {
    const line = await it.line({ deadlineMs: 2_500 }, () => {
      const stream = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode('CON Your pass')),
      })
      return new Response(stream)
    })
    expect(await line.step({ session: 's' })).toEqual(FALLBACK)
  })

  test('with 10 KB of text: the screen is cut, in Persian at 80 characters, and the session goes on', async () => {
    const line = await it.line({}, ({ turn }) => con((turn === 1 ? 'x' : 'ش').repeat(5_000)))
    expect(await line.step({ session: 's' })).toEqual({ text: `${'x'.repeat(179)}...`, ends: false })
    const second = await line.step({ session: 's', event: 'input', input: '1' })
    expect(second).toEqual({ text: `${'ش'.repeat(79)}…`, ends: false })
  })

  test.each(['CON\r\n1. Balance', 'CON1. Balance', '\ufeffCON\t1. Balance\r\n'])(
    'made for Africa’s Talking (%j): the screen is shown and the session goes on',
    async (answer) => {
      const line = await it.line({}, () => new Response(answer))
      expect(await line.step({ session: 's' })).toEqual({ text: '1. Balance', ends: false })
      expect(await line.step({ session: 's', event: 'input', input: '1' })).toEqual({ text: '1. Balance', ends: false })
    },
  )

  test('with control characters: they are gone from the screen', async () => {
    const line = await it.line({}, () => Response.json({ text: 'a\u0000b\u001b[31m\r\nc\td\u202a' }))
    expect(await line.step({ session: 's' })).toEqual({ text: 'ab[31m\nc d\u202a', ends: false })
  })
})

describe('back and resume', () => {
  test('an application that says back gets the screen before shown, and later inputs without what was taken back', async () => {
    const line = await it.line({}, (asked) => (asked.input === '0' ? Response.json({ back: true }) : echo(asked)))
    const type = (input: string) => line.step({ session: 's', event: 'input', input })
    await line.step({ session: 's' })
    await type('1')
    expect(await type('2')).toMatchObject({ text: 'at 1*2' })
    expect(await type('0')).toMatchObject({ text: 'at 1' })
    expect(await type('3')).toMatchObject({ text: 'at 1*3' })
    expect(await type('0')).toMatchObject({ text: 'at 1' })
    expect(await type('0')).toMatchObject({ text: 'at' })
    expect(await type('0')).toMatchObject({ text: 'at', ends: false })
    const session = await it.sessionOf(it.idOf(line), ({ turnCount }) => turnCount === 8)
    expect(session.turns.filter(({ back }) => back)).toHaveLength(4)
  })

  test('who dials again soon is offered the session that broke off, and goes on where it stopped', async () => {
    const line = await it.line({ resumeSeconds: 60 }, (asked) =>
      asked.resumes ? Response.json({ resume: true }) : echo(asked),
    )
    await line.step({ session: 'one' })
    await line.step({ session: 'one', event: 'input', input: '1' })
    await it.sessionOf(it.idOf(line), ({ turnCount }) => turnCount === 2)
    expect(await line.step({ session: 'two' })).toEqual({ text: 'at 1', ends: false })
    expect(it.askedOf(line).at(-1)).toMatchObject({ event: 'start', resumes: it.idOf(line), inputs: [] })
    expect(await line.step({ session: 'two', event: 'input', input: '2' })).toMatchObject({ text: 'at 1*2' })
    expect(it.askedOf(line).at(-1)).not.toHaveProperty('resumes')
    await line.step({ session: 'three', from: '+989124440000' })
    expect(it.askedOf(line).at(-1)).not.toHaveProperty('resumes')
  })

  test('without the setting nothing is offered; nor is a session that the application ended', async () => {
    const without = await it.line({}, echo)
    const with60 = await it.line({ resumeSeconds: 60 }, () => end('done'))
    for (const line of [without, with60]) {
      await line.step({ session: 'one' })
      await it.sessionOf(it.idOf(line))
      await line.step({ session: 'two' })
      expect(it.askedOf(line)).toHaveLength(2)
      expect(it.askedOf(line)[1]).not.toHaveProperty('resumes')
    }
  })
})
