import { randomInt, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import type { Purpose } from '#worker/domain/messages/message.ts'
import { sandboxScreen } from '#worker/vendors/sandbox.ts'
import { type Api, accessToken, api } from '../api.ts'
import { demoChannel, postCallback } from '../callback.ts'
import { deliverMail } from '../mail.ts'
import type { Demo } from '../state.ts'
import { applicationsOf, type OwnEndpoints } from './endpoints.ts'
import { type Fate, fatesOf, OPTED_OUT, planOf } from './plan.ts'
import type { Receiver } from './receiver.ts'
import {
  type Asked,
  differing,
  expectedTally,
  foundTally,
  heardOf,
  type Planned,
  strayMessages,
  tallyTable,
  type Unasked,
} from './tally.ts'

/** Milliseconds without a new event after which the demo stops waiting: the next attempt to a busy line comes after 30 s. */
const PATIENCE = 60_000
const POLL_EVERY = 250
/** Milliseconds that the demo goes on listening once all is there, to see that nothing comes that nobody expects. */
const QUIET = 1_500

interface Person {
  readonly to: string
  readonly digits: string
}
interface Run {
  readonly demo: Demo
  readonly tenant: Api
  readonly token: string
  readonly receiver: Receiver
  /** Five digits of this run's recipients: nobody in it has opted out in an earlier one. */
  readonly digits: string
}

/** Makes a recipient of the sandbox carrier for each fate; on push their devices are registered first. */
async function peopleOf({ tenant, demo, digits: run }: Run, channel: ChannelName): Promise<Person[]> {
  const all = Object.keys(fatesOf(channel))
  if (channel !== 'push') return all.map((digits) => ({ digits, to: planOf(channel).recipient(run, digits) }))
  const app = demoChannel(demo, 'push').sender
  return Promise.all(
    all.map(async (digits) => {
      const device = { app, network: 'sandbox', token: `demo-${run}-${digits}`, tags: ['demo'] }
      return { digits, to: ((await tenant.post('/v1/devices', device)) as { id: string }).id }
    }),
  )
}

interface Item extends Person {
  readonly label: string
  readonly content: unknown
  readonly fate: Fate
  /** Default: that of the tenant, transactional. */
  readonly purpose?: Purpose
}

/** Sends one batch on one channel. A message that the API refuses is a fault of the demo, and throws. */
async function send({ tenant }: Run, channel: ChannelName, items: readonly Item[]): Promise<Planned[]> {
  const messages = items.map(({ to, content, label, purpose }) => ({
    to,
    content,
    clientRef: label,
    ...(purpose ? { purpose } : {}),
  }))
  const { accepted, rejected } = (await tenant.post('/v1/messages/batch', { channel, messages })) as {
    readonly accepted: readonly { readonly index: number; readonly id: string }[]
    readonly rejected: readonly unknown[]
  }
  if (rejected.length > 0) throw new Error(`refused on ${channel}: ${JSON.stringify(rejected)}`)
  return accepted.flatMap(({ index, id }) => {
    const item = items[index]
    return item ? [{ channel, id, to: item.to, label: item.label, fate: item.fate }] : []
  })
}

async function upload({ demo, token }: Run): Promise<string> {
  // A WAVE file without samples: the least that a player takes.
  const bytes = Buffer.from(
    '524946462400000057415645666d74201000000001000100401f0000401f00000100080064617461000000',
    'hex',
  )
  const response = await fetch(`${demo.baseUrl}/v1/media?name=demo.wav`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'audio/wav' },
    body: Buffer.concat([bytes, Buffer.alloc(1)]),
  })
  if (response.status !== 201) throw new Error(`POST /v1/media was answered ${response.status}`)
  return ((await response.json()) as { id: string }).id
}

/** Sends to every fate of a channel, and a message with a file where the channel has files. */
async function sendAll(run: Run, channel: ChannelName, people: readonly Person[], media: string): Promise<Planned[]> {
  const fates = fatesOf(channel)
  const items: Item[] = people.flatMap((person) => {
    const fate = fates[person.digits]
    return fate ? [{ ...person, label: person.digits, content: planOf(channel).content(person.digits), fate }] : []
  })
  const plain = items.find(({ fate }) => fate === fates['0001'])
  const content = planOf(channel).contentWithFile(media)
  if (plain && content !== null) items.push({ ...plain, label: 'with a file', content })
  return send(run, channel, items)
}

/** Writes to those who have opted out: no carrier may be called for them. */
const sendAgain = (run: Run, channel: ChannelName, people: readonly Person[]): Promise<Planned[]> =>
  send(
    run,
    channel,
    people
      .filter(({ digits }) => digits === OPTED_OUT)
      .map((person) => ({
        ...person,
        label: 'after opting out',
        // A keyword stops information and advertising; transactional messages would still go out.
        purpose: 'informational',
        content: planOf(channel).content(person.digits),
        fate: { ends: 'suppressed', also: [] },
      })),
  )

/** Plays a person who writes first: by callback, or by mail through email(). */
async function writeFirst({ demo }: Run, channel: ChannelName, from: string): Promise<Unasked> {
  const { sender: to } = demoChannel(demo, channel)
  const text = 'سلام، باز هستید؟'
  if (channel === 'email') await deliverMail(demo.baseUrl, { from, to, subject: 'پرسش', text })
  else await postCallback(demo, channel, { at: Date.now(), inbound: [{ id: randomUUID(), from, to, text }] })
  return { channel, type: 'message.received', party: from }
}

const MENU = 'به چاپار خوش آمدید. 1) موجودی'
const BALANCE = 'موجودی شما 120000 ریال است.'

/** Plays a USSD session: dials, presses 1 and reads the last screen of the tenant's application. */
async function holdSession({ demo, digits }: Run): Promise<Unasked[]> {
  const party = planOf('ussd').recipient(digits, '0002')
  const code = demoChannel(demo, 'ussd').sender
  const session = randomUUID()
  const step = async (number: number, input?: string): Promise<string> => {
    const event = number === 1 ? 'start' : 'input'
    const turn = { session, event, from: party, to: code, number, ...(input === undefined ? {} : { input }) } as const
    const { text, ends } = sandboxScreen.parse(
      await (await postCallback(demo, 'ussd', { at: Date.now(), turn })).json(),
    )
    return `${ends ? 'END' : 'CON'} ${text}`
  }
  const shown = [await step(1), await step(2, '1')]
  if (JSON.stringify(shown) !== JSON.stringify([`CON ${MENU}`, `END ${BALANCE}`]))
    throw new Error(`the session showed ${JSON.stringify(shown)}`)
  return ['session.started', 'session.ended'].map((type) => ({ channel: 'ussd', type, party }))
}

/** Registers an endpoint that hears every event, and the application that answers sessions unless the tenant has one. */
async function openEndpoints(receiver: Receiver, endpoints: OwnEndpoints, demo: Demo): Promise<boolean> {
  const description = 'npm run demo -- --all'
  const isTaken = (await applicationsOf(demo)).length > 0
  const { secret } = await endpoints.register({ url: receiver.url, batch: true, description })
  receiver.trust(secret)
  if (isTaken) return false
  const url = receiver.sessionsUrl
  const application = await endpoints.register({ url, events: ['session.turn'], description })
  receiver.serve(application.secret, ({ event }) =>
    event === 'start' ? { text: MENU, ends: false } : { text: BALANCE, ends: true },
  )
  return true
}

/** Waits until all that is expected was told or nothing new comes, then `QUIET` longer for what should not come. */
async function awaitTold(receiver: Receiver, asked: Asked): Promise<void> {
  const expected = expectedTally(asked)
  let heard = -1
  let heardAt = Date.now()
  while (Date.now() - heardAt < PATIENCE) {
    const events = [...receiver.events.values()]
    if (differing(expected, foundTally(events, asked)) === 0) break
    const ours = heardOf(events, asked)
    if (ours !== heard) heardAt = Date.now()
    heard = ours
    await sleep(POLL_EVERY)
  }
  await sleep(QUIET)
}

function print({ receiver }: Run, asked: Asked, seconds: number): void {
  const events = [...receiver.events.values()]
  const { planned } = asked
  const expected = expectedTally(asked)
  const found = foundTally(events, asked)
  console.log(`\n${tallyTable(expected, found)}\n`)
  const faults = strayMessages(events, planned)
  if (receiver.counts.forged > 0) faults.push(`${receiver.counts.forged} POSTs with a bad signature`)
  for (const fault of faults) console.error(fault)
  const counts = differing(expected, found)
  const channels = new Set(planned.map(({ channel }) => channel)).size
  const total = `${planned.length} messages on ${channels} channels in ${seconds.toFixed(0)} s`
  const isRight = counts + faults.length === 0
  console.log(
    isRight ? `${total}: every report, reply and event came, and nothing else.` : `${total}: ${counts} counts differ.`,
  )
  if (!isRight) process.exitCode = 1
}

async function play(run: Run, hasSession: boolean): Promise<void> {
  const startedAt = Date.now()
  const media = await upload(run)
  const planned: Planned[] = []
  const unasked: Unasked[] = []
  const people = new Map<ChannelName, Person[]>()
  for (const channel of CHANNELS) {
    const here = await peopleOf(run, channel)
    people.set(channel, here)
    planned.push(...(await sendAll(run, channel, here, media)))
    const [first] = here
    if (first) unasked.push(await writeFirst(run, channel, first.to))
  }
  if (hasSession) unasked.push(...(await holdSession(run)))
  else console.log('No session is held: another application answers the sessions of this tenant.')
  console.log(`${planned.length} messages are accepted; waiting for what becomes of them (a busy line: 30 s) …`)
  await awaitTold(run.receiver, { planned, unasked })
  for (const [channel, here] of people) planned.push(...(await sendAgain(run, channel, here)))
  await awaitTold(run.receiver, { planned, unasked })
  print(run, { planned, unasked }, (Date.now() - startedAt) / 1000)
}

/**
 * Sends to every fate of the sandbox carrier on every channel, holds a session, brings mail in, and compares all that is told.
 */
export async function demoAll(receiver: Receiver, endpoints: OwnEndpoints, demo: Demo): Promise<void> {
  const token = await accessToken(demo.baseUrl, demo.clientId, demo.clientSecret)
  const tenant = api(demo.baseUrl, token)
  const run: Run = { demo, tenant, token, receiver, digits: String(randomInt(100_000)).padStart(5, '0') }
  await play(run, await openEndpoints(receiver, endpoints, demo))
}
