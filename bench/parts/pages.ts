import { setTimeout as sleep } from 'node:timers/promises'
import type { TenantId } from '#worker/domain/ids.ts'
import { UNSUCCESSFUL } from '#worker/domain/messages/status.ts'
import { realmOf } from '#worker/domain/realm.ts'
import { DAY } from '#worker/domain/time.ts'
import { REALM } from '#worker/store/codes/codes.ts'
import { sealText } from '#worker/store/keys/sealed.ts'
import type { Measured } from '../figures.ts'
import type { Counts } from '../spy.ts'
import type { Stage } from '../stage.ts'
import { type BenchTenant, call } from '../tenants.ts'
import { recipient } from '../traffic.ts'
import { ARCHIVE_LINE } from './archive.ts'

/** Rows that pages of the console read when they are opened: the calls that each makes then, as its sources have them. */

/** Messages of the batch that a page is opened of: the most that one has. */
const BATCH = 10_000
/** Days that have counts: as many as are kept. */
const COUNTED_DAYS = 400
/** Milliseconds for the access log's row of the call before to be written. */
const SETTLE = 150

type Calls = readonly `/${string}`[]

/** Messages of the batch that are of one person. */
const OF_ONE = 50

const since = (days: number): string => new Date(Date.now() - days * DAY).toISOString()

/** What a page is opened of. */
interface Things {
  readonly batchId: string
  readonly messageId: string
  readonly webhookId: string
}

/** Calls of Home over half a year, the most that it looks back, and over thirty days with what was before. */
function home(path: string, split: string): Calls {
  const zone = 'zone=Asia/Tehran&calendar=persian'
  const ask = (from: string, by: string, more = ''): `/${string}` => `/${path}?from=${from}&by=${by}${more}&${zone}`
  return [
    ask(since(1), 'hour,direction'),
    ask(since(30), 'day,direction'),
    ask(since(30), split),
    ask(since(30), 'direction'),
    ask(since(60), 'direction', `&to=${since(30)}`),
  ]
}

function pagesOf({ batchId, messageId, webhookId }: Things): Readonly<Record<string, Calls>> {
  const person = encodeURIComponent(recipient(7))
  const other = encodeURIComponent(recipient(20_000))
  const zone = 'zone=Asia/Tehran&calendar=persian'
  return {
    home: ['/v1/account', '/v1/webhooks', ...home('v1/statistics', 'channel,direction')],
    'home, six months': [
      `/v1/statistics?from=${since(180)}&by=month,direction&${zone}`,
      `/v1/statistics?from=${since(180)}&by=direction&${zone}`,
    ],
    'home, first steps': ['/v1/messages?limit=10&after=2000-01-01T00:00:00Z', '/v1/webhooks'],
    messages: ['/v1/messages?limit=20', '/v1/senders'],
    'messages, a look for new ones': [`/v1/messages?limit=20&after=${since(0)}`],
    'messages that failed': ['/v1/messages?limit=20&status=failed'],
    'messages of a sender': [`/v1/messages?limit=20&from=${encodeURIComponent(ARCHIVE_LINE)}`],
    'messages of nobody, a filter that nothing passes': ['/v1/messages?limit=20&channel=voice'],
    'messages of a person with 1,000': [`/v1/messages?limit=20&person=${person}`],
    'messages of a person with 1,000, by channel': [`/v1/messages?limit=20&channel=sms&person=${person}`],
    'messages of a person with 1,000, a filter that nothing passes': [
      `/v1/messages?limit=20&direction=inbound&person=${person}`,
    ],
    'messages of a person with 50': [`/v1/messages?limit=20&person=${other}`],
    message: [
      `/v1/messages/${messageId}`,
      `/v1/messages/${messageId}/events`,
      `/v1/messages?resendOf=${messageId}&limit=5`,
    ],
    inbox: [`/v1/messages?direction=inbound&limit=20&after=${since(7)}`],
    'inbox, a person with 1,000 messages': [`/v1/messages?person=${person}&limit=20`],
    'inbox, a person with 50 messages': [`/v1/messages?person=${other}&limit=20`],
    batches: ['/v1/batches?limit=20'],
    'batch of 10,000': [
      `/v1/batches/${batchId}`,
      `/v1/messages?batch=${batchId}&status=${UNSUCCESSFUL.join()}&limit=20`,
    ],
    verifications: [
      '/v1/verifications?limit=20',
      '/v1/verifications/guard',
      `/v1/statistics/verifications?from=${since(30)}&by=reason`,
      `/v1/statistics/verifications?from=${since(30)}&by=prefix`,
    ],
    'developers, webhooks': ['/v1/webhooks'],
    'developers, an endpoint': [`/v1/webhooks/${webhookId}`, `/v1/webhooks/${webhookId}/deliveries?limit=20`],
    'access log': ['/v1/requests?limit=25'],
    sessions: ['/v1/sessions?limit=20'],
    suppressions: ['/v1/suppressions?limit=50'],
    devices: ['/v1/devices?limit=25'],
    files: ['/v1/media?limit=20'],
    senders: ['/v1/senders'],
    settings: ['/v1/account', '/v1/senders'],
  }
}

/** Pages of operators. */
const OPERATOR: Readonly<Record<string, Calls>> = {
  'operator: health': ['/admin/v1/health'],
  'operator: traffic': home('admin/v1/statistics', 'connection,direction'),
  'operator: connections': ['/admin/v1/connections?limit=100', '/admin/v1/providers'],
  'operator: accounts': ['/admin/v1/tenants?limit=50'],
  'operator: dead letters': ['/admin/v1/dead-letters'],
}

/** Puts counts of the last days into the ledger, as the sweep leaves them. */
async function fillStatistics(stage: Stage, tenant: BenchTenant): Promise<void> {
  const realm = realmOf(tenant.id as TenantId, 'live')
  const today = Math.floor(Date.now() / DAY)
  const days = Array.from({ length: COUNTED_DAYS }, (_, n) => today - n)
  const keys = await stage.keys.standing(tenant.id as TenantId)
  const sealed = (day: number, column: string) =>
    sealText(keys, '{}', ['verification_statistics', realm, String(day), column])
  const verified = await Promise.all(
    days.map(async (day) => [day, await sealed(day, 'counts'), await sealed(day, 'prefixes')]),
  )
  const firm = JSON.stringify({ c: [''], t: [[0, 0, 0, 60, 100, 100, 5, 100]] })
  await stage.ledger.batch([
    ...['', REALM.encode(realm)].map((of) =>
      stage.ledger
        .prepare(`INSERT OR IGNORE INTO statistics SELECT unhex(?1), value, ?3, '[]' FROM json_each(?2)`)
        .bind(of, JSON.stringify(days), firm),
    ),
    stage.ledger
      .prepare(
        `INSERT OR IGNORE INTO verification_statistics SELECT ?1, value->>0, value->>1, value->>2 FROM json_each(?2)`,
      )
      .bind(realm, JSON.stringify(verified)),
  ])
}

/** Sends the largest batch there is, and waits until it has ended. */
async function sendLargest(stage: Stage, tenant: BenchTenant): Promise<Things> {
  const as = { worker: 'chapar', token: tenant.token } as const
  const messages = Array.from({ length: BATCH }, (_, n) => ({ to: recipient(20_000 + Math.max(0, n - OF_ONE + 1)) }))
  const body = { channel: 'sms', content: { text: 'x' }, messages }
  const sent = (await call(stage, as, 'POST /v1/messages/batch', body)) as {
    readonly id: string
    readonly accepted: readonly { readonly id: string }[]
  }
  for (;;) {
    const { counts } = (await call(stage, as, `GET /v1/batches/${sent.id}`)) as { counts: Record<string, number> }
    if (counts['delivered'] === BATCH) break
    await sleep(SETTLE)
  }
  const { data } = (await call(stage, as, 'GET /v1/webhooks')) as { readonly data: readonly { id: string }[] }
  return { batchId: sent.id, messageId: sent.accepted[0]?.id ?? '', webhookId: data[0]?.id ?? '' }
}

async function rowsReadBy(stage: Stage, token: string, calls: Calls): Promise<number> {
  let rows = 0
  for (const path of calls) {
    await sleep(SETTLE)
    await fetch(stage.url('counted', '/bench/reset'))
    await call(stage, { worker: 'counted', token }, `GET ${path}`)
    rows += ((await (await fetch(stage.url('counted', '/bench/counts'))).json()) as Counts).rowsRead
  }
  return rows
}

/** Rows read by each page of the console beside a million messages of one account; the most of any. */
export async function openPages(stage: Stage, tenant: BenchTenant): Promise<Record<string, Measured>> {
  await fillStatistics(stage, tenant)
  const pages = pagesOf(await sendLargest(stage, tenant))
  const found: (readonly [page: string, rows: number])[] = []
  // The second time, as what an isolate has heard of an account once it remembers.
  for (const [page, calls] of Object.entries(pages))
    for (const isWarm of [false, true]) {
      const rows = await rowsReadBy(stage, tenant.token, calls)
      if (isWarm) found.push([page, rows])
    }
  for (const [page, calls] of Object.entries(OPERATOR))
    found.push([page, await rowsReadBy(stage, stage.operatorToken, calls)])
  console.log(found.map(([page, rows]) => `${String(rows).padStart(6)}  ${page}`).join('\n'))
  const most = (some: typeof found): Measured => ({ value: Math.max(...some.map(([, rows]) => rows)) })
  return {
    'pages.rowsRead': most(found),
  }
}
