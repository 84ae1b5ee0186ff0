import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Hops } from '../worlds/entries/hops.ts'
import { fakeKavenegar, KAVENEGAR, kavenegarReport } from '../worlds/faults/carriers.ts'
import { echo, startUssd, type Ussd } from '../worlds/ussd-world.ts'
import { startWorld, until, type World } from '../worlds/world.ts'

const kavenegar = fakeKavenegar()
let world: World
beforeAll(async () => {
  world = await startWorld({
    entry: 'test/worlds/entries/hops.ts',
    mode: 'live',
    connection: KAVENEGAR,
    outbound: async (request) => {
      if (new URL(request.url).hostname === 'api.kavenegar.com') return kavenegar.outbound(request)
      const body = (await request.json()) as { data?: { challenge?: string } }
      return Response.json({ challenge: body.data?.challenge ?? null })
    },
  })
  await world.json('/v1/webhooks', { body: { url: 'https://hooks.example.org/in' }, status: 201 })
})
afterAll(() => world.dispose())

type Traced = Pick<World, 'chapar'>
const tracesOf = async ({ chapar }: Traced, method = 'GET'): Promise<Hops[]> =>
  (await chapar.fetch('/hops', { method })).json() as Promise<Hops[]>
const forget = (of: Traced) => tracesOf(of, 'DELETE')

/** The one invocation of that name, once it made its last call. Nobody calls meanwhile: a fetch is the latest invocation's. */
const traceOf = (of: Traced, invocation: string, last: string): Promise<Hops> =>
  until(`${invocation} calls ${last}`, async () =>
    (await tracesOf(of)).find(
      (one) => one.invocation === invocation && one.calls.some(({ name }) => name.startsWith(last)),
    ),
  )

/** Calls of one invocation, those of a step in one line: they were under way together. */
const stepsOf = ({ calls }: Hops): string[] =>
  [...Map.groupBy(calls, ({ step }) => step)]
    .toSorted(([a], [b]) => a - b)
    .map(([, own]) =>
      own
        .map(({ name }) => name)
        .toSorted()
        .join(' | '),
    )

const send = async (count: number): Promise<string[]> => {
  const to = Array.from({ length: count }, (_, n) => `+98912000${1_000 + n}`)
  const messages = to.map((one) => ({ to: one, content: { text: 'hops' } }))
  const { accepted } = await world.json<{ accepted: { id: string }[] }>('/v1/messages/batch', {
    body: { channel: 'sms', messages },
    headers: { 'idempotency-key': `"${crypto.randomUUID()}"` },
    status: 202,
  })
  return accepted.map(({ id }) => id)
}

const submitted = (ids: readonly string[]) =>
  until('all are submitted', async () => {
    const all = await Promise.all(ids.map((id) => world.json<{ status: string }>(`/v1/messages/${id}`)))
    return all.every(({ status }) => status === 'submitted')
  })

/** Has the isolate hold policy and connection, and note the credential's use, as one that is at work does. */
const warm = async (): Promise<void> => {
  await submitted(await send(1))
}

/** The USSD world is another gateway: each has traces of its own. */
let ussd: Ussd
beforeAll(async () => {
  ussd = await startUssd({ entry: 'test/worlds/entries/hops.ts' })
})
afterAll(() => ussd.dispose())

/**
 * Steps of some invocations, tried again as long as one of them reads what its isolate has forgotten: a connection after 5 s,
 * which a busy machine may take.
 */
async function remembering(
  tried: () => Promise<readonly (readonly string[])[]>,
): Promise<readonly (readonly string[])[]> {
  for (;;) {
    const steps = await tried()
    if (!steps.flat().some((step) => /\bCONTROL\b/.test(step))) return steps
  }
}

test('a slice is five calls that wait for one another', async () => {
  const [steps] = await remembering(async () => {
    await warm()
    await forget(world)
    await send(3)
    return [stepsOf(await traceOf(world, 'chapar-send-sms', 'NOTIFY'))]
  })
  expect(steps).toEqual([
    'LEDGER_0 | TENANT.policy | THROTTLE.admit',
    'LEDGER_0.batch',
    'fetch',
    'LEDGER_0.batch | THROTTLE.settle',
    'NOTIFY.sendBatch',
  ])
})

test('a report is three calls that wait for one another', async () => {
  const steps = await remembering(async () => {
    await warm()
    await forget(world)
    const ref = [...kavenegar.ids.values()].at(-1) ?? ''
    expect((await kavenegarReport(world.chapar, world.callbackUrl, [ref], 10)).status).toBe(200)
    return [
      stepsOf(await traceOf(world, 'POST /callbacks/sms/kavenegar', 'REPORT')),
      stepsOf(await traceOf(world, 'chapar-report', 'NOTIFY')),
    ]
  })
  expect(steps).toEqual([['REPORT.send'], ['LEDGER_0', 'TENANT.policy', 'LEDGER_0.batch', 'NOTIFY.sendBatch']])
})

test('a start of a verification is one call of its recipient’s object, and one of the guard where no lease is left; a check is one: no database is asked', async () => {
  await warm()
  const asked = ({ calls }: Hops) =>
    calls.map(({ name }) => name).filter((name) => /^(?:VERIFI|GUARD|IDEMP|LEDGER|CONTROL)/.test(name))
  const ids: string[] = []
  const starts: string[][] = []
  const start = async (): Promise<string[]> => {
    await forget(world)
    const n = ids.length
    const body = { to: `+9891200020${10 + n}`, clientIp: `192.0.2.${n}` }
    ids.push((await world.json<{ id: string }>('/v1/verifications', { body, status: 202 })).id)
    return asked(await traceOf(world, 'POST /v1/verifications', 'SEND_SMS'))
  }
  for (let n = 0; n < 4; n++) starts.push(await start())
  // What the isolate has forgotten by then it reads beside.
  expect(starts[0]?.filter((name) => name !== 'CONTROL')).toEqual(['GUARD.ask', 'VERIFICATION.start'])
  const [later] = await remembering(async () => [await start()])
  expect(later).toEqual(['VERIFICATION.start'])
  await world.json(`/v1/verifications/${ids[0]}/check`, { body: { code: '0' } })
  const check = await traceOf(world, `POST /v1/verifications/${ids[0]}`, 'VERIFICATION')
  expect(asked(check)).toEqual(['VERIFICATION.check'])
})

/** What people wrote, to a line each, in one callback. */
const tell = (id: number, lines: readonly string[]) =>
  world.chapar.fetch(new URL(world.callbackUrl).pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(lines.map((to, n) => ({ messageid: id + n, from: '989120001000', to, message: 'hops' }))),
  })

test.each([
  ['an inbound message is', 70_100, 0],
  ['fifty messages to as many lines, most of which are nobody’s, are', 70_200, 49],
] as const)('%s five calls that wait for one another', async (_, id, others) => {
  const lines = Array.from({ length: others }, (_, n) => `3000${1_000 + n}`)
  /** Steps of a callback's job. An isolate forgets a connection after 5 s, which a busy machine may take: then once more. */
  const stepsOfTold = async (from: number): Promise<readonly string[]> => {
    await warm()
    await tell(from, [world.line, ...lines.slice(0, 1)])
    await traceOf(world, 'chapar-report', 'NOTIFY')
    await forget(world)
    expect((await tell(from + 2, [world.line, ...lines])).status).toBe(200)
    const { invocation, calls } = await traceOf(world, 'chapar-report', 'NOTIFY')
    // What came in is fetched by nobody: a POST to the webhook, of the messages before, falls into the latest invocation.
    const steps = stepsOf({ invocation, calls: calls.filter(({ name }) => name !== 'fetch') })
    return steps[1] === 'CONTROL' ? stepsOfTold(from + 1_000) : steps
  }
  expect(await stepsOfTold(id)).toEqual([
    'CONTROL',
    'LEDGER_0 | LEDGER_0 | TENANT.policy',
    // Which of the person's messages went from the line, once the index has named them.
    'LEDGER_0',
    'LEDGER_0.batch',
    'NOTIFY.sendBatch',
  ])
})

test('a later turn of a session is three calls: the object, the application, the object', async () => {
  const line = await ussd.line({}, echo)
  const step = (input: string) => line.step({ session: 's', event: 'input', input })
  await line.step({ session: 's' })
  await step('1')
  await forget(ussd)
  await step('2')
  expect(stepsOf(await traceOf(ussd, 'POST /callbacks/ussd/sandbox', 'SESSION.finish'))).toEqual([
    'SESSION.begin',
    'fetch',
    'SESSION.finish',
  ])
})
