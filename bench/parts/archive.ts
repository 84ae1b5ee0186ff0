import { BASE_DIGITS, type TenantId } from '#worker/domain/ids.ts'
import { STATUS_CODES } from '#worker/domain/messages/status.ts'
import { realmOf } from '#worker/domain/realm.ts'
import { encodeNumber, randomDigits } from '#worker/lib/base32.ts'
import { importHmacKey } from '#worker/lib/hmac.ts'
import { partyKeyOf } from '#worker/store/codec.ts'
import { fillParties } from '#worker/store/parties/fill.ts'
import { partyStatements } from '#worker/store/parties/tail.ts'
import type { Stage } from '../stage.ts'
import type { BenchTenant } from '../tenants.ts'
import { recipient } from '../traffic.ts'

export const ARCHIVED = 1_000_000
/** Messages of one request, and requests in one statement. */
const OF_REQUEST = 1_000
const REQUESTS = 25
const HOUR = 3_600_000
export const ARCHIVE_LINE = '+982191001000'

const timeline = (at: number): string =>
  [
    { at, status: 'accepted', attempt: 1, by: 'gateway' },
    { at: at + 900, status: 'submitted', attempt: 1, connection: 'con_0000000000000000a', by: 'gateway' },
    { at: at + 2_000, status: 'delivered', connection: 'con_0000000000000000a', by: 'report' },
  ]
    .map((entry) => JSON.stringify(entry))
    .join(',')

/** One row a message: every request once with each ordinal; one in a thousand failed, one in a hundred with a ref. */
const INSERT = `INSERT INTO messages (realm, id, direction, channel, status, attempt, outcome, connection_id,
  provider_ref, party_key, party, line, content, units, encoding, purpose, client_ref, batched, accepted_at, updated_at, timeline)
SELECT ?1, 'msg_' || (r.value->>0) || (o.value->>0) || '0', 1, 'sms', iif(o.key = 7, ${STATUS_CODES.failed}, ${STATUS_CODES.delivered}), 1, 'accepted',
  'con_0000000000000000a', 'sbx_000000000000_' || o.key, o.value->>1, o.value->>2, ?4, NULL, 1, 'ucs2', 'transactional',
  iif(o.key % 100 = 0, 'order-' || o.key, NULL), 1, r.value->>1, r.value->>1, r.value->>2
FROM json_each(?2) r CROSS JOIN json_each(?3) o`

const CONTENTS = `INSERT INTO contents (realm, base, content)
SELECT ?1, value->>0, '{"text":"archived"}' FROM json_each(?2)`

/** Puts a million ended messages of the last twenty hours into the ledger, by bulk SQL. */
export async function fillArchive(stage: Stage, tenant: BenchTenant): Promise<void> {
  const key = await importHmacKey(stage.indexKey)
  // Credentials of the benchmark are of this mode (tenants.ts).
  const realm = realmOf(tenant.id as TenantId, 'test')
  const items = await Promise.all(
    Array.from({ length: OF_REQUEST }, async (_, n) => {
      const party = recipient(n)
      return [encodeNumber(n, 3), await partyKeyOf(key, realm, party), party]
    }),
  )
  const ordinals = JSON.stringify(items)
  const requests = ARCHIVED / OF_REQUEST
  const from = Date.now() - 20 * HOUR
  for (let first = 0; first < requests; first += REQUESTS) {
    const bases = Array.from({ length: REQUESTS }, (_, i) => {
      const at = from + Math.floor(((first + i) / requests) * 19 * HOUR)
      return [encodeNumber(at, 10) + randomDigits(BASE_DIGITS - 10), at, timeline(at)]
    })
    const rows = JSON.stringify(bases)
    await stage.ledger.batch([
      stage.ledger.prepare(CONTENTS).bind(realm, rows),
      stage.ledger.prepare(INSERT).bind(realm, rows, ordinals, ARCHIVE_LINE),
      ...bases.flatMap(([base]) =>
        partyStatements(
          stage.ledger,
          items.map(([ordinal, partyKey = '']) => ({
            realm,
            id: `msg_${base}${ordinal}0` as const,
            partyKey,
            attempt: 1,
          })),
        ),
      ),
    ])
    await fillParties(stage.ledger, realm)
  }
}
