import { setTimeout as sleep } from 'node:timers/promises'
import type { Measured } from '../figures.ts'
import type { Counts } from '../spy.ts'
import type { Stage } from '../stage.ts'
import type { BenchTenant } from '../tenants.ts'
import { BATCH } from '../traffic.ts'
import { wave } from '../wave.ts'

const MESSAGES = 30 * BATCH
const WARM = 2 * BATCH
const DAY = 86_400_000
/** Behind the retention floor of everything sent so far. */
const AFTER_RETENTION = 187 * DAY
const PURGE = '17 * * * *'
/** Runs of the purge, which stops itself at a bounded number of statements, until nothing is left. */
const MOST_RUNS = 40

const counts = async (stage: Stage, path: '/bench/reset' | '/bench/counts'): Promise<Counts> =>
  (await (await fetch(stage.url('counted', path))).json()) as Counts

/** Runs the purge once on the counted Worker, with its clock at `time`. */
async function runPurge(stage: Stage, time: number): Promise<void> {
  const query = new URLSearchParams({ cron: PURGE, time: String(time) })
  const answer = await fetch(stage.url('counted', `/bench/scheduled?${query}`))
  if (!answer.ok) throw new Error(`the purge failed: ${(await answer.text()).slice(0, 300)}`)
}

/** Purges all that was sent so far; what it cost. A run that was through leaves no cursor. */
export async function purgeAll(stage: Stage): Promise<Counts> {
  const cursors = stage.ledger.prepare('SELECT count(*) AS n FROM cursors')
  await counts(stage, '/bench/reset')
  const time = Date.now() + AFTER_RETENTION
  for (let run = 0; run < MOST_RUNS; run++) {
    await runPurge(stage, time)
    if ((await cursors.first<number>('n')) === 0) return counts(stage, '/bench/counts')
  }
  throw new Error(`the purge is not through after ${MOST_RUNS} runs`)
}

/** A purge that leaves messages behind would be a cheap one. */
export async function demandEmpty(stage: Stage): Promise<void> {
  const left = await stage.ledger.prepare('SELECT count(*) AS n FROM messages').first<number>('n')
  if (left !== 0) throw new Error(`the purge has left ${left} messages behind`)
}

/** Milliseconds for what follows the last event (work rows, delivery log) to be written. */
const SETTLE = 500

/** Counts of one kind of carrier at sustained batch load, by message. */
export async function countTraffic(
  stage: Stage,
  tenant: BenchTenant,
  prefix: string,
): Promise<{ readonly figures: Record<string, Measured>; readonly sent: Counts; readonly purged: Counts }> {
  await wave(stage, 'counted', tenant, WARM)
  await sleep(SETTLE)
  await purgeAll(stage)
  await counts(stage, '/bench/reset')
  await wave(stage, 'counted', tenant, MESSAGES)
  await sleep(SETTLE)
  const sent = await counts(stage, '/bench/counts')
  const purged = await purgeAll(stage)
  await demandEmpty(stage)
  const each = (total: number): Measured => ({ value: total / MESSAGES })
  return {
    sent,
    purged,
    figures: {
      [`${prefix}.d1RowsWritten`]: each(sent.rowsWritten + purged.rowsWritten),
      [`${prefix}.d1RowsRead`]: each(sent.rowsRead + purged.rowsRead),
      [`${prefix}.d1Statements`]: each(sent.d1Statements + purged.d1Statements),
      [`${prefix}.d1Calls`]: each(sent.d1Calls + purged.d1Calls),
      [`${prefix}.tenantCalls`]: each(sent.tenantCalls),
      [`${prefix}.objectCalls`]: each(sent.objectCalls),
      [`${prefix}.queueOperations`]: each(sent.queueBilled - sent.sandboxBilled),
      [`${prefix}.queueCalls`]: each(sent.queueSends + sent.queueBatches),
    },
  }
}

/** List prices in US$ of the paid plan, beyond what it includes (docs/cost.md). */
const PRICES = {
  workerRequest: 0.3e-6,
  d1RowWritten: 1e-6,
  d1RowRead: 0.001e-6,
  queueOperation: 0.4e-6,
  objectRequest: 0.15e-6,
}

/** US$ for a million messages in batches of a thousand, by what was counted; CPU time is not in it. */
export function costOfMillion(sent: Counts, purged: Counts): number {
  const requests = MESSAGES / BATCH + sent.queueBatches
  const total =
    requests * PRICES.workerRequest +
    (sent.rowsWritten + purged.rowsWritten) * PRICES.d1RowWritten +
    (sent.rowsRead + purged.rowsRead) * PRICES.d1RowRead +
    (sent.queueBilled - sent.sandboxBilled) * PRICES.queueOperation +
    sent.objectCalls * PRICES.objectRequest
  return (total / MESSAGES) * 1e6
}
