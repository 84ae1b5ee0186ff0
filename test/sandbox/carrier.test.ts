import { describe, expect, it } from 'vitest'
import { sandbox, sandboxByRef } from '#worker/channels/sms/sandbox.ts'
import { sandbox as voice } from '#worker/channels/voice/sandbox.ts'
import type { InboundMessage, Receipt, Settings } from '#worker/domain/carriers/provider.ts'
import type { SandboxJob } from '#worker/jobs.ts'
import { utf8Length } from '#worker/lib/bytes.ts'
import { sandboxCarrier } from '#worker/sandbox/carrier.ts'
import { deliverSandboxCallbacks } from '#worker/sandbox/deliver-callbacks.ts'
import { DEFAULT_OUTCOME, SANDBOX_ORIGIN, sandboxOutcome } from '#worker/vendors/sandbox.ts'
import { sandboxProvider } from '#worker/vendors/sandbox-driver.ts'
import { attemptOf, CALLBACK, NOW, play } from '../conformance/kit.ts'
import { sandboxKit } from '../conformance/sms/sandbox.ts'

interface Sent {
  readonly body: SandboxJob
  readonly delaySeconds?: number
}

/** The driver and the carrier, wired as the composition root wires them; callbacks come back through `receive`. */
function world(provider = sandbox, settings: Settings = {}) {
  const queued: Sent[] = []
  const batches: number[] = []
  const early: Request[] = []
  const carrier = sandboxCarrier({
    queue: {
      sendBatch: async (messages: Iterable<Sent>) => {
        const list = [...messages]
        batches.push(list.reduce((bytes, { body }) => bytes + utf8Length(JSON.stringify(body)), 0))
        queued.push(...list)
        return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } }
      },
    },
    deliver: async (request) => {
      early.push(request)
      return new Response(null)
    },
    now: () => NOW,
  })
  const { ports } = play(carrier)
  const connection = provider.open(settings, ports)
  const send = (numbers: readonly string[], attempt = 1) =>
    connection.submit(
      numbers.map((to, n) => {
        const one = attemptOf(sandboxKit, n)
        return { ...one, to, ref: one.ref.replace(/\d+$/, String(attempt)) }
      }),
    )
  const heard = async () => {
    const receipts: Receipt[] = []
    const texts: string[] = []
    const inbound: InboundMessage[] = []
    for (const { body } of queued)
      await deliverSandboxCallbacks(body, async (request) => {
        const received = await connection.receive?.(request)
        receipts.push(...(received?.receipts ?? []))
        inbound.push(...(received?.inbound ?? []))
        texts.push(...(received?.inbound ?? []).map(({ content }) => (content as { text: string }).text))
        return new Response(null)
      })
    return { receipts, texts, inbound }
  }
  return { carrier, connection, send, heard, queued, batches, early }
}

const number = (digits: string): string => `+98912000${digits === 'other' ? '0000' : digits}`

/** What docs/sandbox.md promises of each number: the submit's outcome, then the reports. */
const EXPECTED: Readonly<Record<string, readonly [string, ...string[]]>> = {
  other: ['accepted', 'delivered'],
  '9901': ['accepted', 'undelivered'],
  '9902': ['rejected'],
  '9903': ['accepted', 'rejected'],
  '9904': ['deferred'],
  '9905': ['unknown'],
  '9906': ['unknown', 'delivered'],
  '9907': ['unknown'],
  '9908': ['accepted', 'delivered'],
  '9909': ['accepted'],
  '9910': ['accepted', 'delivered', 'delivered'],
  '9911': ['accepted', 'delivered', 'undelivered', 'submitted'],
  '9912': ['accepted', 'delivered'],
  '9913': ['accepted', 'delivered'],
  '9914': ['accepted', 'delivered'],
  '9915': ['accepted', 'expired'],
  '9916': ['accepted', 'failed'],
  '9917': ['deferred'],
  '9918': ['accepted', 'delivered', 'read'],
  '9919': ['rejected'],
  '9920': ['accepted', 'undelivered'],
  '9921': ['accepted', 'undelivered'],
  '9922': ['accepted', 'delivered'],
  '9923': ['accepted', 'delivered'],
  '9924': ['accepted', 'delivered'],
  '9925': ['accepted', 'undelivered'],
  '9926': ['accepted', 'delivered', 'delivered'],
  '9927': ['accepted'],
  '9928': ['accepted', 'delivered'],
  '9929': ['accepted', 'undelivered'],
}

describe('magic numbers', () => {
  it('are all promised here', () => {
    const magic = Array.from({ length: 10_000 }, (_, n) => String(n).padStart(4, '0'))
    expect(magic.filter((digits) => sandboxOutcome(number(digits)) !== DEFAULT_OUTCOME)).toEqual(
      Object.keys(EXPECTED).filter((digits) => digits !== 'other'),
    )
  })

  it.each(Object.entries(EXPECTED))(
    '%s: %j, alone and in the middle of a batch',
    async (digits, [outcome, ...reports]) => {
      for (const numbers of [[number(digits)], [number('0001'), number(digits), number('0002')]]) {
        const { send, heard } = world()
        const outcomes = await send(numbers)
        const index = numbers.indexOf(number(digits))
        expect(outcomes[index]?.outcome).toBe(outcome)
        const { receipts } = await heard()
        const ours = receipts.filter(
          (one) => 'attemptRef' in one && one.attemptRef === attemptOf(sandboxKit, index).ref,
        )
        expect(ours.map(({ status }) => status)).toEqual(reports)
        const others = outcomes.filter((_, n) => n !== index)
        expect(others.every((one) => one.outcome === 'accepted')).toBe(true)
      }
    },
  )

  it('9904 is taken at the second attempt', async () => {
    expect((await world().send([number('9904')], 2))[0]?.outcome).toBe('accepted')
    expect((await world().send([number('9917')], 2))[0]?.outcome).toBe('deferred')
  })

  it('9903 names the block, so that it can be suppressed', async () => {
    const { send, heard } = world()
    await send([number('9903')])
    expect((await heard()).receipts[0]?.failure?.code).toBe('recipient-blocked')
  })

  it('9906 and 9908 report ten seconds later, 9928 ninety', async () => {
    const { send, queued } = world()
    await send([number('9928'), number('9906'), number('9908'), number('0001')])
    expect(queued.map(({ delaySeconds }) => delaySeconds)).toEqual([undefined, 10, 90])
  })

  it('9929 answers a call, and takes nothing else: also where the carrier is asked', async () => {
    for (const [provider, status] of [
      [voice as unknown as typeof sandbox, 'delivered'],
      [sandbox, 'undelivered'],
    ] as const) {
      const { send, heard, connection } = world(provider)
      await send([number('9929')])
      expect((await heard()).receipts.map((one) => one.status)).toEqual([status])
      const past = { ref: 'r', to: number('9929'), providerRef: 'sbx_1', submittedAt: NOW }
      expect(await connection.query?.([past])).toMatchObject([{ status }])
    }
  })

  it('9909 reports before the submit is answered', async () => {
    const { send, early, queued } = world()
    await send([number('9909')])
    expect(early).toHaveLength(1)
    expect(queued).toEqual([])
  })

  it('9912 to 9914 reply after their report', async () => {
    const { send, heard } = world()
    await send([number('9912'), number('9913'), number('9914')])
    expect((await heard()).texts).toEqual(['سلام، رسید.', 'STOP', 'لغو۱۱'])
  })

  it('9919 says that the device is gone, so that it is taken out of the registry', async () => {
    const [outcome] = await world().send([number('9919')])
    expect(outcome).toMatchObject({ outcome: 'rejected', failure: { code: 'recipient-unregistered' } })
  })

  it('9920 is answered at the second attempt, 9921 never', async () => {
    const codes = async (digits: string, attempt: number) => {
      const { send, heard } = world()
      await send([number(digits)], attempt)
      return (await heard()).receipts.map(({ status, failure }) => [status, failure?.code])
    }
    expect(await codes('9920', 1)).toEqual([['undelivered', 'recipient-busy']])
    expect(await codes('9920', 2)).toEqual([['delivered', undefined]])
    expect(await codes('9921', 1)).toEqual([['undelivered', 'no-answer']])
    expect(await codes('9921', 2)).toEqual([['undelivered', 'no-answer']])
  })

  it('9922 to 9924 answer the very message: with a key, a recording that can be fetched, a button', async () => {
    const { send, heard, connection } = world()
    await send([number('9922'), number('9923'), number('9924')])
    const { inbound } = await heard()
    expect(inbound.map(({ inReplyTo }) => inReplyTo)).toEqual([0, 1, 2].map((n) => attemptOf(sandboxKit, n).ref))
    const file = inbound[1]?.files?.[0]
    expect(file).toMatchObject({ type: 'audio/wav', name: 'message.wav' })
    const response = await connection.download?.(file && 'url' in file ? file.url : '')
    const bytes = new Uint8Array((await response?.arrayBuffer()) ?? new ArrayBuffer())
    expect(response?.headers.get('content-type')).toBe('audio/wav')
    expect(new TextDecoder().decode(bytes.slice(0, 4))).toBe('RIFF')
    expect(new DataView(bytes.buffer).getUint32(4, true)).toBe(bytes.length - 8)
    await expect(connection.download?.('https://elsewhere.example/v1/files/message.wav')).rejects.toThrow(
      'not the carrier’s',
    )
  })

  it('9925 and 9926 ask that nothing more goes there', async () => {
    const { send, heard } = world()
    await send([number('9925'), number('9926')])
    const asked = (await heard()).receipts.filter(({ suppress }) => suppress)
    expect(asked.map(({ status, failure }) => [status, failure?.code])).toEqual([
      ['undelivered', 'recipient-invalid'],
      ['delivered', undefined],
    ])
  })

  it('stand at the end of an e-mail address’s local part too', () => {
    expect(sandboxOutcome('ali-9912@example.com')).toBe(sandboxOutcome(number('9912')))
    expect(sandboxOutcome('9912@example.com')).toBe(sandboxOutcome(number('9912')))
    expect(sandboxOutcome('912@example.com')).toBe(DEFAULT_OUTCOME)
    expect(sandboxOutcome('ali@example.com')).toBe(DEFAULT_OUTCOME)
    expect(sandboxOutcome('telegram:9912')).toBe(sandboxOutcome(number('9912')))
  })

  it('come from elsewhere where the recipient has none, and are known again by the carrier’s id', async () => {
    const spec = {
      channel: 'push' as const,
      features: ['outbound', 'receipts'] as const,
      text: String,
      content: String,
    }
    const provider = sandboxProvider({ ...spec, fate: ({ target }) => String(target) })
    const { connection, queued } = world(provider as unknown as typeof sandbox)
    const to = 'dev_01'
    const target = 'token-of-the-device-9925'
    const [outcome] = await connection.submit([{ ...attemptOf(sandboxKit), to, target }])
    const providerRef = outcome?.outcome === 'accepted' ? outcome.providerRef : ''
    expect(queued).toHaveLength(1)
    const past = { ref: 'r', to, providerRef, submittedAt: NOW }
    expect(await connection.query?.([past])).toMatchObject([{ status: 'undelivered', suppress: true }])
  })

  it('9907 resets the connection of a submit that holds nothing else', async () => {
    const { connection } = world()
    const carrier = sandboxCarrier({
      queue: { sendBatch: () => Promise.reject() },
      deliver: () => Promise.reject(),
      now: () => NOW,
    })
    const body = { callbackUrl: CALLBACK, receiptsPerCallback: 1, echo: true, latencyMs: 0 }
    const messages = [{ ref: 'r', to: number('9907'), from: '1', text: 't' }]
    const request = new Request('https://sandbox.chapar.invalid/v1/messages', {
      method: 'POST',
      body: JSON.stringify({ ...body, messages }),
    })
    await expect(carrier(request)).rejects.toThrow('reset')
    expect(await connection.health?.()).toBe(true)
  })
})

describe('callbacks', () => {
  it('name our ref or theirs, as the provider says', async () => {
    const echo = world()
    const [first] = await echo.send([number('0001')])
    expect((await echo.heard()).receipts[0]).toMatchObject({ attemptRef: attemptOf(sandboxKit).ref })
    const silent = world(sandboxByRef)
    const [second] = await silent.send([number('9901')])
    const [receipt] = (await silent.heard()).receipts
    expect(first?.outcome === 'accepted' && second?.outcome === 'accepted').toBe(true)
    expect(receipt).toMatchObject({
      providerRef: second?.outcome === 'accepted' ? second.providerRef : '',
      status: 'undelivered',
    })
    expect(receipt).not.toHaveProperty('attemptRef')
    expect(receipt?.failure?.code).toBe('recipient-unreachable')
  })

  it('carry 500 receipts of one submit in one queue message of at most 64 KB', async () => {
    const { send, queued } = world()
    await send(Array.from({ length: 500 }, (_, n) => number(String(n).padStart(4, '0'))))
    expect(queued).toHaveLength(1)
    expect(queued[0]?.body.callbacks).toHaveLength(1)
    expect(utf8Length(JSON.stringify(queued[0]?.body))).toBeLessThan(64_000)
  })

  it('come one by one where the connection says so, in envelopes that fit a queue', async () => {
    const { send, queued, batches } = world(sandbox, { batchCallbacks: false })
    await send(Array.from({ length: 500 }, (_, n) => number(String(n).padStart(4, '0'))))
    expect(queued.flatMap(({ body }) => body.callbacks)).toHaveLength(500)
    for (const { body } of queued) expect(utf8Length(JSON.stringify(body))).toBeLessThan(63_001)
    for (const bytes of batches) expect(bytes).toBeLessThan(256_000)
  })

  it('are never lost to a size: one that is too long for an envelope has one of its own', async () => {
    const { carrier, queued } = world()
    const messages = Array.from({ length: 500 }, (_, n) => ({ ref: `${n}`.padEnd(300, 'x'), to: number('0000') }))
    const submit = { callbackUrl: CALLBACK, receiptsPerCallback: 400, echo: true, latencyMs: 0 }
    const body = JSON.stringify({ ...submit, messages: messages.map((one) => ({ ...one, from: '1000', text: 'x' })) })
    await carrier(new Request(`${SANDBOX_ORIGIN}/v1/messages`, { method: 'POST', body }))
    expect(queued.map(({ body: { callbacks } }) => callbacks.map((one) => utf8Length(one.body) > 63_000))).toEqual([
      [true],
      [false],
    ])
  })

  it('are posted again when the gateway did not take them, and dropped when it refused them', async () => {
    const job: SandboxJob = { kind: 'sandbox', callbacks: [{ url: CALLBACK, body: '{}', round: 0 }] }
    const answer = (status: number) => async () => new Response(null, { status })
    for (const status of [429, 500, 503])
      await expect(deliverSandboxCallbacks(job, answer(status))).rejects.toThrow(String(status))
    await deliverSandboxCallbacks(job, answer(403))
    await expect(deliverSandboxCallbacks(job, () => Promise.reject(new Error('down')))).rejects.toThrow('down')
  })

  it('of a later round wait for the round before', async () => {
    const done: string[] = []
    const one = (body: string, round: number) => ({ url: CALLBACK, body, round })
    const job: SandboxJob = { kind: 'sandbox', callbacks: [one('a', 0), one('b', 0), one('c', 1)] }
    await deliverSandboxCallbacks(job, async (request) => {
      const body = await request.text()
      // The first of a round is the slowest.
      for (let turn = 0; turn < (body === 'a' ? 20 : 1); turn++) await Promise.resolve()
      done.push(body)
      return new Response(null)
    })
    expect(done.at(-1)).toBe('c')
    expect(done).toHaveLength(3)
  })
})

describe('turns', () => {
  const turn = { session: 's1', event: 'input', from: '+989121234567', to: '*384#', input: '1', number: 2 }
  const callback = () => new Request(CALLBACK, { method: 'POST', body: JSON.stringify({ at: NOW, turn }) })

  it('are heard by a channel that has sessions, and answered with the screen', async () => {
    const features = ['session'] as const
    const { connection } = world(
      sandboxProvider({
        channel: 'ussd',
        features,
        turns: true,
        text: String,
        content: String,
      }) as unknown as typeof sandbox,
    )
    const heard = await connection.receive?.(callback())
    expect(heard?.turn).toEqual({
      sessionRef: 's1',
      event: 'input',
      from: '+989121234567',
      to: '*384#',
      input: '1',
      number: 2,
      at: NOW,
    })
    const answer = heard?.turn && connection.answer?.(heard.turn, { text: 'سلام', ends: true })
    expect(await answer?.json()).toEqual({ text: 'سلام', ends: true })
  })

  it('are refused by a channel that has none', async () => {
    const { connection } = world()
    await expect(connection.receive?.(callback())).rejects.toThrow('no sessions')
    expect(connection.answer).toBeUndefined()
  })
})

describe('the API', () => {
  const call = async (path: string, body?: string) => {
    const init = body === undefined ? {} : { method: 'POST', body }
    const carrier = sandboxCarrier({
      queue: { sendBatch: () => Promise.reject() },
      deliver: () => Promise.reject(),
      now: () => NOW,
    })
    return (await carrier(new Request(`https://sandbox.chapar.invalid${path}`, init))).status
  }
  it('refuses what it does not know', async () => {
    expect(await call('/v1/messages', '{')).toBe(400)
    expect(await call('/v1/messages', '{"messages":[]}')).toBe(400)
    expect(await call('/v1/status', '[]')).toBe(400)
    expect(await call('/v2/messages', '{}')).toBe(404)
    expect(await call('/v1/messages')).toBe(404)
  })

  it('answers a status by the number, and knows nothing of an id that is not its own', async () => {
    const { connection } = world()
    const past = (to: string, providerRef: string | null) => ({ ref: 'r', to, providerRef, submittedAt: NOW })
    const receipts = await connection.query?.([
      past(number('9903'), 'sbx_a_0'),
      past(number('0001'), 'other'),
      past(number('0001'), null),
    ])
    expect(receipts).toMatchObject([
      { providerRef: 'sbx_a_0', status: 'rejected', failure: { code: 'recipient-blocked' } },
    ])
  })
})
