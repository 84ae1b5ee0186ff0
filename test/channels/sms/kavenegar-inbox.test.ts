import { describe, expect, it } from 'vitest'
import { kavenegar } from '#worker/channels/sms/kavenegar.ts'
import type { Polled } from '#worker/domain/carriers/provider.ts'
import { type Carrier, NOW, play } from '../../conformance/kit.ts'
import { kavenegarKit } from '../../conformance/sms/kavenegar.ts'
import { entries, refusal } from '../../fixtures/kavenegar/answers.ts'

const LINES = ['10001', '10002', '10003']

function inboxOf(carrier: Carrier, lines = LINES) {
  const { ports, seen } = play(carrier)
  const { poll } = kavenegar.open({ ...kavenegarKit.settings, lines: lines.join(',') }, ports)
  if (!poll) throw new Error('no inbox')
  return { poll, seen }
}

interface Asked {
  readonly method: string
  readonly line: string
  readonly form: URLSearchParams
}
async function asked(request: Request): Promise<Asked> {
  const form = new URLSearchParams(await request.clone().text())
  const method = /\/([a-z]+)\.json$/.exec(request.url)?.[1] ?? ''
  return { method, line: form.get('linenumber') ?? '', form }
}
const page = (count: number) =>
  entries(
    Array.from({ length: count }, (_, n) => ({
      messageid: n + 1,
      message: 'm',
      sender: '09121234567',
      receptor: '10001',
      date: 1_700_000_000,
    })),
  )

/** Plays one round, and the calls of it in order. */
async function round(carrier: (call: Asked) => Response, start: string | null = null, isRepeat = false) {
  const calls: string[] = []
  const { poll } = inboxOf(async (request) => {
    const call = await asked(request)
    calls.push(`${call.method} ${call.line}${call.form.get('pagenumber') ? ` ${call.form.get('pagenumber')}` : ''}`)
    return carrier(call)
  })
  const pages: Polled[] = []
  let cursor = start
  do {
    const polled = await poll(cursor, isRepeat && pages.length === 0)
    pages.push(polled)
    cursor = polled.last ? null : polled.cursor
  } while (cursor !== null && pages.length < 200)
  return { calls, pages, end: pages.at(-1)?.cursor ?? null }
}

describe('a round', () => {
  it('asks each line for what is new, and ends without a cursor', async () => {
    const { calls, end } = await round(() => page(0))
    expect(calls).toEqual(LINES.map((line) => `receive ${line}`))
    expect(end).toBeNull()
  })

  it('leaves a line that is never emptied after 20 full pages', async () => {
    const { calls } = await round(({ line }) => page(line === '10001' ? 100 : 1))
    expect(calls.filter((call) => call === 'receive 10001').length).toBe(20)
    expect(calls.slice(20)).toEqual(['receive 10002', 'receive 10003'])
  })

  it('passes over a line that is refused, and says so', async () => {
    const { calls, pages } = await round(({ line }) => (line === '10002' ? refusal(412) : page(1)))
    expect(calls).toEqual(LINES.map((line) => `receive ${line}`))
    expect(pages.map(({ failure }) => failure?.code)).toEqual([undefined, 'sender-refused', undefined])
  })

  it.each([
    [403, 'connection-misconfigured'],
    [407, 'connection-misconfigured'],
    [451, 'provider-throttled'],
    [418, 'credit-exhausted'],
  ])('ends with a refusal of the account (%d), and the next begins behind the line', async (code, failure) => {
    const first = await round(({ line }) => (line === '10002' ? refusal(code) : page(0)))
    expect(first.calls).toEqual(['receive 10001', 'receive 10002'])
    expect(first.pages.at(-1)?.failure?.code).toBe(failure)
    const second = await round(() => page(0), first.end)
    expect(second.calls).toEqual(['receive 10003'])
  })

  it('waits as long as the carrier asks', async () => {
    const { pages } = await round(() => refusal(451, { 'retry-after': '90' }))
    expect(pages[0]?.retryAfter).toBe(90)
  })

  it.each(['', 'x', '7', '{}', '[]', 'null', '{"line":5,"owed":[]}', '{"line":"999","owed":[]}'])(
    'begins anew at the cursor %j, which is none of its own',
    async (cursor) => {
      expect((await round(() => page(0), cursor)).calls).toEqual(LINES.map((line) => `receive ${line}`))
    },
  )
})

describe('an answer that may have been lost', () => {
  it.each([
    ['a page of HTML', () => new Response('<html>', { status: 502 })],
    ['half a JSON', () => new Response('{"return":{"status":200},"entries":[{')],
    ['a code that means nothing', () => refusal(402)],
  ])('(%s) owes its line a second look, once the carrier answers for it', async (_, lost) => {
    const first = await round(({ line }) => (line === '10002' ? lost() : page(0)))
    expect(first.calls).toEqual(['receive 10001', 'receive 10002'])
    const second = await round(() => page(0), first.end)
    expect(second.calls).toEqual(['receive 10003'])
    const third = await round(
      ({ method, form }) => page(method === 'inboxpaged' && form.get('pagenumber') !== '3' ? 200 : 0),
      second.end,
    )
    expect(third.calls).toEqual([
      'receive 10001',
      'receive 10002',
      'inboxpaged 10002 1',
      'inboxpaged 10002 2',
      'inboxpaged 10002 3',
      'receive 10003',
    ])
    expect(third.pages.flatMap(({ inbound }) => inbound).length).toBe(400)
    expect(third.end).toBeNull()
  })

  it('of a page that is asked for again owes its line one; without a cursor, every line', async () => {
    const cursor = JSON.stringify({ line: '10002', owed: [] })
    expect((await round(() => page(0), cursor, true)).calls).toEqual([
      'receive 10002',
      'inboxpaged 10002 1',
      'receive 10003',
    ])
    expect((await round(() => page(0), null, true)).calls).toEqual(
      LINES.flatMap((line) => [`receive ${line}`, `inboxpaged ${line} 1`]),
    )
  })

  it('of a second look needs no third: reading marks nothing there', async () => {
    const cursor = JSON.stringify({ line: '10002', owed: ['10002'], page: 2 })
    expect((await round(() => page(0), cursor, true)).calls).toEqual(['inboxpaged 10002 2', 'receive 10003'])
  })

  it('is looked for among the read messages of two days', async () => {
    let form = new URLSearchParams()
    await round(
      (call) => {
        if (call.method === 'inboxpaged') form = call.form
        return page(0)
      },
      JSON.stringify({ line: '10003', owed: ['10003'], page: 1 }),
    )
    expect(Object.fromEntries(form)).toMatchObject({ linenumber: '10003', isread: '1', pagenumber: '1' })
    expect(Number(form.get('enddate'))).toBe(Math.floor(NOW / 1000))
    expect(Number(form.get('enddate')) - Number(form.get('startdate'))).toBe(2 * 86_400 - 60)
  })

  it.each([refusal(404), refusal(407), new Response('<html>', { status: 500 })])(
    'and is not given a second time is told of, and the round goes on',
    async (answer) => {
      const cursor = JSON.stringify({ line: '10002', owed: ['10002'], page: 1 })
      const { calls, pages, end } = await round(
        ({ method }) => (method === 'inboxpaged' ? answer.clone() : page(0)),
        cursor,
      )
      expect(calls).toEqual(['inboxpaged 10002 1', 'receive 10003'])
      expect(pages[0]?.failure?.detail).toContain('does not give its messages again')
      expect(end).toBeNull()
    },
  )

  it('ends its second look after 100 pages, whatever the carrier gives', async () => {
    const { calls } = await round(
      ({ method }) => page(method === 'inboxpaged' ? 200 : 0),
      JSON.stringify({ line: '10003', owed: ['10003'], page: 1 }),
    )
    expect(calls.length).toBe(100)
  })
})

describe('a message', () => {
  const whole = { messageid: 7, message: 'سلام', sender: '09121234567', receptor: '10001', date: 1_700_000_000 }
  const told = {
    providerRef: '7',
    from: '+989121234567',
    to: '10001',
    content: { text: 'سلام' },
    carrierAt: 1_700_000_000_000,
  }
  it.each([
    ['whole', whole, told],
    [
      'with an id that a double would round',
      { ...whole, messageid: '8792343123456789012' },
      { providerRef: '8792343123456789012' },
    ],
    ['without an id', { ...whole, messageid: null }, { ...told, providerRef: null }],
    ['with an odd id', { ...whole, messageid: 'abc' }, { providerRef: null }],
    ['without a text', { ...whole, message: null }, { content: { text: '' } }],
    ['with numbers for numbers', { ...whole, sender: 9121234567, receptor: 10001 }, told],
    ['with a line in the long form', { ...whole, receptor: '+9810001' }, { to: '10001' }],
    ['without a line', { ...whole, receptor: undefined }, { to: '10001' }],
    ['with a time in digits', { ...whole, date: '1700000000' }, told],
    ['without a time', { ...whole, date: undefined }, { carrierAt: undefined }],
    ['of 1970', { ...whole, date: 1 }, { carrierAt: undefined }],
    ['of the year 9999', { ...whole, date: 253_402_300_799 }, { carrierAt: 253_402_300_799_000 }],
    ['with a time that is none', { ...whole, date: 'yesterday' }, { carrierAt: undefined }],
    ['of a sender with a name', { ...whole, sender: 'IRANCELL' }, { from: 'IRANCELL' }],
  ])('%s is told', async (_, entry, expected) => {
    const { poll } = inboxOf(() => entries([entry]), ['10001'])
    const { inbound, failure } = await poll(null)
    expect(inbound).toMatchObject([expected])
    expect(failure).toBeUndefined()
  })

  it.each([null, 5, 'text', [], {}, { ...whole, sender: '' }, { ...whole, sender: null }])(
    'of nobody (%j) does not take its neighbours away',
    async (entry) => {
      const { poll } = inboxOf(() => entries([whole, entry, { ...whole, messageid: 8 }]), ['10001'])
      const { inbound, failure } = await poll(null)
      expect(inbound.map(({ providerRef }) => providerRef)).toEqual(['7', '8'])
      expect(failure?.code).toBe('provider-invalid-answer')
    },
  )
})
