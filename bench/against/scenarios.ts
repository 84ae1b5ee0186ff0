import { setTimeout as sleep } from 'node:timers/promises'
import { load, postBytes } from '../load.ts'
import { startSmtpSink } from '../smtp-sink.ts'
import { type BenchTenant, createTenant } from '../tenants.ts'
import { BATCH, sendBatches, sendSingles } from '../traffic.ts'
import { wave } from '../wave.ts'
import type { Side } from './side.ts'

/** One kind of work, the same for both builds. */
export interface Scenario {
  readonly name: string
  /** Does one slice of it; messages done. */
  run(): Promise<number>
}

const SINGLE = { connections: 32, milliseconds: 1_000 }
const MANY = { connections: 4, milliseconds: 1_000 }
/** Messages of a wave: so many that the index by party, where a build fills it later, is filled once in each. */
const WAVE = 20_000
const CALLBACKS = 2_000
const MAILS = 1_000
/** Milliseconds that the mail server may wait for the next mail. */
const PATIENCE = 60_000

async function until(what: string, done: () => boolean): Promise<void> {
  const givenUpAt = performance.now() + PATIENCE
  while (!done()) {
    if (performance.now() > givenUpAt) throw new Error(`${what} did not happen within a minute`)
    await sleep(5)
  }
}

async function mails(side: Side): Promise<Scenario & { close(): Promise<void> }> {
  const sink = await startSmtpSink()
  const settings = { host: '127.0.0.1', port: sink.port, security: 'none' }
  const line = 'shop@bench.example'
  const tenant = await createTenant(side, { name: 'mail', channel: 'email', provider: 'smtp', settings, line })
  const url = side.url('mail', '/v1/messages/batch')
  const messages = Array.from({ length: MAILS }, (_, n) => ({ to: `reader${n}@bench.example` }))
  const content = { subject: 'Order 45122', text: 'Your order is on its way.\n'.repeat(20) }
  const body = JSON.stringify({ channel: 'email', from: line, content, messages })
  const requests = [postBytes(url, body, { authorization: `Bearer ${tenant.token}` })]
  return {
    name: 'mails by SMTP',
    close: sink.close,
    async run() {
      const before = sink.taken()
      await load({ url, requests, status: 202, connections: 1, count: 1 })
      await until('the last mail', () => sink.taken() >= before + MAILS)
      return MAILS
    },
  }
}

/** Brings a build's ledger to this many delivered messages, through its API. */
export async function fill(side: Side, rows: number): Promise<void> {
  const tenant = await createTenant(side, { name: 'filling', webhook: 'batch' })
  for (let done = 0; done < rows; done += WAVE) await wave(side, 'chapar', tenant, Math.min(WAVE, rows - done))
}

/** Ends when all is delivered and the index has caught up. */
const waves = (name: string, side: Side, { tenant, count }: { tenant: BenchTenant; count: number }): Scenario => ({
  name,
  async run() {
    await wave(side, 'chapar', tenant, count)
    const givenUpAt = performance.now() + PATIENCE
    while ((await side.unindexed()) >= WAVE) {
      if (performance.now() > givenUpAt) throw new Error('the index by party did not catch up within a minute')
      await sleep(5)
    }
    return count
  },
})

/** All scenarios of one build, ready to run in any order. */
export async function scenariosOf(
  side: Side,
): Promise<{ readonly all: readonly Scenario[]; readonly close: () => Promise<void> }> {
  const accept = await createTenant(side, { name: 'accept' })
  const whole = await createTenant(side, { name: 'end to end', webhook: 'batch' })
  const one = await createTenant(side, { name: 'single callbacks', batchCallbacks: false, webhook: 'batch' })
  const mail = await mails(side)
  const all: Scenario[] = [
    { name: 'single accept', run: async () => (await sendSingles(side, 'accept', accept, SINGLE)).requests },
    { name: 'batch accept', run: async () => (await sendBatches(side, 'accept', accept, MANY)).requests * BATCH },
    waves('end to end', side, { tenant: whole, count: WAVE }),
    waves('one callback a message', side, { tenant: one, count: CALLBACKS }),
    mail,
  ]
  return { all, close: () => mail.close() }
}
