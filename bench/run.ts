import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { gzipSync } from 'node:zlib'
import { CREDENTIAL_SCOPES } from '#worker/domain/people/scopes.ts'
import { bundleWorker } from '../local/build/bundle.ts'
import { readWrangler } from '../local/build/wrangler-config.ts'
import { against } from './against/run.ts'
import { measureConsole } from './console/run.ts'
import { FIGURES, type Measured, nested, passes, type Results, table } from './figures.ts'
import { showGuard } from './guard/show.ts'
import { acceptBatches, acceptOverHono, acceptOverQueue } from './parts/accept.ts'
import { fillArchive } from './parts/archive.ts'
import { inboundMessages, pushEncryptions, smtpMails, ussdTurns } from './parts/channels.ts'
import { costOfMillion, countTraffic } from './parts/counts.ts'
import { endToEnd, singlePosts } from './parts/end-to-end.ts'
import { indexByParty } from './parts/index-by-party.ts'
import { listPages } from './parts/list.ts'
import { memory } from './parts/memory.ts'
import { neighbours } from './parts/neighbours.ts'
import { openPages } from './parts/pages.ts'
import { purgeUnderTraffic } from './parts/purge.ts'
import { verifications } from './parts/verifications.ts'
import { besideKannel } from './peers/kannel.ts'
import { type Stage, startStage } from './stage.ts'
import { createTenant } from './tenants.ts'

const OUTPUT = '.chapar/bench.json'
const KIB = 1024

type Part = readonly [name: string, run: (stage: Stage) => Promise<Results>]

async function kibOf(entry: string): Promise<Measured> {
  const { code } = await bundleWorker({ entry, minify: true })
  return { value: gzipSync(code, { level: 9 }).length / KIB }
}

async function bundleSize(): Promise<Results> {
  return {
    'bundle.gatewayKiB': await kibOf('worker/split/api.ts'),
    'bundle.allInOneKiB': await kibOf(readWrangler().main),
  }
}

/** Counts come first: their purges need a ledger with nothing else in it. */
async function counts(stage: Stage): Promise<Results> {
  const echo = await createTenant(stage, { name: 'echo', webhook: 'batch' })
  const byRef = await createTenant(stage, { name: 'by ref', provider: 'sandbox-by-ref', webhook: 'batch' })
  const single = await createTenant(stage, { name: 'single callbacks', batchCallbacks: false, webhook: 'batch' })
  const { figures, sent, purged } = await countTraffic(stage, echo, 'perMessage')
  return {
    ...figures,
    'cost.perMillionMessages': { value: costOfMillion(sent, purged) },
    ...(await countTraffic(stage, byRef, 'perMessage.byRef')).figures,
    ...(await countTraffic(stage, single, 'perMessage.singleCallback')).figures,
  }
}

async function accepts(stage: Stage): Promise<Results> {
  const tenant = await createTenant(stage, { name: 'accept' })
  return {
    ...(await acceptOverHono(stage, tenant)),
    ...(await acceptOverQueue(stage, tenant)),
    ...(await acceptBatches(stage, tenant)),
  }
}

async function wholeWay(stage: Stage): Promise<Results> {
  const tenant = await createTenant(stage, { name: 'end to end', webhook: 'batch' })
  const single = await createTenant(stage, { name: 'single posts', webhook: 'single' })
  return {
    ...(await endToEnd(stage, tenant)),
    ...(await singlePosts(stage, single)),
  }
}

async function archive(stage: Stage): Promise<Results> {
  const tenant = await createTenant(stage, { name: 'archive' })
  await fillArchive(stage, tenant)
  return { ...(await listPages(stage, tenant)), ...(await purgeUnderTraffic(stage, tenant)) }
}

/** Pages of the console, beside as many messages as the archive has. */
async function pages(stage: Stage): Promise<Results> {
  const tenant = await createTenant(stage, { name: 'pages', webhook: 'batch', scopes: CREDENTIAL_SCOPES })
  await fillArchive(stage, tenant)
  return openPages(stage, tenant)
}

async function channels(stage: Stage): Promise<Results> {
  const ussd = await createTenant(stage, { name: 'sessions', channel: 'ussd', line: '*384*7#', mode: 'test' })
  const inbound = await createTenant(stage, { name: 'inbound', webhook: 'batch', mode: 'test' })
  return {
    ...(await pushEncryptions(stage)),
    ...(await smtpMails(stage)),
    ...(await ussdTurns(stage, ussd)),
    ...(await inboundMessages(stage, inbound)),
  }
}

const codes = async (stage: Stage): Promise<Results> =>
  verifications(stage, await createTenant(stage, { name: 'codes', scopes: ['verifications:write'] }))

const PARTS: readonly Part[] = [
  ['bundle', bundleSize],
  ['counts', counts],
  ['accept', accepts],
  ['end to end', wholeWay],
  ['memory', memory],
  ['neighbours', neighbours],
  ['channels', channels],
  ['verifications', codes],
  ['index', indexByParty],
  ['archive', archive],
  ['pages', pages],
]

/** A part that fails leaves its figures unmeasured, which counts as missed; the others are still run. */
async function measure(stage: Stage, only: readonly string[]): Promise<Results> {
  const results: Record<string, Measured> = {}
  for (const [name, run] of PARTS) {
    if (only.length > 0 && !only.includes(name)) continue
    const startedAt = performance.now()
    try {
      Object.assign(results, await run(stage))
    } catch (error) {
      console.error(`${name}: ${error instanceof Error ? error.message : 'failed'}`)
    }
    console.error(`${name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
  }
  return results
}

function write(results: Results, seconds: number): void {
  const thresholds = FIGURES.flatMap((figure) => {
    const passed = passes(figure, results[figure.field])
    return passed === null ? [] : [[figure.field, { ...figure.threshold, passed }] as const]
  })
  const machine = { cpus: cpus().length, model: cpus()[0]?.model ?? 'unknown', node: process.version }
  const report = {
    at: new Date().toISOString(),
    seconds: Math.round(seconds),
    machine,
    ...nested(results),
    thresholds: Object.fromEntries(thresholds),
  }
  mkdirSync('.chapar', { recursive: true })
  writeFileSync(OUTPUT, `${JSON.stringify(report, null, 2)}\n`)
}

async function figures(only: readonly string[]): Promise<void> {
  const startedAt = performance.now()
  const stage = await startStage()
  const results = await measure(stage, only).finally(() => stage.dispose())
  const seconds = (performance.now() - startedAt) / 1000
  const shown = only.length > 0 ? FIGURES.filter(({ field }) => field in results) : FIGURES
  write(results, seconds)
  console.log(`\n${table(results, shown)}\n\n${OUTPUT} written after ${Math.round(seconds)} s.`)
  const missed = shown.filter((figure) => passes(figure, results[figure.field]) === false)
  if (missed.length > 0) {
    console.log(`${missed.length} of the thresholds are missed: ${missed.map(({ field }) => field).join(', ')}.`)
    process.exitCode = 1
  }
}

const [command, ...rest] = process.argv.slice(2)
if (command === 'against') await against(rest)
else if (command === 'kannel') await besideKannel()
else if (command === 'guard') showGuard()
else if (command === 'console') await measureConsole()
else await figures(process.argv.slice(2))
