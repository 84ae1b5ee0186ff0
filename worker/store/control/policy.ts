import type { TenantId } from '#worker/domain/ids.ts'
import { levelDailyOf } from '#worker/domain/limits/identity-rules.ts'
import { type Member, withinMakers } from '#worker/domain/people/member.ts'
import { policyPack } from '#worker/domain/tenants/policy-packs/all.ts'
import { settingsOf } from '#worker/domain/tenants/settings.ts'
import type { EndpointSummary, Policy, Route, RouteConnection, Sender } from '#worker/domain/tenants/tenant.ts'
import { columnsOf, parsedRow, type RawRow } from '#worker/store/sql/columns.ts'
import { credentials, routes, senders, tenants, webhooks } from './schema.ts'

const TENANT_COLUMNS = ['status', 'version', 'settings', 'shards'] as const
const CREDENTIAL_COLUMNS = [
  'id',
  'name',
  'mode',
  'proof',
  'scopes',
  'allowedIps',
  'expiresAt',
  'revokedAt',
  'madeBy',
] as const
const SENDER_COLUMNS = ['channel', 'value', 'kind', 'lineClass', 'isDefault', 'connectionId', 'mode'] as const
const ROUTE_COLUMNS = ['tenantId', 'channel', 'mode'] as const
const ENDPOINT_COLUMNS = ['mode', 'events'] as const

const TENANT = `SELECT ${columnsOf(tenants, TENANT_COLUMNS)} FROM tenants WHERE id = ?1`
// Credentials without those revoked more than a day ago: until then a client that signs its own tokens is told why it is refused.
// A token of a credential that the policy does not name is refused too.
const CREDENTIALS = `SELECT ${columnsOf(credentials, CREDENTIAL_COLUMNS)} FROM credentials
WHERE tenant_id = ?1 AND (revoked_at IS NULL OR revoked_at > (unixepoch() - 86400) * 1000)`
const MEMBERS = `SELECT m.person_id AS id, m.role, p.generation FROM memberships m JOIN people p ON p.id = m.person_id
WHERE m.tenant_id = ?1 AND p.status = 'active' ORDER BY m.person_id`
const SENDERS = `SELECT ${columnsOf(senders, SENDER_COLUMNS)} FROM senders WHERE tenant_id = ?1`
/** Routes with the features of their connections: none if a connection is not active, null if they were never written down. */
const ROUTES = `SELECT ${columnsOf(routes, ROUTE_COLUMNS)},
  (SELECT json_group_array(json_object('id', j.value,
      'features', json(CASE c.status WHEN 'active' THEN c.features ELSE '[]' END)) ORDER BY j.key)
    FROM json_each(r.connections) j LEFT JOIN connections c ON c.id = j.value) AS connections
FROM routes r WHERE tenant_id IN (?1, '') ORDER BY channel, mode, tenant_id`
const ENDPOINTS = `SELECT ${columnsOf(webhooks, ENDPOINT_COLUMNS)} FROM webhooks
WHERE tenant_id = ?1 AND status = 'active' ORDER BY id`

/** Of the licensee's one row (people/licensee.ts). */
const LICENCE = `SELECT settings ->> '$.legal.licenceNumber' AS number FROM licensee WHERE ?1 <> '' LIMIT 1`

type TenantRow = RawRow<typeof tenants, (typeof TENANT_COLUMNS)[number]>
type CredentialRow = RawRow<typeof credentials, (typeof CREDENTIAL_COLUMNS)[number]>
type SenderRow = RawRow<typeof senders, (typeof SENDER_COLUMNS)[number]>
/** Row of ROUTES. `connections`: JSON of `RouteConnection[]`. */
type RouteRow = RawRow<typeof routes, (typeof ROUTE_COLUMNS)[number]> & { readonly connections: string }
type EndpointRow = RawRow<typeof webhooks, (typeof ENDPOINT_COLUMNS)[number]>

function senderOfRow(row: SenderRow): Sender {
  const { kind, value, ...rest } = parsedRow(senders, row)
  return { ...rest, address: { kind, value } }
}

/** Routes in force: a tenant's own one replaces the default one (empty tenant id) of the same channel and mode. */
function routesOfRows(rows: readonly RouteRow[]): readonly Route[] {
  const found = new Map<string, Route>()
  for (const row of rows.toSorted((a, b) => a.tenantId.length - b.tenantId.length)) {
    const { channel, mode } = row
    const connections = JSON.parse(row.connections) as RouteConnection[]
    found.set(`${channel} ${mode}`, { channel, mode, connections })
  }
  return [...found.values()]
}

/** Reads all that an isolate may know of a tenant in one transaction; null: there is no such tenant. */
export async function loadPolicy(control: D1Database, tenantId: TenantId): Promise<Policy | null> {
  const statements = [TENANT, CREDENTIALS, SENDERS, ROUTES, ENDPOINTS, MEMBERS, LICENCE]
  const results = await control.batch(statements.map((sql) => control.prepare(sql).bind(tenantId)))
  const rowsOf = <Found>(index: number) => (results[index]?.results ?? []) as Found[]
  const [found] = rowsOf<TenantRow>(0)
  if (!found) return null
  const { settings: stored, ...tenant } = parsedRow(tenants, found)
  const settings = settingsOf(stored)
  const members = rowsOf<Member>(5)
  return {
    tenantId,
    ...tenant,
    ...settings,
    region: settings.region ?? policyPack(settings.pack).defaultRegion,
    levelDaily: levelDailyOf(settings),
    credentials: withinMakers(
      rowsOf<CredentialRow>(1).map((row) => parsedRow(credentials, row)),
      members,
    ),
    members,
    senders: rowsOf<SenderRow>(2).map(senderOfRow),
    routes: routesOfRows(rowsOf<RouteRow>(3)),
    isLicensed: (rowsOf<{ number: string | null }>(6)[0]?.number ?? '') !== '',
    endpoints: rowsOf<EndpointRow>(4).map((row): EndpointSummary => parsedRow(webhooks, row)),
  }
}
