import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { importSealKeys } from '#worker/config.ts'
import { openBody } from '#worker/flows/core/sealed-queues.ts'
import type { InboundJob, ReportJob } from '#worker/jobs.ts'
import { fromBase64 } from '#worker/lib/bytes.ts'
import { transitOf } from '#worker/lib/transit.ts'
import { generateSecrets } from '../../local/secrets.ts'
import type { Journaled } from '../worlds/entries/journal.ts'
import { KAVENEGAR, TWILIO, twilioReport } from '../worlds/faults/carriers.ts'
import { caller, newTenant, startWorld, until, type World } from '../worlds/world.ts'

type Heard = ReportJob | InboundJob

/** What the queue of reports does with a call: takes it, refuses it, or lets it wait. */
type QueueMood = (jobs: readonly Heard[]) => Response | Promise<Response>
const takes: QueueMood = () => new Response(null, { status: 204 })
const refuses: QueueMood = () => new Response(null, { status: 503 })

/** Queue messages that were to be queued, in their order, whatever the queue did with them. */
let asked: Heard[] = []
let mood: QueueMood = takes
let world: World
/** A further line: of another tenant, over a connection of its own. */
interface Line {
  readonly line: string
  readonly id: string
  readonly callbackUrl: string
  readonly call: ReturnType<typeof caller>
}
let ours: Line
let other: Line
let signing: Line
let getting: Line

beforeAll(async () => {
  const secrets = generateSecrets()
  const transit = transitOf(await importSealKeys(secrets.worker))
  world = await startWorld({
    entry: 'test/worlds/entries/journal.ts',
    secrets,
    outbound: async (request) => {
      const entries = (await request.json()) as Journaled[]
      const bodies = entries.filter(({ queue }) => queue === 'REPORT').map(({ body }) => fromBase64(body)?.buffer)
      const opened = await Promise.all(bodies.map((body) => openBody(transit, body)))
      const jobs = opened.map(({ value }) => value as Heard)
      if (jobs.length === 0) return takes([])
      asked.push(...jobs)
      return mood(jobs)
    },
  })
  const lineOf = async (line: string, connection: Readonly<Record<string, unknown>>, mode: 'live' | 'test') => {
    const made = await newTenant(world.chapar, { line, connection, mode })
    const { id, callbackUrl } = made.connection
    return { line, id, callbackUrl, call: caller(world.chapar, made.token) }
  }
  ours = { line: world.line, id: world.connectionId, callbackUrl: world.callbackUrl, call: world.call }
  other = await lineOf('10004347', {}, 'test')
  signing = await lineOf('10004348', TWILIO, 'live')
  getting = await lineOf('10004349', KAVENEGAR, 'live')
  // Every connection is known to the isolate: callbacks that come together wait for no look-up.
  for (const { callbackUrl } of [ours, other]) await tell(callbackUrl, [])
  await twilioReport(world.chapar, 'SM0', signing.callbackUrl, 'sent')
})
afterAll(() => world.dispose())

let texts = 0
/** A message of a person, told by a callback of its own. */
const word = (name: string, line = world.line) => {
  const from = `+98912${String(texts++).padStart(7, '0')}`
  return { id: `${name}${texts}`, from, to: line, text: name }
}

const tell = (url: string, inbound: readonly unknown[]): Promise<Response> =>
  world.chapar.fetch(new URL(url).pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ at: Date.now(), inbound }),
  })

/** Texts that begin with the name, as the tenant of the line reads them. */
async function wordsOf(name: string, { call }: Line = ours): Promise<readonly string[]> {
  const words: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer = await call(`/v1/messages?direction=inbound&limit=100${cursor && `&cursor=${cursor}`}`)
    const page = (await answer.json()) as Page
    words.push(...page.data.map(({ content }) => content.text))
    cursor = page.nextCursor
  }
  return words.filter((text) => text.startsWith(name))
}

interface Page {
  readonly data: readonly { readonly content: { readonly text: string } }[]
  readonly nextCursor: string | null
}

const messagesIn = (jobs: readonly Heard[]) => jobs.flatMap((job) => (job.kind === 'inbound' ? job.messages : []))

test('callbacks of one message that come together are few queue messages, each of one connection, and all is taken', async () => {
  asked = []
  const [here, there] = [
    Array.from({ length: 80 }, () => word('together')),
    Array.from({ length: 20 }, () => word('apart', '10004347')),
  ]
  const reports = Array.from({ length: 20 }, (_, n) => `SM${n.toString(16).padStart(32, '0')}`)
  const forged = world.callbackUrl.replace(/[^/]+$/, '0'.repeat(32))
  const answers = await Promise.all(
    [
      ...here.map((one) => tell(world.callbackUrl, [one])),
      ...there.map((one) => tell(other.callbackUrl, [one])),
      ...reports.map((sid) => twilioReport(world.chapar, sid, signing.callbackUrl, 'delivered')),
    ].concat([tell(forged, [word('forged')]), tell(world.callbackUrl, ['no message'])]),
  )
  expect(answers.slice(0, 120).map(({ status }) => status)).toEqual(Array.from({ length: 120 }, () => 200))
  // Who is not believed is told so, and takes nobody along.
  expect(answers.slice(120).map(({ status }) => status)).toEqual([403, 400])
  // A queue message each would be 120.
  const first = [...asked]
  expect(first.length).toBeLessThan(60)
  for (const job of first) {
    const [id, proof] = job.kind === 'report' ? [signing.id, 'signature'] : [job.connectionId, undefined]
    expect(job.connectionId).toBe(id)
    if (job.kind === 'report') expect(job.proof).toBe(proof)
    else
      expect(new Set(job.messages.map(({ to }) => to))).toEqual(
        new Set([job.connectionId === other.id ? '10004347' : world.line]),
      )
  }
  expect(messagesIn(asked)).toHaveLength(100)
  // Nobody has sent these messages, so that the reports are queued again, to be looked at later.
  const receipts = asked.flatMap((job) => (job.kind === 'report' ? job.receipts : []))
  expect(new Set(receipts.map((one) => ('providerRef' in one ? one.providerRef : null)))).toEqual(new Set(reports))
  // Each connection has jobs of its own, which one queue works one after the other.
  await until('all words arrive', async () => (await wordsOf('together')).length === 80)
  await until('all words of the other arrive', async () => (await wordsOf('apart', other)).length === 20)
  expect(await wordsOf('forged')).toEqual([])
})

test('a callback of ten records waits for no other', async () => {
  asked = []
  const many = () => Array.from({ length: 10 }, () => word('many'))
  const answers = await Promise.all([many(), many(), many()].map((words) => tell(world.callbackUrl, words)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  // Reports that nobody can place yet are queued again at any time: they are no answer to these callbacks.
  const inbound = asked.filter(({ kind }) => kind === 'inbound')
  expect(inbound.map((job) => messagesIn([job]).length)).toEqual([10, 10, 10])
})

test('when the queue refuses, every caller is asked to call again, and what it tells again arrives once', async () => {
  const words = Array.from({ length: 20 }, () => word('refused'))
  mood = refuses
  const refused = await Promise.all(words.map((one) => tell(world.callbackUrl, [one])))
  expect(refused.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual(
    words.map(() => [503, '30']),
  )
  mood = takes
  expect(await wordsOf('refused')).toEqual([])
  const taken = await Promise.all(words.map((one) => tell(world.callbackUrl, [one])))
  expect(taken.map(({ status }) => status)).toEqual(words.map(() => 200))
  await until('all words arrive', async () => (await wordsOf('refused')).length >= 20)
  expect(await wordsOf('refused')).toHaveLength(20)
})

test('a queue call that never ends keeps nobody waiting but the caller whose request makes it', async () => {
  const words = Array.from({ length: 10 }, () => word('stuck'))
  const { promise: never, resolve: end } = Promise.withResolvers<Response>()
  let stuck = 0
  mood = (jobs) => (messagesIn(jobs).length > 1 && stuck++ === 0 ? never : takes(jobs))
  let answered = 0
  const answers = words.map((one) => tell(world.callbackUrl, [one]).then(({ status }) => ({ status, nth: answered++ })))
  await until('all but the leaders are answered', async () => answered >= 9)
  mood = takes
  end(new Response(null, { status: 503 }))
  const statuses = (await Promise.all(answers)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(9)
  await until('the words of the others arrive', async () => (await wordsOf('stuck')).length >= 9)
  // Told a second time, they change nothing.
  await Promise.all(words.map((one) => tell(world.callbackUrl, [one])))
  await until('all words arrive', async () => (await wordsOf('stuck')).length >= 10)
  expect(await wordsOf('stuck')).toHaveLength(10)
})

/** A call over a socket of its own. */
function callOf(request: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(world.chapar.url).port), '127.0.0.1', () =>
      socket.write(request, () => resolve(socket)),
    )
    socket.on('error', reject)
  })
}

const postOf = (url: string, inbound: unknown): string => {
  const body = JSON.stringify({ at: Date.now(), inbound: [inbound] })
  const head = `POST ${new URL(url).pathname} HTTP/1.1\r\nHost: chapar.test\r\nContent-Type: application/json\r\n`
  return `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

/** Kavenegar tells of a message by GET, where its panel was told so. */
const getOf = (url: string, { id, from, to, text }: ReturnType<typeof word>): string => {
  const query = new URLSearchParams({ messageid: id.replace(/\D/g, ''), from, to, message: text })
  return `GET ${new URL(url).pathname}?${query} HTTP/1.1\r\nHost: chapar.test\r\n\r\n`
}

test.each([
  ['POST', (n: number) => postOf(world.callbackUrl, word(`hung${n}.`))],
  ['GET', (n: number) => getOf(getting.callbackUrl, word(`gone${n}.`, '10004349'))],
] as const)(
  'callers who hang up while the queue is called, the first of them too, lose nobody’s words: %s',
  async (method, requestOf) => {
    asked = []
    const [name, line] = method === 'POST' ? (['hung', ours] as const) : (['gone', getting] as const)
    const { promise: released, resolve: release } = Promise.withResolvers<Response>()
    mood = () => released.then((answer) => answer.clone())
    const sockets = await Promise.all(Array.from({ length: 12 }, (_, n) => callOf(requestOf(n))))
    await until('the queue is asked for all', async () => messagesIn(asked).length >= 12)
    const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)))
    for (const socket of sockets) socket.resetAndDestroy()
    await Promise.all(closed)
    // The gateway has seen them go: it serves the next caller.
    expect((await world.chapar.fetch('/healthz')).status).toBe(200)
    mood = takes
    release(new Response(null, { status: 204 }))
    for (let n = 0; n < 12; n++)
      await until(`word ${n} arrives`, async () => (await wordsOf(`${name}${n}.`, line)).length === 1)
  },
)
