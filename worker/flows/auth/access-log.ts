import { type PersonId, type RequestId, shardOf } from '#worker/domain/ids.ts'
import { modeOf } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { isIp } from '#worker/lib/http/ip-range.ts'
import { credentialsOf } from '#worker/store/control/credentials.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import { callsBy, callsOn, type ScannedRequest, scanCallsFrom, scanCallsOf } from '#worker/store/request-list.ts'
import type { RequestRead } from '#worker/store/requests.ts'
import type { Principal } from './principal.ts'

/** Rows that one look at a shard reads where not all of them need fit, and most looks of one page. */
const SCAN = 500
const LOOKS = 4

/**
 * Page of the access log. `nextCursor` null: there is no more · `lookedUntil`: time of the oldest row that was looked at, of a
 * page that is not full.
 */
interface RequestPage {
  readonly rows: readonly RequestRead[]
  readonly nextCursor: string | null
  readonly lookedUntil: EpochMs | null
}

interface PageQuery {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly cursor: string
  readonly limit: number
}

type Look = (db: D1Database, before: string, scan: number) => Promise<readonly ScannedRequest[]>

/**
 * Merges what the shards hold to one page, from the highest place down. A shard whose look was full says nothing of the rows
 * behind its last one, so the merged page ends at the highest such row.
 */
async function merged(databases: readonly D1Database[], look: Look, before: string, { limit, scan }: Bounds) {
  const found = await Promise.all(databases.map((db) => look(db, before, scan)))
  const floor = found
    .flatMap((rows) => (rows.length === scan ? [rows.at(-1)?.place ?? ''] : []))
    .reduce((a, b) => (a > b ? a : b), '')
  const known = found
    .flat()
    .filter(({ place }) => place >= floor)
    .toSorted((a, b) => (a.place < b.place ? 1 : -1))
  const hits = known.filter(({ row }) => row !== null)
  const shown = hits.slice(0, limit)
  const last = hits.length > limit ? shown.at(-1) : floor === '' ? undefined : known.at(-1)
  return { shown: shown.flatMap(({ row }) => row ?? []), last }
}

interface Bounds {
  readonly limit: number
  readonly scan: number
}

/** Looks until the page holds a hit, or there is no more, or it has looked often enough. */
async function pageOf(
  databases: readonly D1Database[],
  look: Look,
  before: string,
  bounds: Bounds,
): Promise<RequestPage> {
  let place = before
  for (let n = 1; ; n++) {
    const { shown, last } = await merged(databases, look, place, bounds)
    if (last === undefined) return { rows: shown, nextCursor: null, lookedUntil: null }
    const isFull = shown.length === bounds.limit
    if (shown.length > 0 || n === LOOKS)
      return { rows: shown, nextCursor: last.place, lookedUntil: isFull ? null : last.at }
    place = last.place
  }
}

const shardsOf = ({ env }: Platform, shards: readonly number[]): readonly D1Database[] =>
  shards.map((shard) => shardOfEnv(env, shard))

/** Conditions on a tenant's own calls. */
interface OwnQuery extends PageQuery {
  /** An address or a CIDR block. */
  readonly ip?: string | undefined
  readonly credential?: string | undefined
  readonly person?: string | undefined
  readonly status?: number | undefined
}

/** Lists the calls that credentials and people of the caller's tenant made in the caller's mode, newest first. */
export async function ownCalls(
  platform: Platform,
  { tenantId, realm, policy }: Principal,
  { from, to, cursor, limit, ip, credential, person, status = undefined }: OwnQuery,
): Promise<RequestPage> {
  const mode = modeOf(realm)
  const own = (await credentialsOf(platform.env.CONTROL, tenantId)).filter((one) => one.mode === mode)
  // A call has one maker: of a credential and a person at once there is none.
  const actors = person === undefined ? own.map(({ id }) => id).filter((id) => (credential ?? id) === id) : []
  const people = credential === undefined ? ((person ?? 'all') as PersonId | 'all') : null
  if (actors.length === 0 && people === null) return { rows: [], nextCursor: null, lookedUntil: null }
  const calls = { tenantId, from, to, actors, people, mode, status: status ?? null, ip: ip ?? null }
  const look: Look = (db, before, scan) => scanCallsOf(db, platform.keys, calls, { before, scan })
  return pageOf(shardsOf(platform, policy.shards), look, cursor, { limit, scan: SCAN })
}

/** Lists all calls of a tenant, or of nobody known (an empty id), newest first. */
export function callsOfTenant(
  platform: Platform,
  tenantId: string,
  { from, to, cursor, limit }: PageQuery,
): Promise<RequestPage> {
  const calls = { tenantId, from, to, actors: null, people: null, mode: null, status: null, ip: null }
  const look: Look = (db, before, scan) => scanCallsOf(db, platform.keys, calls, { before, scan })
  return pageOf(shardsOf(platform, boundShards(platform.env)), look, cursor, { limit, scan: limit + 1 })
}

/** Lists the calls from an address or a CIDR block, of all tenants and of operators. `ip` must be one of these. */
export function callsFrom(
  platform: Platform,
  ip: string,
  { from, to, cursor, limit }: PageQuery,
): Promise<RequestPage> {
  const look: Look = (db, before, scan) => scanCallsFrom(db, platform.keys, { ip, from, to }, { before, scan })
  const scan = isIp(ip) ? limit + 1 : Math.max(limit + 1, SCAN)
  return pageOf(shardsOf(platform, boundShards(platform.env)), look, cursor, { limit, scan })
}

/** Request that an id was made from; null: the id does not tell. Of a batch's message it is the batch's. */
function makerOf(object: string): RequestId | null {
  const digits = /^(?:msg|bat)_([0-9a-z]{16})|^(?:med|ses|dev)_[0-9a-z]{12}([0-9a-z]{16})/.exec(object)
  const request = digits?.[1] ?? digits?.[2]
  return request === undefined ? null : `req_${request}`
}

/** Page of the newest of some rows, of which each shard brought one more than a page holds. */
function newestOf(found: readonly RequestRead[], limit: number): RequestPage {
  const byId = new Map(found.map((row) => [row.id, row]))
  const rows = [...byId.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1))
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1) : undefined
  return { rows: shown, nextCursor: last?.id ?? null, lookedUntil: null }
}

/** Lists the calls that a person made, for whichever tenant or as one of the staff, newest first. */
export async function callsOfPerson(
  { env, keys }: Platform,
  person: string,
  { from, to, cursor, limit }: PageQuery,
): Promise<RequestPage> {
  const page = { before: cursor, limit: limit + 1 }
  const found = boundShards(env).map((shard) => callsBy(shardOfEnv(env, shard), keys, { person, from, to }, page))
  return newestOf((await Promise.all(found)).flat(), limit)
}

/** Lists the calls that touched an object, looked for it, or made it, of all tenants and of operators, newest first. */
export async function callsAbout(
  platform: Platform,
  object: string,
  { from, to, cursor, limit }: PageQuery,
): Promise<RequestPage> {
  const maker = makerOf(object)
  const isOn = (shard: number): boolean => !/^(?:msg|bat)_/.test(object) || shard === shardOf(object as `msg_${string}`)
  const found = await Promise.all(
    boundShards(platform.env).map((shard) =>
      callsOn(
        shardOfEnv(platform.env, shard),
        platform.keys,
        { object, from, to, maker: isOn(shard) ? maker : null },
        { before: cursor, limit: limit + 1 },
      ),
    ),
  )
  return newestOf(found.flat(), limit)
}
