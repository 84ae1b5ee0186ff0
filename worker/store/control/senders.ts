import type { AddressKind } from '#worker/domain/addresses/address.ts'
import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { ConnectionId, TenantId } from '#worker/domain/ids.ts'
import type { LineClass, Sender } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { changePolicy } from './version.ts'

export interface StoredSender extends Sender {
  readonly tenantId: TenantId
  readonly createdAt: EpochMs
}

interface SenderRow {
  readonly channel: ChannelName
  readonly value: string
  readonly kind: AddressKind
  readonly tenant_id: TenantId
  readonly line_class: LineClass
  readonly is_default: number
  readonly connection_id: ConnectionId | null
  readonly created_at: number
}

const fromRow = (row: SenderRow): StoredSender => ({
  channel: row.channel,
  address: { kind: row.kind, value: row.value },
  tenantId: row.tenant_id,
  lineClass: row.line_class,
  isDefault: row.is_default === 1,
  connectionId: row.connection_id,
  createdAt: row.created_at,
})

/** A sender to assign; without a word on `isDefault` a tenant's first on the channel is the default, and an old one stays as it is. */
type SenderAssignment = Omit<StoredSender, 'isDefault'> & { readonly isDefault: boolean | null }

const ASSIGN = `INSERT INTO senders (channel, value, kind, tenant_id, line_class, is_default, connection_id, created_at)
SELECT ?1, ?2, ?3, ?4, ?5,
  coalesce(?6, NOT EXISTS (SELECT 1 FROM senders WHERE tenant_id = ?4 AND channel = ?1 AND is_default = 1)), ?7, ?8
WHERE true
ON CONFLICT (channel, value) DO UPDATE SET line_class = excluded.line_class, connection_id = excluded.connection_id,
  is_default = coalesce(?6, is_default) WHERE tenant_id = excluded.tenant_id`

const ONE_DEFAULT = `UPDATE senders SET is_default = 0 WHERE tenant_id = ?2 AND channel = ?1 AND value <> ?3 AND is_default = 1
AND EXISTS (SELECT 1 FROM senders WHERE channel = ?1 AND value = ?3 AND tenant_id = ?2 AND is_default = 1)`

const ONE = 'SELECT * FROM senders WHERE channel = ?1 AND value = ?2'

/** Assigns a sender, or changes an assignment. The sender as it is then (another tenant's, if it has one) and the version. */
export async function assignSender(
  db: D1Database,
  { address, channel, ...assignment }: SenderAssignment,
): Promise<{ readonly sender: StoredSender; readonly version: number } | null> {
  const isDefault = assignment.isDefault === null ? null : Number(assignment.isDefault)
  const { tenantId, lineClass, connectionId, createdAt } = assignment
  const changed = await changePolicy<SenderRow>(db, tenantId, createdAt, [
    db
      .prepare(ASSIGN)
      .bind(channel, address.value, address.kind, tenantId, lineClass, isDefault, connectionId, createdAt),
    db.prepare(ONE_DEFAULT).bind(channel, tenantId, address.value),
    db.prepare(ONE).bind(channel, address.value),
  ])
  const row = changed?.rows[0]
  return changed && row ? { sender: fromRow(row), version: changed.version } : null
}

export async function sendersOf(db: D1Database, tenant: TenantId): Promise<readonly StoredSender[]> {
  const { results } = await db
    .prepare('SELECT * FROM senders WHERE tenant_id = ?1 ORDER BY channel, value')
    .bind(tenant)
    .all<SenderRow>()
  return results.map(fromRow)
}

/** Whose line this is; null: nobody's. Inbound messages find their tenant by it. */
export async function senderByAddress(
  db: D1Database,
  channel: ChannelName,
  value: string,
): Promise<StoredSender | null> {
  const row = await db.prepare(ONE).bind(channel, value).first<SenderRow>()
  return row && fromRow(row)
}

/** Takes a sender from its tenant, so that another may have it; null if the tenant has no such sender. */
export async function removeSender(
  db: D1Database,
  tenant: TenantId,
  channel: ChannelName,
  value: string,
  now: EpochMs,
): Promise<number | null> {
  const statement = db
    .prepare('DELETE FROM senders WHERE channel = ?1 AND value = ?2 AND tenant_id = ?3 RETURNING value')
    .bind(channel, value, tenant)
  const changed = await changePolicy(db, tenant, now, [statement])
  return changed && changed.rows.length > 0 ? changed.version : null
}
