import { randomBytes } from 'node:crypto'
import { type IdKeys, importIdKeys, messageId, newBase, newRequestId, newTenantId } from '#worker/domain/ids.ts'
import { realmOf } from '#worker/domain/realm.ts'
import { SECOND } from '#worker/domain/time.ts'
import { claimStatement, recordStatement } from '#worker/store/messages/attempts.ts'
import { contentStatement } from '#worker/store/messages/batch-writes.ts'
import { reportStatement } from '#worker/store/messages/writes.ts'
import { fillParties } from '#worker/store/parties/fill.ts'
import { partyStatements } from '#worker/store/parties/tail.ts'
import { startBindings } from '../test/worlds/harness.ts'
import { entered, newMessage, ROW_AT, sealed, shared } from '../test/worlds/tenant-rows.ts'

/** `npx node bench/row-size.ts`: bytes of a ledger shard that a delivered message takes, its index entry included. */

const REQUESTS = 50
const A_REQUEST = 1_000
const NOW = ROW_AT
/** One segment of Persian text. */
const CONTENT = JSON.stringify({ text: 'س'.repeat(70) })
const CONNECTION = 'con_00000000000000000'

type Bindings = Awaited<ReturnType<typeof startBindings>>

async function sizeOf(db: D1Database): Promise<number> {
  const { meta } = await db.prepare('SELECT 1').run()
  return meta.size_after
}

/** One request's messages, claimed, submitted and reported delivered. */
async function deliver(db: D1Database, keys: IdKeys, own: boolean): Promise<void> {
  const realm = realmOf(newTenantId('0123456789ab'), 'live')
  const base = await newBase(keys, { realm, channel: 'sms', request: newRequestId(NOW), shard: 0, count: A_REQUEST })
  const messages = Array.from({ length: A_REQUEST }, (_, n) =>
    newMessage(realm, messageId(base, n), n, {
      content: own ? CONTENT : null,
      encoding: 'ucs-2',
      connectionId: CONNECTION,
    }),
  )
  const submitted = {
    attempt: 1,
    outcome: 'accepted',
    status: 'submitted',
    entry: { at: NOW + SECOND, status: 'submitted', attempt: 1, connection: CONNECTION, by: 'gateway' },
  } as const
  const delivered = {
    status: 'delivered',
    entry: {
      at: NOW + 5 * SECOND,
      status: 'delivered',
      carrierAt: NOW + 4 * SECOND,
      connection: CONNECTION,
      by: 'report',
    },
  } as const
  await db.batch([
    claimStatement(db, await sealed(db, messages), NOW),
    ...partyStatements(
      db,
      realm,
      messages.map(({ id }) => ({ id, key: randomBytes(8).toString('hex') })),
    ),
    ...(own ? [] : [contentStatement(db, await shared(db, realm, base, CONTENT))]),
    recordStatement(
      db,
      await entered(
        db,
        messages.map(({ id }) => ({ realm, id, ...submitted })),
      ),
      NOW,
    ),
    reportStatement(
      db,
      await entered(
        db,
        messages.map(({ id }) => ({ realm, id, ...delivered })),
      ),
      CONNECTION,
      NOW,
    ),
  ])
  await fillParties(db, realm)
}

async function bytesEach(bindings: Bindings, own: boolean): Promise<number> {
  const db = bindings.ledger()
  const keys = await importIdKeys([{ kid: 1, key: new Uint8Array(32) }])
  const before = await sizeOf(db)
  for (let i = 0; i < REQUESTS; i++) await deliver(db, keys, own)
  return Math.round(((await sizeOf(db)) - before) / (REQUESTS * A_REQUEST))
}

const bindings = await startBindings()
try {
  console.log(`shared content   ${await bytesEach(bindings, false)} bytes a message`)
  console.log(`its own content  ${await bytesEach(bindings, true)} bytes a message`)
} finally {
  await bindings.dispose()
}
