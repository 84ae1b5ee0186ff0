import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Side, startSide } from '../against/side.ts'
import { load } from '../load.ts'
import { alternate } from '../pairs.ts'
import { cpuSeconds } from '../process.ts'
import { MAIN } from '../stage.ts'
import { median, ratioOf } from '../statistics.ts'
import { type BenchTenant, createTenant } from '../tenants.ts'
import { recipient, sendSingles, TEXT } from '../traffic.ts'
import { EVENTS_A_MESSAGE, untilHeard } from '../wave.ts'
import { hasKannel, type KannelGateway, startKannel } from './kannel-gateway.ts'

const ROUNDS = 4
/** Messages of a slice, and connections that send them, each one after the other. */
const MESSAGES = 3_000
const CONNECTIONS = 32
const VARIANTS = 50
/** Milliseconds in which a slice has to be delivered. */
const PATIENCE = 120_000

/** A carrier that takes and delivers every message, and the client's server that hears of it; both count. */
interface Outside {
  readonly carrierUrl: string
  readonly reportUrl: string
  /** Delivery reports that the client was told of. */
  reported(): number
  close(): void
}

/**
 * Milliseconds from a message to its report. Kannel drops reports of messages whose acceptance it has not written down yet; the
 * sandbox carrier's wait for a queue of their own.
 */
const REPORT_MS = 50

/** Calls the address that Kannel gave for the report: the client's own address is a part of it, and has marks of its own. */
async function report(address: string): Promise<void> {
  await sleep(REPORT_MS)
  const answer = await fetch(address.replace('dlr-mask=%d', 'dlr-mask=1'))
  if (!answer.ok) throw new Error(`Kannel answered a report with ${answer.status}`)
}

async function startOutside(): Promise<Outside> {
  let reported = 0
  const take = (response: ServerResponse, address: string | null): void => {
    response.writeHead(202, { 'content-type': 'text/plain' }).end('0: Accepted for delivery')
    if (address) report(address).catch((error: Error) => console.error(error.message))
  }
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://outside')
    if (pathname === '/carrier') return take(response, searchParams.get('dlr-url'))
    reported++
    response.end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    carrierUrl: `${origin}/carrier`,
    reportUrl: `${origin}/client`,
    reported: () => reported,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function sendBytes(kannel: KannelGateway, to: string, reportUrl: string): Buffer {
  const url = new URL(kannel.sendUrl)
  const fields = {
    from: '10004346',
    to,
    text: TEXT,
    coding: '2',
    charset: 'UTF-8',
    'dlr-mask': '1',
    'dlr-url': reportUrl,
  }
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value)
  return Buffer.from(`GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: keep-alive\r\n\r\n`)
}

/** One slice: messages a second from the first call to the last delivery that the client was told of, and CPU a message. */
type Slice = () => Promise<{ readonly rate: number; readonly accepted: number; readonly cpuMicros: number }>

async function timed(cpu: () => number, send: () => Promise<number>, delivered: () => Promise<unknown>) {
  const [cpuBefore, startedAt] = [cpu(), performance.now()]
  const accepted = await send()
  await delivered()
  const seconds = (performance.now() - startedAt) / 1000
  return { rate: MESSAGES / seconds, accepted, cpuMicros: ((cpu() - cpuBefore) * 1e6) / MESSAGES }
}

function kannelSlice(kannel: KannelGateway, outside: Outside): Slice {
  const requests = Array.from({ length: VARIANTS }, (_, n) => sendBytes(kannel, recipient(n), outside.reportUrl))
  const pace = { connections: CONNECTIONS, count: MESSAGES, status: 202 }
  return () => {
    const due = outside.reported() + MESSAGES
    const delivered = async (): Promise<void> => {
      for (const givenUpAt = performance.now() + PATIENCE; outside.reported() < due; await sleep(5))
        if (performance.now() > givenUpAt) throw new Error(`Kannel: ${due - outside.reported()} reports did not come`)
    }
    const send = async () => (await load({ url: kannel.sendUrl.href, requests, ...pace })).perSecond
    return timed(kannel.cpuSeconds, send, delivered)
  }
}

function ownSlice(side: Side, tenant: BenchTenant): Slice {
  const pace = { connections: CONNECTIONS, count: MESSAGES }
  return async () => {
    await fetch(side.url('receiver', '/'), { method: 'DELETE' })
    return timed(
      () => cpuSeconds(side.runtime),
      async () => (await sendSingles(side, MAIN, tenant, pace)).perSecond,
      () => untilHeard(side, MESSAGES * EVENTS_A_MESSAGE),
    )
  }
}

const shown = (value: number, digits = 0): string => value.toLocaleString('en', { maximumFractionDigits: digits })

async function compare(own: Slice, theirs: Slice): Promise<void> {
  const kept = { own: [] as Awaited<ReturnType<Slice>>[], theirs: [] as Awaited<ReturnType<Slice>>[] }
  const slice = (run: Slice, into: Awaited<ReturnType<Slice>>[]) => async () => {
    const one = await run()
    into.push(one)
    return one.rate
  }
  const pairs = await alternate(ROUNDS, slice(own, kept.own), slice(theirs, kept.theirs))
  const { ratio, quartiles, subject, floor } = ratioOf(pairs)
  const of = (name: keyof typeof kept, field: 'accepted' | 'cpuMicros') =>
    median(kept[name].slice(1).map((one) => one[field]))
  console.log(`
${MESSAGES} single messages over ${CONNECTIONS} connections, one report each, ${ROUNDS} rounds by turns    Chapar    Kannel
from the first call to the last delivery the client hears of, messages/s    ${shown(subject)}    ${shown(floor)}    ratio ${shown(ratio, 2)} (${shown(quartiles.low, 2)} … ${shown(quartiles.high, 2)})
accepted meanwhile, messages/s    ${shown(of('own', 'accepted'))}    ${shown(of('theirs', 'accepted'))}
CPU µs a message    ${shown(of('own', 'cpuMicros'))}    ${shown(of('theirs', 'cpuMicros'))}

Chapar's CPU is of the whole runtime: emulated queues and databases, its carrier and its receiver. Kannel's is of bearerbox and smsbox;
its carrier and receiver are this process. Kannel's spool is not synced to the disk, and its reports are matched in memory. The
emulated queue has one batch of ten messages under way at a time, which bounds Chapar here; the platform has up to 250.`)
}

/** `npm run bench -- kannel`: the whole way of single messages beside Kannel, where the machine has it (Debian: `kannel`). */
export async function besideKannel(): Promise<void> {
  if (!hasKannel()) {
    console.log('skipped: this machine has no Kannel (Debian: apt-get install kannel)')
    return
  }
  const outside = await startOutside()
  try {
    const kannel = await startKannel(outside.carrierUrl)
    const side = await startSide(process.cwd()).catch(async (error: unknown) => {
      await kannel.dispose()
      throw error
    })
    try {
      const tenant = await createTenant(side, { name: 'beside Kannel', batchCallbacks: false, webhook: 'batch' })
      await compare(ownSlice(side, tenant), kannelSlice(kannel, outside))
    } finally {
      await Promise.all([kannel.dispose(), side.dispose()])
    }
  } finally {
    outside.close()
  }
}
