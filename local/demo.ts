import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Api, accessToken, api } from './api.ts'
import { demoAll } from './demo/all.ts'
import { type CampaignRow, readCampaign } from './demo/campaign.ts'
import { type OwnEndpoints, withOwnEndpoints } from './demo/endpoints.ts'
import { type ReceivedEvent, type Receiver, startReceiver } from './demo/receiver.ts'
import {
  countsAgree,
  differences,
  eventsOfBatches,
  expectedCounts,
  percentile,
  type SentBatch,
  statusesByEvents,
} from './demo/verdict.ts'
import { type Demo, demandDemo, program } from './state.ts'

/** Messages of one batch call; the API takes 10,000, or 1 MB. */
const CALL_SIZE = 500
/** Milliseconds without a new event after which the demo stops waiting. */
const PATIENCE = 90_000
const POLL_EVERY = 250

interface Sent {
  readonly batches: readonly SentBatch[]
  readonly acceptMs: readonly number[]
}

const isTerminal = process.stdout.isTTY

/** Shows progress: on a terminal one line that is written over, elsewhere a line at every tenth part. */
function progress(label: string, done: number, total: number): void {
  const share = total === 0 ? 1 : done / total
  const bar = '█'.repeat(Math.round(share * 30)).padEnd(30, '░')
  const line = `${label.padEnd(9)} ${bar} ${String(done).padStart(6)}/${total}`
  if (isTerminal) process.stdout.write(`\r${line}${done === total ? '\n' : ''}`)
  else if (done === total) console.log(line)
}

async function send(tenant: Api, from: string, rows: readonly CampaignRow[]): Promise<Sent> {
  const batches: SentBatch[] = []
  const acceptMs: number[] = []
  for (let at = 0; at < rows.length; at += CALL_SIZE) {
    const slice = rows.slice(at, at + CALL_SIZE)
    const messages = slice.map(({ ref, to, purpose, text }) => ({ clientRef: ref, to, purpose, content: { text } }))
    const startedAt = performance.now()
    const answer = (await tenant.post('/v1/messages/batch', { channel: 'sms', from, messages })) as Omit<
      SentBatch,
      'rows'
    >
    acceptMs.push(performance.now() - startedAt)
    batches.push({ ...answer, rows: slice })
    progress('accepted', Math.min(rows.length, at + CALL_SIZE), rows.length)
  }
  return { batches, acceptMs }
}

/** Waits until every message is where the campaign expects it, or nothing new was heard for a while. */
async function awaitEvents(receiver: Receiver, batches: readonly SentBatch[]): Promise<void> {
  const total = batches.reduce((sum, { accepted }) => sum + accepted.length, 0)
  let heardAt = Date.now()
  let heard = -1
  for (;;) {
    const events = eventsOfBatches(receiver.events.values(), batches)
    const open = differences(batches, statusesByEvents(events)).length
    progress('reported', Math.max(0, total - open), total)
    if (open === 0 || Date.now() - heardAt > PATIENCE) break
    if (events.length !== heard) heardAt = Date.now()
    heard = events.length
    await sleep(POLL_EVERY)
  }
}

/** Batches whose counts in the ledger differ from the campaign's, after some seconds of asking: the ledger follows the events. */
async function wrongBatches(tenant: Api, batches: readonly SentBatch[]): Promise<string[]> {
  let wrong: string[] = []
  for (let tried = 0; tried < 20; tried++) {
    wrong = []
    for (const batch of batches) {
      const { counts } = (await tenant.get(`/v1/batches/${batch.id}`)) as { counts: Record<string, number> }
      if (!countsAgree(counts, expectedCounts(batch)))
        wrong.push(`${batch.id}: ${JSON.stringify(counts)}, expected ${JSON.stringify(expectedCounts(batch))}`)
    }
    if (wrong.length === 0) break
    await sleep(500)
  }
  return wrong
}

function table(rows: readonly (readonly [string, string])[]): void {
  for (const [name, value] of rows) console.log(`  ${name.padEnd(28)} ${value}`)
}

function printOutcome(batches: readonly SentBatch[], events: readonly ReceivedEvent[]): void {
  const counts = new Map<string, number>()
  for (const status of statusesByEvents(events).values()) counts.set(status, (counts.get(status) ?? 0) + 1)
  counts.set(
    'refused at accept',
    batches.reduce((sum, { rejected }) => sum + rejected.length, 0),
  )
  console.log('\nWhat became of every message')
  table([...counts].sort((a, b) => b[1] - a[1]).map(([status, count]) => [status, String(count)]))
}

/** Prints the differences, at most the first ones and how many more there are. */
function printFaults(faults: readonly string[]): void {
  if (faults.length === 0) {
    console.log('\n202 ids, batch counts and verified events agree with the campaign, message by message.')
    return
  }
  console.error(`\n${faults.length} differences from the campaign:`)
  for (const fault of faults.slice(0, 20)) console.error(`  ${fault}`)
  process.exitCode = 1
}

async function run(
  receiver: Receiver,
  endpoints: OwnEndpoints,
  demo: Demo,
  rows: readonly CampaignRow[],
): Promise<void> {
  const tenant = api(demo.baseUrl, await accessToken(demo.baseUrl, demo.clientId, demo.clientSecret))
  const { secret } = await endpoints.register({ url: receiver.url, batch: true, description: 'npm run demo' })
  receiver.trust(secret)
  const startedAt = Date.now()
  const { batches, acceptMs } = await send(tenant, demo.line, rows)
  const acceptedAt = Date.now()
  await awaitEvents(receiver, batches)
  const seconds = (Date.now() - startedAt) / 1000
  const events = eventsOfBatches(receiver.events.values(), batches)
  printOutcome(batches, events)
  console.log('\nHow fast')
  table([
    ['from first call to last event', `${seconds.toFixed(1)} s`],
    ['messages/s, end to end', (rows.length / seconds).toFixed(0)],
    ['messages/s, accepted', (rows.length / ((acceptedAt - startedAt) / 1000)).toFixed(0)],
    [`accept of ${CALL_SIZE}, p50`, `${percentile(acceptMs, 0.5).toFixed(0)} ms`],
    [`accept of ${CALL_SIZE}, p99`, `${percentile(acceptMs, 0.99).toFixed(0)} ms`],
    ['verified webhook POSTs', String(receiver.counts.posts)],
    ['distinct events', `${events.length} (${receiver.counts.repeated} came again)`],
  ])
  printFaults([
    ...differences(batches, statusesByEvents(events)).map(
      ({ ref, expected, found }) => `${ref}: ${found}, expected ${expected}`,
    ),
    ...(await wrongBatches(tenant, batches)).map((batch) => `batch ${batch}`),
    ...(receiver.counts.forged > 0 ? [`${receiver.counts.forged} POSTs with a bad signature`] : []),
    ...(receiver.counts.repeated > 0 ? [`${receiver.counts.repeated} events came again, though each was taken`] : []),
  ])
}

await program(async () => {
  const { values } = parseArgs({ options: { rows: { type: 'string' }, all: { type: 'boolean', default: false } } })
  const rows = readCampaign().slice(0, Number(values.rows ?? Number.POSITIVE_INFINITY))
  const demo = demandDemo()
  const receiver = await startReceiver('demo')
  try {
    await withOwnEndpoints(demo, (endpoints) =>
      values.all ? demoAll(receiver, endpoints, demo) : run(receiver, endpoints, demo, rows),
    )
  } finally {
    await receiver.close()
  }
})
