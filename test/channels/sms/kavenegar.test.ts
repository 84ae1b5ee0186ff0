import { describe, expect, it } from 'vitest'
import type { SmsContent } from '#worker/channels/sms/content.ts'
import { kavenegar } from '#worker/channels/sms/kavenegar.ts'
import type { Attempt, Settings } from '#worker/domain/carriers/provider.ts'
import { localIdOf } from '#worker/vendors/kavenegar.ts'
import { attemptOf, CALLBACK, type Carrier, NOW, play } from '../../conformance/kit.ts'
import { kavenegarKit } from '../../conformance/sms/kavenegar.ts'
import { entries, refusal, sentArray, taken } from '../../fixtures/kavenegar/answers.ts'
import { asForm, asJson, asQuery, inboundFields, statusFields } from '../../fixtures/kavenegar/callbacks.ts'

const HOUR = 3_600_000

function connect(carrier: Carrier, more: Settings = {}) {
  const { ports, seen } = play(carrier)
  return { seen, connection: kavenegar.open({ ...kavenegarKit.settings, ...more }, ports) }
}

const messages = (...over: Partial<Attempt<SmsContent>>[]): Attempt<SmsContent>[] =>
  over.map((own, n) => ({ ...attemptOf(kavenegarKit, n), ...own }))

/** Refuses every call that holds a message of which `isBad` is true, as the carrier refuses a whole `sendarray`. */
const picky =
  (code: number, isBad: (sent: { to: string; from: string; text: string }) => boolean): Carrier =>
  async (request) => {
    const sent = await sentArray(request)
    const parts = sent.receptor.map((to, n) => ({ to, from: sent.sender[n] ?? '', text: sent.message[n] ?? '' }))
    return parts.some(isBad) ? refusal(code) : taken(sent)
  }

describe('submit', () => {
  it('posts parallel arrays to sendarray, with the key in the path and a 63-bit localid a message', async () => {
    const { connection, seen } = connect(kavenegarKit.carrier.takes)
    await connection.submit(messages({}, { to: '+989351112233', content: { text: 'b' }, from: '3000505' }))
    const sent = seen[0] && (await sentArray(seen[0]))
    expect(seen[0]?.url).toBe(`https://api.kavenegar.com/v1/${kavenegarKit.settings['apiKey']}/sms/sendarray.json`)
    expect(sent).toMatchObject({
      receptor: ['+989121234567', '+989351112233'],
      sender: ['10004346', '3000505'],
      message: ['سفارش شما ارسال شد.', 'b'],
    })
    for (const id of sent?.localids ?? []) {
      expect(BigInt(id)).toBeGreaterThan(0n)
      expect(BigInt(id)).toBeLessThan(2n ** 63n)
    }
  })

  it('keeps the localid of an attempt and gives another to the next one', async () => {
    const { ref } = attemptOf(kavenegarKit)
    expect(await localIdOf(ref)).toBe(await localIdOf(ref))
    expect(await localIdOf(ref)).not.toBe(await localIdOf(ref.replace(/1$/, '2')))
  })

  it('reads the price in whole rials', async () => {
    const [outcome] = await connect(kavenegarKit.carrier.takes).connection.submit(messages({}))
    expect(outcome).toEqual({ outcome: 'accepted', providerRef: '8792343', price: { amount: 120, currency: 'IRR' } })
  })

  it('keeps an id that a double would round', async () => {
    const carrier: Carrier = () =>
      new Response(
        '{"return":{"status":200},"entries":[{"messageid":9007199254740993,"status":1,"receptor":"09121234567"}]}',
      )
    const [outcome] = await connect(carrier).connection.submit(messages({}))
    expect(outcome).toEqual({ outcome: 'accepted', providerRef: '9007199254740993' })
  })

  it('says unknown when an entry is for somebody else: a localid of another message answered', async () => {
    const carrier: Carrier = async (request) => {
      const sent = await sentArray(request)
      return taken({ ...sent, receptor: ['+989351112233', ...sent.receptor.slice(1)] })
    }
    const outcomes = await connect(carrier).connection.submit(messages({}, {}))
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['unknown', 'accepted'])
  })

  it('rejects the one bad recipient of a refused batch and sends all others', async () => {
    const bad = '+989000000000'
    const { connection, seen } = connect(picky(411, ({ to }) => to === bad))
    const batch = messages(...Array.from({ length: 200 }, (_, n) => (n === 137 ? { to: bad } : {})))
    const outcomes = await connection.submit(batch)
    expect(outcomes[137]).toMatchObject({
      outcome: 'rejected',
      failure: { code: 'recipient-invalid', carrierCode: '411' },
    })
    expect(outcomes.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(199)
    expect(seen.length).toBeLessThan(20)
  })

  it('repeats parts of a refused batch under their own localids', async () => {
    const { connection, seen } = connect(picky(411, ({ to }) => to === '+989000000000'))
    await connection.submit(messages({}, { to: '+989000000000' }))
    const [whole, first, second] = await Promise.all(seen.map(async (request) => (await sentArray(request)).localids))
    expect([...(first ?? []), ...(second ?? [])]).toEqual(whole)
  })

  it('asks once when all share the text that is refused', async () => {
    const { connection, seen } = connect(picky(420, () => true))
    const outcomes = await connection.submit(messages({}, { to: '+989351112233' }, { to: '+989351112244' }))
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(seen).toHaveLength(1)
  })

  it('stops halving after a bounded number of calls; what was not settled comes again', async () => {
    const { connection, seen } = connect(picky(411, () => true))
    const batch = messages(...Array.from({ length: 200 }, (_, n) => ({ to: `+9891200${String(n).padStart(5, '0')}` })))
    const outcomes = await connection.submit(batch)
    expect(seen.length).toBeLessThan(80)
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['rejected', 'deferred']))
  })

  it.each([
    [401, 'connection-misconfigured'],
    [403, 'connection-misconfigured'],
    [407, 'connection-misconfigured'],
    [409, 'provider-throttled'],
    [418, 'credit-exhausted'],
    [429, 'provider-throttled'],
    [451, 'provider-throttled'],
    [501, 'connection-misconfigured'],
  ])('defers on %i: nothing was taken, and another connection may carry it', async (code, failure) => {
    const outcomes = await connect(() => refusal(code)).connection.submit(messages({}, {}))
    for (const one of outcomes)
      expect(one).toMatchObject({ outcome: 'deferred', failure: { code: failure, carrierCode: String(code) } })
  })

  it.each([402, 500, 604, 999])('says unknown on %i: it does not say that nothing was taken', async (code) => {
    const carrier: Carrier = () => Response.json({ return: { status: code, message: 'x' }, entries: null })
    const [outcome] = await connect(carrier).connection.submit(messages({}))
    expect(outcome?.outcome).toBe('unknown')
  })

  it('rejects an entry that the carrier blocked or called off', async () => {
    const at =
      (status: number): Carrier =>
      () =>
        entries([{ messageid: 1, status, receptor: '09121234567' }])
    const codes = await Promise.all(
      [14, 13, 6, 4].map(async (status) => (await connect(at(status)).connection.submit(messages({})))[0]),
    )
    expect(codes).toMatchObject([
      { outcome: 'rejected', failure: { code: 'recipient-blocked' } },
      { outcome: 'rejected', failure: { code: 'provider-refused' } },
      { outcome: 'rejected', failure: { code: 'not-delivered' } },
      { outcome: 'accepted' },
    ])
  })
})

describe('query', () => {
  const past = (n: number, providerRef: string | null, age: number) => {
    const { ref, to } = attemptOf(kavenegarKit, n)
    return { ref, to, providerRef, submittedAt: NOW - age }
  }

  it('asks by message id for 48 hours and by localid for 12, in chunks of 500, and answers by our ref', async () => {
    const attempts = [
      ...Array.from({ length: 501 }, (_, n) => past(n, String(1000 + n), HOUR)),
      past(900, '9', 49 * HOUR),
      past(901, null, HOUR),
      past(902, null, 13 * HOUR),
    ]
    const carrier: Carrier = async (request) => {
      const form = new URLSearchParams(await request.text())
      const localid = form.get('localid')
      // As the carrier writes it: a number longer than a double is exact.
      if (localid)
        return new Response(`{"return":{"status":200},"entries":[{"messageid":5,"localid":${localid},"status":11}]}`)
      return entries((form.get('messageid') ?? '').split(',').map((id) => ({ messageid: Number(id), status: 10 })))
    }
    const { connection, seen } = connect(carrier)
    const receipts = await connection.query?.(attempts)
    expect(seen.map((request) => new URL(request.url).pathname.split('/').slice(3).join('/'))).toEqual([
      'sms/status.json',
      'sms/status.json',
      'sms/statuslocalmessageid.json',
    ])
    expect(receipts).toHaveLength(502)
    expect(receipts?.[0]).toMatchObject({ attemptRef: attempts[0]?.ref, status: 'delivered' })
    expect(receipts?.at(-1)).toMatchObject({ attemptRef: attempts[502]?.ref, status: 'undelivered' })
  })

  it('says nothing of an id that the carrier no longer knows', async () => {
    const { connection } = connect(() => entries([{ messageid: 1000, status: 100 }]))
    expect(await connection.query?.([past(0, '1000', HOUR)])).toEqual([])
  })
})

describe('receive', () => {
  const hear = (request: Request) => connect(() => refusal(500)).connection.receive?.(request)

  it('reads a status from query string, form and JSON alike', async () => {
    const fields = statusFields('8792343', 14)
    const heard = await Promise.all([
      hear(asQuery(CALLBACK, fields)),
      hear(asForm(CALLBACK, fields)),
      hear(asJson(CALLBACK, { ...fields, messageid: 8_792_343, status: 14 })),
      hear(asJson(CALLBACK, [fields])),
      hear(asJson(CALLBACK, { entries: [fields] })),
    ])
    for (const one of heard)
      expect(one?.receipts).toMatchObject([
        {
          providerRef: '8792343',
          status: 'rejected',
          failure: { code: 'recipient-blocked' },
        },
      ])
  })

  it('keeps an id that a double cannot hold as it was', async () => {
    const json = JSON.stringify({ ...statusFields('ID', 10) }).replace('"ID"', '9007199254740993')
    const headers = { 'content-type': 'application/json' }
    const heard = await hear(new Request(CALLBACK, { method: 'POST', headers, body: json }))
    expect(heard?.receipts).toMatchObject([{ providerRef: '9007199254740993', status: 'delivered' }])
  })

  it('reads Persian and Arabic digits in ids, statuses and numbers', async () => {
    const status = await hear(asForm(CALLBACK, { messageid: '۸۷۹۲۳۴۳', status: '١٠' }))
    expect(status?.receipts).toMatchObject([{ providerRef: '8792343', status: 'delivered' }])
    const inbound = await hear(asForm(CALLBACK, { ...inboundFields, from: '۰۹۱۲۱۲۳۴۵۶۷', to: '+98۱۰۰۰۴۳۴۶' }))
    expect(inbound?.inbound).toMatchObject([{ from: '+989121234567', to: '10004346', carrierAt: 1_356_619_709_000 }])
  })

  it('reads sender and receptor as well as from and to, and leaves the text as it is', async () => {
    const { from, to, ...rest } = inboundFields
    const heard = await hear(
      asForm(CALLBACK, { ...rest, sender: String(from), receptor: String(to), message: 'کد ۱۲۳' }),
    )
    expect(heard?.inbound).toMatchObject([{ from: '+989121234567', to: '10004346', content: { text: 'کد ۱۲۳' } }])
  })

  it('answers and forgets statuses that say nothing', async () => {
    expect(await hear(asForm(CALLBACK, { messageid: '1', status: '100' }))).toEqual({ receipts: [], inbound: [] })
  })
})

describe('poll', () => {
  it('reads one page a call, the same line until its inbox is empty, then the next', async () => {
    const left: Record<string, number> = { '10004346': 130, '3000505': 1 }
    const carrier: Carrier = async (request) => {
      const line = new URLSearchParams(await request.text()).get('linenumber') ?? ''
      const count = Math.min(left[line] ?? 0, 100)
      left[line] = (left[line] ?? 0) - count
      return entries(
        Array.from({ length: count }, (_, n) => ({
          messageid: n + 1,
          message: 'm',
          sender: '09121234567',
          receptor: line,
          date: 1,
        })),
      )
    }
    const { connection } = connect(carrier, { lines: '10004346, 3000505' })
    const pages: number[] = []
    let cursor: string | null = null
    do {
      const polled: Awaited<ReturnType<NonNullable<typeof connection.poll>>> | undefined =
        await connection.poll?.(cursor)
      pages.push(polled?.inbound.length ?? -1)
      cursor = polled?.cursor ?? null
    } while (cursor !== null)
    expect(pages).toEqual([100, 30, 1])
  })

  it('has no inbox where no line is polled', () => {
    expect(connect(() => refusal(500)).connection.poll).toBeUndefined()
  })
})

it('probes its health without the key', async () => {
  const { connection, seen } = connect(() => entries([]))
  expect(await connection.health?.()).toBe(true)
  expect(seen[0]?.url).toBe('https://api.kavenegar.com/v1/0/utils/getdate.json')
})
