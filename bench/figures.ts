import { type Quartiles, significant } from './statistics.ts'

/** What a figure must reach; none: printed for information. */
export type Threshold = { readonly atLeast: number } | { readonly atMost: number }

export interface Figure {
  /** Where it stands in bench.json. */
  readonly field: string
  readonly title: string
  readonly threshold?: Threshold
}

const THROUGHPUT: readonly Figure[] = [
  {
    field: 'single.ratioToHono',
    title: 'accept without the queue / bare Hono POST',
    threshold: { atLeast: 0.5 },
  },
  { field: 'single.ratioToFloor', title: 'single accept / parse + queue.send', threshold: { atLeast: 0.7 } },
  { field: 'single.requestsPerSecond', title: 'single accept, requests/s' },
  { field: 'single.p50Ms', title: 'single accept, p50 ms at 32 connections' },
  { field: 'single.p95Ms', title: 'single accept, p95 ms' },
  { field: 'single.p99Ms', title: 'single accept, p99 ms' },
  { field: 'batch.ratioToFloor', title: 'batch accept / parse + sendBatch', threshold: { atLeast: 0.4 } },
  { field: 'batch.messagesPerSecond', title: 'batch accept, messages/s' },
  { field: 'batch.p50Ms', title: 'batch accept of 1,000, p50 ms at 4 connections' },
  { field: 'batch.p95Ms', title: 'batch accept of 1,000, p95 ms' },
  { field: 'batch.p99Ms', title: 'batch accept of 1,000, p99 ms' },
  { field: 'endToEnd.ratioToLedger', title: 'end to end / its own statements bare', threshold: { atLeast: 0.5 } },
  { field: 'endToEnd.ratioToInsertUpdate', title: 'end to end / bare insert + update' },
  { field: 'endToEnd.messagesPerSecond', title: 'end to end, messages/s' },
  { field: 'endToEnd.ledgerMessagesPerSecond', title: 'its own statements bare, messages/s' },
  { field: 'notify.singlePostsPerSecond', title: 'webhook, one POST an event, POSTs/s' },
  { field: 'neighbours.usualMs', title: 'one tenant’s message, from the call to its last event, ms' },
  { field: 'neighbours.medianMs', title: 'the same beside 20 dead endpoints with 10,000 messages, median ms' },
  { field: 'neighbours.worstMs', title: 'the same, worst of 15, ms' },
  { field: 'neighbours.worstRatio', title: 'the same, worst / usual', threshold: { atMost: 2 } },
]

/** Counts a message, for one kind of carrier. */
const perMessage = (prefix: string, title: string, thresholds: Readonly<Record<string, Threshold>>): Figure[] => {
  const names: Readonly<Record<string, string>> = {
    d1RowsWritten: 'D1 rows written, purge included',
    d1RowsRead: 'D1 rows read',
    d1Statements: 'D1 statements',
    d1Calls: 'D1 calls (a batch is one)',
    tenantCalls: 'Tenant object calls',
    objectCalls: 'Durable Object calls, all',
    queueOperations: 'queue operations: write, read, delete a 64 KB',
    queueCalls: 'queue calls: send, sendBatch, consumed batch',
  }
  return Object.entries(names).map(([name, words]) => {
    const threshold = thresholds[name]
    return { field: `${prefix}.${name}`, title: `${title}: ${words}`, ...(threshold ? { threshold } : {}) }
  })
}

const FEW = { atMost: 0.05 }

const COUNTS: readonly Figure[] = [
  ...perMessage('perMessage', 'a message', {
    d1RowsWritten: { atMost: 4.2 },
    d1Statements: FEW,
    tenantCalls: FEW,
    queueOperations: FEW,
    queueCalls: FEW,
  }),
  ...perMessage('perMessage.byRef', 'no echo of our ref', { d1RowsWritten: { atMost: 6.2 } }),
  ...perMessage('perMessage.singleCallback', 'one callback a message', { queueOperations: { atMost: 0.5 } }),
  { field: 'perMessage.cpuMs', title: 'a message: CPU ms of the whole runtime, emulated D1 and queues included' },
  { field: 'cost.perMillionMessages', title: 'a million messages in platform charges, US$ (docs/cost.md)' },
]

const STORE: readonly Figure[] = [
  { field: 'list.rowsRead', title: 'rows read by a page of 1,000,000', threshold: { atMost: 500 } },
  {
    field: 'list.personRowsRead',
    title: 'rows read by a page of a person with 1,000 messages',
    threshold: { atMost: 500 },
  },
  {
    field: 'list.failedRowsRead',
    title: 'rows read by a full page of the 1,000 that failed',
    threshold: { atMost: 500 },
  },
  {
    field: 'pages.rowsRead',
    title: 'rows read by a page of the console beside 1,000,000 messages, most of any',
    threshold: { atMost: 500 },
  },
  { field: 'index.firstMicros', title: 'index by party, append and fill, first 200,000 messages, µs a message' },
  { field: 'index.lastMicros', title: 'the same, last 200,000 of 2,000,000, µs a message' },
  { field: 'index.dayMs', title: 'messages of a person in a day, of 2,000,000 in 186 days, ms' },
  { field: 'index.halfYearMs', title: 'messages of a person in 186 days, of 2,000,000, ms', threshold: { atMost: 50 } },
  { field: 'index.callMs', title: 'a call of the emulated database that reads nothing, ms' },
  { field: 'purge.rowsPerSecond', title: 'purge under traffic, rows/s' },
  { field: 'purge.maxChunkMs', title: 'purge, longest chunk in ms', threshold: { atMost: 500 } },
  { field: 'purge.acceptP99Ratio', title: 'accept p99 while purging / before', threshold: { atMost: 2 } },
  { field: 'purge.acceptP99Ms', title: 'accept p99 while purging, ms' },
  {
    field: 'bundle.gatewayKiB',
    title: 'script of the API’s Worker, minified and gzipped, KiB',
    threshold: { atMost: 170 },
  },
  { field: 'bundle.allInOneKiB', title: 'the same of the one Worker with every provider of every channel, KiB' },
  { field: 'heap.usedMiB', title: 'gateway’s V8 heap in waves of 10,000, at most 128 MiB: most in use, MiB' },
  { field: 'heap.heldMiB', title: 'the same, most that V8 held for it, MiB', threshold: { atMost: 100 } },
  { field: 'heap.messagesPerSecond', title: 'end to end with such a heap, messages/s' },
]

/** For information: what one part of a channel does, and the least that it could be. */
const CHANNELS: readonly Figure[] = [
  { field: 'push.encryptionsPerSecond', title: 'web push messages encrypted (RFC 8291), one Worker, messages/s' },
  { field: 'push.webCryptoPerSecond', title: 'its WebCrypto calls bare, messages/s' },
  { field: 'push.ratioToWebCrypto', title: 'encryption / its WebCrypto calls bare' },
  { field: 'email.smtpPerSecond', title: 'mails built and sent by SMTP, one session at a time, mails/s' },
  { field: 'email.socketPerSecond', title: 'their bytes through such a socket, mails/s' },
  { field: 'email.ratioToSocket', title: 'SMTP / their bytes through such a socket' },
  { field: 'ussd.turnP99Ms', title: 'a turn of a session, p99 ms with 8 people at once' },
  { field: 'ussd.floorP99Ms', title: 'an object a session that writes once and asks the webhook, p99 ms' },
  { field: 'ussd.ratioToFloor', title: 'a turn’s p99 / such an object’s' },
  { field: 'verification.startPerSecond', title: 'starts of verifications, calls/s' },
  { field: 'verification.checkPerSecond', title: 'checks of codes, calls/s' },
  { field: 'verification.newObjectPerSecond', title: 'calls of new objects that count and store, calls/s' },
  { field: 'verification.objectPerSecond', title: 'calls of such objects that are there already, calls/s' },
  { field: 'verification.startRatio', title: 'starts / calls of new objects' },
  { field: 'verification.checkRatio', title: 'checks / calls of objects that are there' },
  { field: 'inbound.messagesPerSecond', title: 'messages of people, callback to webhook, messages/s' },
  { field: 'inbound.insertsPerSecond', title: 'the insert of their rows bare, messages/s' },
  { field: 'inbound.ratioToInsert', title: 'inbound / the insert of its rows bare' },
]

/** Every figure of the benchmark, in the order of the table. */
export const FIGURES: readonly Figure[] = [...THROUGHPUT, ...CHANNELS, ...COUNTS, ...STORE]

export interface Measured {
  readonly value: number
  readonly quartiles?: Quartiles
}
/** By field. */
export type Results = Readonly<Record<string, Measured>>

/** Null where nothing is asked; a figure that was not measured has missed its threshold. */
export function passes({ threshold }: Figure, measured: Measured | undefined): boolean | null {
  if (!threshold) return null
  if (!measured || !Number.isFinite(measured.value)) return false
  return 'atLeast' in threshold ? measured.value >= threshold.atLeast : measured.value <= threshold.atMost
}

const shown = (value: number): string =>
  Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(significant(value, 3))

const asked = (threshold: Threshold | undefined): string =>
  !threshold ? '' : 'atLeast' in threshold ? `≥ ${threshold.atLeast}` : `≤ ${threshold.atMost}`

const verdict = { true: 'pass', false: 'MISS', null: '' } as const

function rowOf(figure: Figure, measured: Measured | undefined): readonly string[] {
  const spread = measured?.quartiles
  return [
    figure.field,
    measured ? shown(measured.value) : '–',
    spread ? `${shown(spread.low)} … ${shown(spread.high)}` : '',
    asked(figure.threshold),
    verdict[String(passes(figure, measured)) as keyof typeof verdict],
    figure.title,
  ]
}

/** The figures as lines of text in columns. */
export function table(results: Results, figures: readonly Figure[] = FIGURES): string {
  const header = ['field', 'value', 'quartiles', 'must', '', 'what']
  const rows = [header, ...figures.map((figure) => rowOf(figure, results[figure.field]))]
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 1 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

interface Tree {
  [name: string]: number | readonly number[] | Tree
}

function put(tree: Tree, path: readonly string[], value: number | readonly number[]): void {
  const [name = '', ...rest] = path
  if (rest.length === 0) {
    tree[name] = value
    return
  }
  const child = tree[name]
  const branch = typeof child === 'object' && !Array.isArray(child) ? (child as Tree) : {}
  tree[name] = branch
  put(branch, rest, value)
}

/** The figures as the object of bench.json; the quartiles of `a.b` stand in `a.bQuartiles`. */
export function nested(results: Results): Tree {
  const tree: Tree = {}
  for (const [field, { value, quartiles }] of Object.entries(results)) {
    put(tree, field.split('.'), significant(value))
    if (quartiles) put(tree, `${field}Quartiles`.split('.'), [significant(quartiles.low), significant(quartiles.high)])
  }
  return tree
}
