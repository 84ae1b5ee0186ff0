import { setTimeout as sleep } from 'node:timers/promises'
import type { Measured } from '../figures.ts'
import type { Counts } from '../spy.ts'
import type { Stage } from '../stage.ts'
import { type BenchTenant, call } from '../tenants.ts'
import { recipient } from '../traffic.ts'
import { ARCHIVE_LINE } from './archive.ts'

/** Pages of every kind; those that match little or nothing are the hard ones. */
const QUERIES: readonly Readonly<Record<string, string>>[] = [
  {},
  { limit: '100' },
  { clientRef: 'order-100', limit: '100' },
  { status: 'undelivered,rejected', limit: '100' },
  { status: 'accepted', limit: '100' },
  { channel: 'voice', limit: '100' },
  { direction: 'inbound', limit: '100' },
  { from: ARCHIVE_LINE, limit: '100' },
  { from: '+982100000000', status: 'delivered', limit: '100' },
]
/** Pages of one person. Everybody of the archive has a thousand messages in it, many in each row of the index. */
const OF_PERSON: readonly Readonly<Record<string, string>>[] = [
  { to: recipient(3), limit: '100' },
  { to: recipient(50_000) },
  { person: recipient(7), limit: '100' },
]
/** Pages of what did not succeed, a thousand of the million: each must be full. */
const FAILED: readonly Readonly<Record<string, string>>[] = [
  { status: 'failed' },
  { status: 'failed', limit: '100' },
  { status: 'failed,expired,undelivered,rejected,unknown', limit: '100' },
]
/** Messages of a page that asks for no number. */
const USUAL = 50
/** Pages looked at of each. */
const DEPTH = 3
/** Milliseconds for the access log's row of the page before to be written. */
const SETTLE = 150

interface Page {
  readonly data: readonly unknown[]
  readonly nextCursor: string | null
}

async function rowsReadBy(stage: Stage, tenant: BenchTenant, query: URLSearchParams): Promise<[number, Page]> {
  await sleep(SETTLE)
  await fetch(stage.url('counted', '/bench/reset'))
  const page = (await call(stage, { worker: 'counted', token: tenant.token }, `GET /v1/messages?${query}`)) as Page
  const counts = (await (await fetch(stage.url('counted', '/bench/counts'))).json()) as Counts
  return [counts.rowsRead, page]
}

/** The most rows that any page of these queries reads. A page of fewer messages than `leastOf` says is a fault. */
async function mostRead(
  stage: Stage,
  tenant: BenchTenant,
  queries: readonly Readonly<Record<string, string>>[],
  leastOf: (query: Readonly<Record<string, string>>) => number,
): Promise<Measured> {
  let most = 0
  for (const given of queries) {
    let cursor: string | null = null
    for (let depth = 0; depth < DEPTH; depth++) {
      const query: URLSearchParams = new URLSearchParams(cursor === null ? given : { ...given, cursor })
      const [rows, page] = await rowsReadBy(stage, tenant, query)
      if (page.data.length < leastOf(given)) throw new Error(`a page of ${page.data.length} messages`)
      most = Math.max(most, rows)
      cursor = page.nextCursor
      if (cursor === null) break
    }
  }
  return { value: most }
}

/** The most rows that any page of the list reads, with a million messages of one tenant. */
export const listPages = async (stage: Stage, tenant: BenchTenant): Promise<Record<string, Measured>> => ({
  'list.rowsRead': await mostRead(stage, tenant, QUERIES, (query) => (Object.keys(query).length === 0 ? 1 : 0)),
  'list.personRowsRead': await mostRead(stage, tenant, OF_PERSON, () => 0),
  'list.failedRowsRead': await mostRead(stage, tenant, FAILED, ({ limit }) => Number(limit ?? USUAL)),
})
