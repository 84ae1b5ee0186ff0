import { and, asc, eq, exists, gt, isNull, ne, sql } from 'drizzle-orm'
import type { TenantId } from '#worker/domain/ids.ts'
import { quotaFull } from '#worker/domain/tenants/quotas.ts'
import type { Sender } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { columnNames, columnsOf, parsedRow, type RawRow } from '#worker/store/sql/columns.ts'
import { ask } from './ask.ts'
import { senders } from './schema.ts'
import { changePolicy } from './version.ts'

type SenderRow = typeof senders.$inferSelect

export interface StoredSender extends Sender {
  readonly tenantId: TenantId
  readonly createdAt: EpochMs
}

const senderOfRow = ({ kind, value, ...row }: SenderRow): StoredSender => ({ ...row, address: { kind, value } })

/**
 * Sender of both modes to assign. `isDefault` null: a new sender is the default if it is the tenant's first on the channel; an
 * old one stays as it is.
 */
type SenderAssignment = Omit<StoredSender, 'isDefault' | 'mode'> & { readonly isDefault: boolean | null }

/** Key of a sender. */
type SenderKey = Pick<SenderRow, 'channel' | 'value'>

const hasKey = ({ channel, value }: SenderKey) => and(eq(senders.channel, channel), eq(senders.value, value))

/**
 * Assigns a sender, or changes an assignment. Gives the sender as it then is (another tenant's, if that has it) and the policy
 * version; null: there is no such tenant. Throws if a new one would be more than `most`.
 */
export async function assignSender(
  db: D1Database,
  { address, isDefault, ...assignment }: SenderAssignment,
  most = Number.MAX_SAFE_INTEGER,
): Promise<{ readonly sender: StoredSender; readonly version: number } | null> {
  const { channel, tenantId, lineClass, connectionId, createdAt } = assignment
  const key = { channel, value: address.value }
  const ofTenant = eq(senders.tenantId, tenantId)
  const isDefaultOfTenant = and(ofTenant, eq(senders.channel, channel), eq(senders.isDefault, true))
  const { version, answers } = await changePolicy(db, tenantId, createdAt, (control) => {
    const isFirst = sql`NOT ${exists(control.select({ one: sql`1` }).from(senders).where(isDefaultOfTenant))}`
    const isDefaultNow = and(hasKey(key), isDefaultOfTenant)
    return [
      control
        .insert(senders)
        .values({ ...assignment, ...address, isDefault: isDefault ?? isFirst })
        .onConflictDoUpdate({
          target: [senders.channel, senders.value],
          set: { lineClass, connectionId, ...(isDefault === null ? {} : { isDefault }) },
          setWhere: ofTenant,
        }),
      // Takes the sender out again if it is new and one too many.
      control
        .delete(senders)
        .where(
          and(
            hasKey(key),
            ofTenant,
            eq(senders.createdAt, createdAt),
            gt(control.$count(senders, and(ofTenant, isNull(senders.mode))), most),
          ),
        )
        .returning({ value: senders.value }),
      control
        .update(senders)
        .set({ isDefault: false })
        .where(
          and(
            isDefaultOfTenant,
            ne(senders.value, key.value),
            exists(control.select({ one: sql`1` }).from(senders).where(isDefaultNow)),
          ),
        ),
      control.select().from(senders).where(hasKey(key)),
    ]
  })
  if (answers[1].length > 0) throw quotaFull('senders', most, most)
  const [row] = answers[3]
  return version !== null && row ? { sender: senderOfRow(row), version } : null
}

export async function sendersOf(db: D1Database, tenant: TenantId): Promise<readonly StoredSender[]> {
  const rows = await ask(db, (control) =>
    control
      .select()
      .from(senders)
      .where(eq(senders.tenantId, tenant))
      .orderBy(asc(senders.channel), asc(senders.value)),
  )
  return rows.map(senderOfRow)
}

const ONE = `SELECT ${columnsOf(senders)} FROM senders WHERE channel = ?1 AND value = ?2`

/** Sender by its key; null: no tenant has it. */
export async function senderByAddress(db: D1Database, { channel, value }: SenderKey): Promise<StoredSender | null> {
  const row = await db.prepare(ONE).bind(channel, value).first<RawRow<typeof senders>>()
  return row && senderOfRow(parsedRow(senders, row))
}

const SOME = `SELECT ${columnsOf(senders, columnNames(senders), 's')} FROM json_each(?1) j
CROSS JOIN senders s ON s.channel = (j.value->>0) AND s.value = (j.value->>1)`

/** Senders that have one of these keys, in no order. Every batch of inbound messages asks for its lines' at once. */
export async function sendersByAddress(db: D1Database, keys: readonly SenderKey[]): Promise<readonly StoredSender[]> {
  const bound = JSON.stringify(keys.map(({ channel, value }) => [channel, value]))
  const { results } = await db.prepare(SOME).bind(bound).all<RawRow<typeof senders>>()
  return results.map((row) => senderOfRow(parsedRow(senders, row)))
}

/** Takes a sender from its tenant, so that another may have it. Gives the policy version; null: the tenant has no such sender. */
export async function removeSender(
  db: D1Database,
  tenant: TenantId,
  key: SenderKey,
  now: EpochMs,
): Promise<number | null> {
  const { version, answers } = await changePolicy(db, tenant, now, (control) => [
    control
      .delete(senders)
      .where(and(hasKey(key), eq(senders.tenantId, tenant)))
      .returning({ value: senders.value }),
  ])
  return answers[0].length > 0 ? version : null
}
