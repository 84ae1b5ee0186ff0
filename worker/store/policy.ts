import type { AddressKind } from '#worker/domain/addresses/address.ts'
import type { Region } from '#worker/domain/addresses/number-plans.ts'
import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { ClientId, ConnectionId, EndpointId, TenantId } from '#worker/domain/ids.ts'
import type { Purpose } from '#worker/domain/messages/message.ts'
import type { Mode } from '#worker/domain/realm.ts'
import { policyPack } from '#worker/domain/tenants/policy-packs/all.ts'
import type {
  Credential,
  EndpointSummary,
  LineClass,
  Policy,
  Route,
  RouteConnection,
  Sender,
  TenantStatus,
} from '#worker/domain/tenants/tenant.ts'

interface TenantRow {
  readonly status: TenantStatus
  readonly version: number
  readonly time_zone: string
  readonly pack: string
  readonly region: Region | null
  readonly limits: string
  readonly shards: string
  readonly on_unknown: Policy['onUnknown']
  readonly default_purpose: Purpose
}
interface CredentialRow {
  readonly id: ClientId
  readonly name: string
  readonly mode: Mode
  readonly proof: string
  readonly scopes: string
  readonly allowed_ips: string | null
  readonly expires_at: number | null
  readonly revoked_at: number | null
}
interface SenderRow {
  readonly channel: ChannelName
  readonly value: string
  readonly kind: AddressKind
  readonly line_class: LineClass
  readonly is_default: number
  readonly connection_id: ConnectionId | null
}
interface RouteRow {
  readonly tenant_id: string
  readonly channel: ChannelName
  readonly mode: Mode
  /** JSON array of `RouteConnection`. */
  readonly connections: string
}
interface EndpointRow {
  readonly id: EndpointId
  readonly mode: Mode
  readonly events: string | null
}

const TENANT = `SELECT status, version, time_zone, pack, region, limits, shards, on_unknown, default_purpose
FROM tenants WHERE id = ?1`
// Revoked credentials are left out: what a policy does not name is refused.
const CREDENTIALS = `SELECT id, name, mode, proof, scopes, allowed_ips, expires_at, revoked_at
FROM credentials WHERE tenant_id = ?1 AND (revoked_at IS NULL OR revoked_at > unixepoch() * 1000)`
const SENDERS = 'SELECT channel, value, kind, line_class, is_default, connection_id FROM senders WHERE tenant_id = ?1'
const ROUTES = `SELECT tenant_id, channel, mode,
  (SELECT json_group_array(json_object('id', j.value,
      'features', json(CASE c.status WHEN 'active' THEN c.features ELSE '[]' END)) ORDER BY j.key)
    FROM json_each(r.connections) j LEFT JOIN connections c ON c.id = j.value) AS connections
FROM routes r WHERE tenant_id IN (?1, '') ORDER BY channel, mode, tenant_id`
const ENDPOINTS = `SELECT id, mode, events FROM webhooks WHERE tenant_id = ?1 AND status = 'active' ORDER BY id`

const credentialOf = (row: CredentialRow): Credential => ({
  id: row.id,
  name: row.name,
  mode: row.mode,
  proof: JSON.parse(row.proof) as Credential['proof'],
  scopes: JSON.parse(row.scopes) as Credential['scopes'],
  allowedIps: row.allowed_ips === null ? null : (JSON.parse(row.allowed_ips) as string[]),
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
})

const senderOf = (row: SenderRow): Sender => ({
  channel: row.channel,
  address: { kind: row.kind, value: row.value },
  lineClass: row.line_class,
  isDefault: row.is_default === 1,
  connectionId: row.connection_id,
})

/** A tenant's own route replaces the default one (empty tenant id) of the same channel and mode. */
function routesOf(rows: readonly RouteRow[]): readonly Route[] {
  const routes = new Map<string, Route>()
  for (const row of rows.toSorted((a, b) => a.tenant_id.length - b.tenant_id.length)) {
    const { channel, mode } = row
    routes.set(`${channel} ${mode}`, {
      channel,
      mode,
      connections: JSON.parse(row.connections) as RouteConnection[],
    })
  }
  return [...routes.values()]
}

const endpointOf = ({ id, mode, events }: EndpointRow): EndpointSummary => ({
  id,
  mode,
  events: events === null ? null : (JSON.parse(events) as string[]),
})

/** All that an isolate may know of a tenant, as of one moment (one transaction); null: there is no such tenant. */
export async function loadPolicy(control: D1Database, tenantId: TenantId): Promise<Policy | null> {
  const statements = [TENANT, CREDENTIALS, SENDERS, ROUTES, ENDPOINTS]
  const results = await control.batch(statements.map((sql) => control.prepare(sql).bind(tenantId)))
  const rowsOf = <Row>(index: number) => (results[index]?.results ?? []) as Row[]
  const tenant = rowsOf<TenantRow>(0)[0]
  if (!tenant) return null
  return {
    tenantId,
    version: tenant.version,
    status: tenant.status,
    timeZone: tenant.time_zone,
    pack: tenant.pack,
    region: tenant.region ?? policyPack(tenant.pack).defaultRegion,
    limits: JSON.parse(tenant.limits) as Policy['limits'],
    shards: JSON.parse(tenant.shards) as number[],
    onUnknown: tenant.on_unknown,
    defaultPurpose: tenant.default_purpose,
    credentials: rowsOf<CredentialRow>(1).map(credentialOf),
    senders: rowsOf<SenderRow>(2).map(senderOf),
    routes: routesOf(rowsOf<RouteRow>(3)),
    endpoints: rowsOf<EndpointRow>(4).map(endpointOf),
  }
}
