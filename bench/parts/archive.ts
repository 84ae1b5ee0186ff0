import { BASE_DIGITS, messageId, type TenantId } from '#worker/domain/ids.ts'
import { STATUS_CODES } from '#worker/domain/messages/status.ts'
import { realmOf } from '#worker/domain/realm.ts'
import { encodeNumber, randomDigits } from '#worker/lib/base32.ts'
import { importHmacKey } from '#worker/lib/hmac.ts'
import { partyKeyOf } from '#worker/store/codec.ts'
import {
  BASE,
  CONNECTION as CONNECTION_ID,
  kindNumber,
  MESSAGE_ID,
  OUTCOMES,
  REALM,
} from '#worker/store/codes/codes.ts'
import { timelineHex } from '#worker/store/messages/timeline.ts'
import { fillParties } from '#worker/store/parties/fill.ts'
import { entryKey } from '#worker/store/parties/key.ts'
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

/** Hex of an ordinal, behind that of its base. */
const messageHex = (n: number): string => MESSAGE_ID.encode(messageId('0'.repeat(BASE_DIGITS), n)).slice(-4)

const CONNECTION = 'con_00000000000000000' as const
/** Hex of a message's whole life. */
const timeline = (base: string, at: number): string =>
  timelineHex(messageId(base, 0), [
    { at, status: 'accepted', attempt: 1, by: 'gateway' },
    { at: at + 900, status: 'submitted', attempt: 1, connection: CONNECTION, by: 'gateway' },
    { at: at + 2_000, status: 'delivered', connection: CONNECTION, by: 'report' },
  ])
const KIND = kindNumber({
  direction: 'outbound',
  batched: true,
  purpose: 'transactional',
  channel: 'sms',
  encoding: 'ucs-2',
})

/** One row a message: every request once with each ordinal; one in a thousand failed, one in a hundred with a ref. */
const INSERT = `INSERT INTO messages (realm, id, kind, status, attempt, outcome, connection_id, provider_ref, party, line,
  units, client_ref, accepted_after, updated_at, timeline)
SELECT unhex(?1), unhex((r.value->>0) || (o.value->>0)), ${KIND}, iif(o.key = 7, ${STATUS_CODES.failed}, ${STATUS_CODES.delivered}), 1,
  ${OUTCOMES.accepted}, x'${CONNECTION_ID.encode(CONNECTION)}', 'sbx_000000000000_' || o.key, o.value->>1, ?4, 1,
  iif(o.key % 100 = 0, 'order-' || o.key, NULL), 0, r.value->>1, unhex(r.value->>2)
FROM json_each(?2) r CROSS JOIN json_each(?3) o`

const CONTENTS = `INSERT INTO contents (realm, base, content)
SELECT unhex(?1), unhex(value->>0), '{"text":"archived"}' FROM json_each(?2)`

/** Puts a million ended messages of the last twenty hours into the ledger, by bulk SQL. */
export async function fillArchive(stage: Stage, tenant: BenchTenant): Promise<void> {
  const key = await importHmacKey(stage.indexKey)
  // Credentials of the benchmark are of this mode (tenants.ts).
  const realm = realmOf(tenant.id as TenantId, 'test')
  const people = Array.from({ length: OF_REQUEST }, (_, n) => recipient(n))
  const keys = await Promise.all(people.map(async (party) => entryKey(await partyKeyOf(key, realm, party))))
  const items = people.map((party, n) => [messageHex(n), party])
  const ordinals = JSON.stringify(items)
  const requests = ARCHIVED / OF_REQUEST
  const from = Date.now() - 20 * HOUR
  for (let first = 0; first < requests; first += REQUESTS) {
    const bases = Array.from({ length: REQUESTS }, (_, i) => {
      const at = from + Math.floor(((first + i) / requests) * 19 * HOUR)
      const base = encodeNumber(at, 10) + randomDigits(BASE_DIGITS - 10)
      return [BASE.encode(base), at, timeline(base, at), base] as const
    })
    const rows = JSON.stringify(bases)
    await stage.ledger.batch([
      stage.ledger.prepare(CONTENTS).bind(REALM.encode(realm), rows),
      stage.ledger.prepare(INSERT).bind(REALM.encode(realm), rows, ordinals, ARCHIVE_LINE),
      ...bases.flatMap(([, , , base]) =>
        partyStatements(
          stage.ledger,
          realm,
          keys.map((key, n) => ({ id: messageId(String(base), n), key })),
        ),
      ),
    ])
    await fillParties(stage.ledger, realm)
  }
}
