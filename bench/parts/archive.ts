import { BASE_DIGITS, messageId, type TenantId } from '#worker/domain/ids.ts'
import type { TimelineEntry } from '#worker/domain/messages/message.ts'
import { STATUS_CODES } from '#worker/domain/messages/status.ts'
import { realmOf } from '#worker/domain/realm.ts'
import { encodeNumber, randomDigits } from '#worker/lib/base32.ts'
import { CONNECTION as CONNECTION_ID, kindNumber, MESSAGE_ID, OUTCOMES, REALM } from '#worker/store/codes/codes.ts'
import { contentStatement } from '#worker/store/messages/batch-writes.ts'
import { sealContents, sealMessages } from '#worker/store/messages/sealed.ts'
import { fillParties } from '#worker/store/parties/fill.ts'
import { partyKeyOf } from '#worker/store/parties/key.ts'
import { entriesOf, partyStatements } from '#worker/store/parties/tail.ts'
import type { Stage } from '../stage.ts'
import type { BenchTenant } from '../tenants.ts'
import { recipient } from '../traffic.ts'

export const ARCHIVED = 1_000_000
/** Messages of one request, and requests in one statement. */
const OF_REQUEST = 1_000
const REQUESTS = 25
const HOUR = 3_600_000
export const ARCHIVE_LINE = '+982191001000'

const CONNECTION = 'con_00000000000000000' as const
/** A message's whole life. */
const timeline = (at: number): readonly TimelineEntry[] => [
  { at, status: 'accepted', attempt: 1, by: 'gateway' },
  { at: at + 900, status: 'submitted', attempt: 1, connection: CONNECTION, by: 'gateway' },
  { at: at + 2_000, status: 'delivered', connection: CONNECTION, by: 'report' },
]
const KIND = kindNumber({
  direction: 'outbound',
  batched: true,
  purpose: 'transactional',
  channel: 'sms',
  encoding: 'ucs-2',
})

/** One row a message of a request; one in a thousand failed, one in a hundred with a ref. */
const INSERT = `INSERT INTO messages (realm, id, kind, status, attempt, outcome, connection_id, sealed, line,
  units, client_key, accepted_after, updated_at, timeline)
SELECT unhex(?1), unhex(o.value->>0), ${KIND}, iif(o.key = 7, ${STATUS_CODES.failed}, ${STATUS_CODES.delivered}), 1,
  ${OUTCOMES.accepted}, x'${CONNECTION_ID.encode(CONNECTION)}', unhex(o.value->>1), ?3, 1,
  unhex(o.value->>2), 0, ?4, unhex(?5)
FROM json_each(?2) o`

/** Puts ended messages of the last twenty hours into the ledger, by bulk SQL. */
export async function fillArchive(stage: Stage, tenant: BenchTenant, messages = ARCHIVED): Promise<void> {
  const realm = realmOf(tenant.id as TenantId, 'live')
  const people = Array.from({ length: OF_REQUEST }, (_, n) => recipient(n))
  const standing = await stage.keys.standing(tenant.id as TenantId)
  const keys = await Promise.all(people.map((party) => partyKeyOf(standing, realm, party)))
  const requests = messages / OF_REQUEST
  const from = Date.now() - 20 * HOUR
  for (let first = 0; first < requests; first += REQUESTS) {
    const batches = Array.from({ length: REQUESTS }, async (_, i) => {
      const at = from + Math.floor(((first + i) / requests) * 19 * HOUR)
      const base = encodeNumber(at, 10) + randomDigits(BASE_DIGITS - 10)
      const open = people.map((party, n) => ({
        realm,
        id: messageId(base, n),
        party,
        clientRef: n % 100 === 0 ? `order-${n}` : null,
        metadata: null,
        content: null,
        timeline: n === 0 ? timeline(at) : [],
      }))
      const entries = keys.map((partyKey, n) => ({ id: messageId(base, n), partyKey, attempt: 1 }))
      const sealed = await sealMessages(stage.keys, open)
      const rows = JSON.stringify(sealed.map((row) => [MESSAGE_ID.encode(row.id), row.sealed, row.clientKey]))
      const contents = await sealContents(stage.keys, [{ realm, base, content: '{"text":"archived"}' }])
      return [
        contentStatement(stage.ledger, contents),
        stage.ledger.prepare(INSERT).bind(REALM.encode(realm), rows, ARCHIVE_LINE, at, sealed[0]?.timeline ?? ''),
        ...partyStatements(stage.ledger, realm, await entriesOf(stage.keys, realm, entries)),
      ]
    })
    await stage.ledger.batch((await Promise.all(batches)).flat())
    // As the sweep leaves it: one fill moves 20,000 at most, and the tail would grow to what no account has.
    while ((await fillParties(stage.ledger, realm)) > 0);
  }
}
