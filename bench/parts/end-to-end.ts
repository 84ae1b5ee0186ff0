import type { Measured } from '../figures.ts'
import { alternate } from '../pairs.ts'
import { cpuSeconds } from '../process.ts'
import { insertUpdateScript, ledgerScript, withFreshIds } from '../replay.ts'
import type { RecordedCall } from '../spy.ts'
import type { Stage } from '../stage.ts'
import { median, ratioOf } from '../statistics.ts'
import type { BenchTenant } from '../tenants.ts'
import { BATCH } from '../traffic.ts'
import { untilHeard, wave } from '../wave.ts'

const ROUNDS = 10
const MESSAGES = 10_000

type Figures = Record<string, Measured>

/** Every database call of one end-to-end run. */
async function recordRun(stage: Stage, tenant: BenchTenant): Promise<RecordedCall[]> {
  await fetch(stage.url('counted', '/bench/reset?record'))
  await wave(stage, 'counted', tenant, MESSAGES)
  return (await (await fetch(stage.url('counted', '/bench/recorded'))).json()) as RecordedCall[]
}

async function delivered(stage: Stage): Promise<number> {
  const sql = 'SELECT count(*) AS n FROM messages WHERE status = 60'
  return (await stage.ledger.prepare(sql).first<number>('n')) ?? 0
}

/** Runs a script on the ledger about messages that are new to it; messages a second. */
async function runBare(stage: Stage, script: string): Promise<number> {
  const url = stage.url('floor-statements')
  await fetch(url, { method: 'PUT', body: withFreshIds(script, Date.now()) })
  const startedAt = performance.now()
  const answer = await fetch(url, { method: 'POST' })
  if (!answer.ok) throw new Error(`the bare statements failed: ${(await answer.text()).slice(0, 300)}`)
  await answer.text()
  return MESSAGES / ((performance.now() - startedAt) / 1000)
}

/** A replay that skips the work would be no floor. */
async function proveReplay(stage: Stage, script: string): Promise<void> {
  const before = await delivered(stage)
  await runBare(stage, script)
  const done = (await delivered(stage)) - before
  if (done !== MESSAGES) throw new Error(`the replay brought ${done} of ${MESSAGES} messages to delivered`)
}

/** Accept → ledger → submitted → reported → notified, over the same ledger statements run bare. */
export async function endToEnd(stage: Stage, tenant: BenchTenant): Promise<Figures> {
  const calls = await recordRun(stage, tenant)
  const ledger = ledgerScript(calls)
  const plain = insertUpdateScript(calls)
  await proveReplay(stage, ledger)
  await proveReplay(stage, plain)
  const plainRates: number[] = []
  const cpu: number[] = []
  const pairs = await alternate(
    ROUNDS,
    async () => {
      const before = cpuSeconds(stage.runtime)
      const rate = await wave(stage, 'chapar', tenant, MESSAGES)
      cpu.push(((cpuSeconds(stage.runtime) - before) * 1000) / MESSAGES)
      return rate
    },
    async () => {
      const rate = await runBare(stage, ledger)
      plainRates.push(await runBare(stage, plain))
      return rate
    },
  )
  const { ratio, quartiles, subject, floor } = ratioOf(pairs)
  const plainPairs = pairs.map((pair, i) => ({ subject: pair.subject, floor: plainRates[i + 1] ?? Number.NaN }))
  const bare = ratioOf(plainPairs)
  return {
    'endToEnd.ratioToLedger': { value: ratio, quartiles },
    'endToEnd.ratioToInsertUpdate': { value: bare.ratio, quartiles: bare.quartiles },
    'endToEnd.messagesPerSecond': { value: subject },
    'endToEnd.ledgerMessagesPerSecond': { value: floor },
    'perMessage.cpuMs': { value: median(cpu.slice(1)) },
  }
}

const SINGLE_POST_MESSAGES = 3 * BATCH

/** A webhook that takes one event a POST: POSTs a second from the first message to the last event. */
export async function singlePosts(stage: Stage, tenant: BenchTenant): Promise<Figures> {
  const startedAt = performance.now()
  await wave(stage, 'chapar', tenant, SINGLE_POST_MESSAGES)
  const { posts } = await untilHeard(stage, 0)
  return { 'notify.singlePostsPerSecond': { value: posts / ((performance.now() - startedAt) / 1000) } }
}
