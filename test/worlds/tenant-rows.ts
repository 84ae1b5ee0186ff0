import type { MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { DEFAULT_SETTINGS, type Limits } from '#worker/domain/tenants/settings.ts'
import { entryJson, type NewMessage } from '#worker/store/messages/rows.ts'

/** Time of rows that name none. */
export const ROW_AT = Date.UTC(2026, 9, 18)

/** A message as a claim writes it, to a person of a number of its own. */
export const newMessage = (realm: Realm, id: MessageId, n: number, more: Partial<NewMessage> = {}): NewMessage => ({
  realm,
  id,
  direction: 'outbound',
  channel: 'sms',
  status: 'accepted',
  attempt: 1,
  connectionId: 'con_000000001',
  providerRef: null,
  partyKey: `key-${n}`,
  party: `+98912${String(n).padStart(7, '0')}`,
  line: '10004346',
  content: null,
  units: 1,
  encoding: 'gsm-7',
  purpose: 'transactional',
  clientRef: null,
  metadata: null,
  batched: true,
  inReplyTo: null,
  validUntil: null,
  failure: null,
  acceptedAt: ROW_AT,
  timeline: entryJson({ at: more.acceptedAt ?? ROW_AT, status: 'accepted', by: 'gateway' }),
  ...more,
})

const INSERT = `INSERT INTO tenants (id, name, status, version, settings, shards, created_at, updated_at)
VALUES (?1, 'Test', 'active', 1, ?2, '[0]', 0, 0)`

/** A tenant straight into the control database. */
export async function insertTenant(control: D1Database, id: string, limits: Partial<Limits> = {}): Promise<void> {
  const all = { rate: 100, burst: 1_000, daily: null, monthly: null, ...limits }
  const settings = { ...DEFAULT_SETTINGS, timeZone: 'Asia/Tehran', limits: all }
  await control.prepare(INSERT).bind(id, JSON.stringify(settings)).run()
}
