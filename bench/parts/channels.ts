import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { Measured } from '../figures.ts'
import { load, postBytes } from '../load.ts'
import { alternate } from '../pairs.ts'
import { withFreshIds } from '../replay.ts'
import { startSmtpSink } from '../smtp-sink.ts'
import type { RecordedCall } from '../spy.ts'
import { RECEIVER_ORIGIN, type Stage, type WorkerName } from '../stage.ts'
import { percentile, ratioOf } from '../statistics.ts'
import type { BenchTenant } from '../tenants.ts'
import { untilHeard } from '../wave.ts'

const ROUNDS = 6
type Figures = Record<string, Measured>

interface Runner {
  readonly worker: WorkerName
  readonly path: string
  /** How many things one request runs. */
  readonly count: number
}

/** Runs `count` things in a Worker by one request; how many a second. */
async function rate(
  stage: Stage,
  { worker, path, count }: Runner,
  body: Uint8Array = new Uint8Array(),
): Promise<number> {
  const startedAt = performance.now()
  const response = await fetch(stage.url(worker, path), { method: 'POST', body: Buffer.from(body) })
  if (!response.ok) throw new Error(`${path}: ${(await response.text()).slice(0, 300)}`)
  return count / ((performance.now() - startedAt) / 1000)
}

const ENCRYPTIONS = 500

/** Messages encrypted as RFC 8291 asks, over the WebCrypto calls that it takes at least. */
export async function pushEncryptions(stage: Stage): Promise<Figures> {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  // The last 65 bytes of the DER form are the uncompressed point.
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-65)
  const query = `?count=${ENCRYPTIONS}`
  const { ratio, quartiles, subject, floor } = ratioOf(
    await alternate(
      ROUNDS,
      () => rate(stage, { worker: 'channels', path: `/push${query}`, count: ENCRYPTIONS }, point),
      () => rate(stage, { worker: 'floor-push', path: `/${query}`, count: ENCRYPTIONS }, point),
    ),
  )
  return {
    'push.encryptionsPerSecond': { value: subject },
    'push.webCryptoPerSecond': { value: floor },
    'push.ratioToWebCrypto': { value: ratio, quartiles },
  }
}

const MAILS = 500

/** Mails built and sent by SMTP to a server that takes all, over their bytes through one such socket. */
export async function smtpMails(stage: Stage): Promise<Figures> {
  const sink = await startSmtpSink()
  try {
    const query = `?count=${MAILS}&port=${sink.port}`
    const mails = () => rate(stage, { worker: 'channels', path: `/smtp${query}`, count: MAILS })
    await mails()
    if (sink.taken() !== MAILS) throw new Error(`the server took ${sink.taken()} of ${MAILS} mails`)
    const { ratio, quartiles, subject, floor } = ratioOf(
      await alternate(ROUNDS, mails, () =>
        rate(stage, { worker: 'floor-smtp', path: `/${query}`, count: MAILS }, sink.last()),
      ),
    )
    return {
      'email.smtpPerSecond': { value: subject },
      'email.socketPerSecond': { value: floor },
      'email.ratioToSocket': { value: ratio, quartiles },
    }
  } finally {
    await sink.close()
  }
}

const SESSIONS = 200
const TURNS = 5
const CALLERS = 8
const PERSON = '+989121234567'
const CODE = '*384*7#'

/** Requests of one turn for each of these sessions. */
const turnRequests = (url: string, sessions: readonly string[], number: number): Buffer[] =>
  sessions.map((session) => {
    const event = number === 1 ? 'start' : 'input'
    const turn = { session, event, from: PERSON, to: CODE, number, ...(number === 1 ? {} : { input: '1' }) }
    return postBytes(url, JSON.stringify({ at: Date.now(), turn }))
  })

/** What the tenant's application is asked in a turn, signed, as it gets it from the gateway: posted by a session's object. */
function floorRequest(floor: string, secret: string): Buffer {
  const data = {
    sessionId: `ses_${'0'.repeat(38)}`,
    channel: 'ussd',
    event: 'input',
    from: PERSON,
    to: CODE,
    input: '1',
  }
  const body = JSON.stringify({ type: 'session.turn', timestamp: new Date().toISOString(), data })
  const [id, at] = [`evt_${'0'.repeat(40)}`, new Date()]
  const signature = new Webhook(secret).sign(id, at, body)
  const timestamp = String(Math.floor(at.getTime() / 1000))
  return postBytes(floor, body, { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature })
}

/** Milliseconds until a person has the next screen, over what a new object takes that only notes and asks. */
export async function ussdTurns(stage: Stage, tenant: BenchTenant): Promise<Figures> {
  if (!tenant.application) throw new Error('the tenant has no application for sessions')
  const { url: path, secret } = tenant.application
  const floor = (session: string): Buffer => {
    const query = new URLSearchParams({ session, url: `${RECEIVER_ORIGIN}${path}` })
    return floorRequest(stage.url('floor-session', `/?${query}`), secret)
  }
  const slice = async (requestsOf: (sessions: readonly string[], number: number) => Buffer[], url: string) => {
    const sessions = Array.from({ length: SESSIONS }, () => randomUUID())
    const all: number[] = []
    for (let number = 1; number <= TURNS; number++) {
      const requests = requestsOf(sessions, number)
      const { latencies } = await load({ url, requests, status: 200, connections: CALLERS, count: SESSIONS })
      all.push(...latencies)
    }
    return all
  }
  const [turns, floors]: [number[], number[]] = [[], []]
  const callback = stage.url('chapar', tenant.callbackPath)
  const measured = (kept: number[], samples: readonly number[]): number => {
    kept.push(...samples)
    return percentile(samples, 0.99)
  }
  const pairs = await alternate(
    ROUNDS,
    async () => measured(turns, await slice((...of) => turnRequests(callback, ...of), callback)),
    async () => measured(floors, await slice((sessions) => sessions.map(floor), stage.url('floor-session'))),
  )
  const { ratio, quartiles } = ratioOf(pairs)
  return {
    'ussd.turnP99Ms': { value: percentile(turns, 0.99) },
    'ussd.floorP99Ms': { value: percentile(floors, 0.99) },
    'ussd.ratioToFloor': { value: ratio, quartiles },
  }
}

/** So many that a queue's wait of 50 ms for a batch to fill is little of the whole. */
const INBOUND = 10_000
/** Of one callback. */
const INBOUND_BATCH = 50

let persons = 0

/** Messages of people, in callbacks of 50, from the first callback to the last event at the webhook. */
async function inboundWave(stage: Stage, worker: WorkerName, tenant: BenchTenant): Promise<number> {
  await fetch(stage.url('receiver', '/'), { method: 'DELETE' })
  const url = stage.url(worker, tenant.callbackPath)
  const requests = Array.from({ length: INBOUND / INBOUND_BATCH }, () => {
    const inbound = Array.from({ length: INBOUND_BATCH }, () => ({
      id: randomUUID(),
      from: `+98912${String(persons++ % 10_000_000).padStart(7, '0')}`,
      to: tenant.line,
      text: 'سلام، سفارش من کجاست؟',
    }))
    return postBytes(url, JSON.stringify({ at: Date.now(), inbound }))
  })
  const startedAt = performance.now()
  await load({ url, requests, status: 200, connections: 4, count: requests.length })
  await untilHeard(stage, INBOUND)
  return INBOUND / ((performance.now() - startedAt) / 1000)
}

/** The inserts of a recorded run, without what goes with them. */
async function recordedInserts(stage: Stage, tenant: BenchTenant): Promise<string> {
  await fetch(stage.url('counted', '/bench/reset?record'))
  await inboundWave(stage, 'counted', tenant)
  const calls = (await (await fetch(stage.url('counted', '/bench/recorded'))).json()) as RecordedCall[]
  const inserts = calls.flatMap(([binding, statements]): RecordedCall[] => {
    const own = statements.filter(([sql]) => sql.startsWith('INSERT INTO messages'))
    return own.length === 0 ? [] : [[binding, own]]
  })
  if (inserts.length === 0) throw new Error('the run inserted no messages')
  return JSON.stringify(inserts)
}

/** Messages of people, whole way, over the bare insert of their rows. */
export async function inboundMessages(stage: Stage, tenant: BenchTenant): Promise<Figures> {
  const script = await recordedInserts(stage, tenant)
  const bare = async (): Promise<number> => {
    const url = stage.url('floor-statements')
    await fetch(url, { method: 'PUT', body: withFreshIds(script, Date.now()) })
    return rate(stage, { worker: 'floor-statements', path: '', count: INBOUND })
  }
  const pairs = await alternate(ROUNDS / 2, () => inboundWave(stage, 'chapar', tenant), bare)
  const { ratio, quartiles, subject, floor } = ratioOf(pairs)
  return {
    'inbound.messagesPerSecond': { value: subject },
    'inbound.insertsPerSecond': { value: floor },
    'inbound.ratioToInsert': { value: ratio, quartiles },
  }
}
