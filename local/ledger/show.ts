import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { type MessageId, shardOf } from '#worker/domain/ids.ts'
import type { TimelineEntry } from '#worker/domain/messages/message.ts'
import { statusOf } from '#worker/domain/messages/status.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { MESSAGE_ID } from '#worker/store/codes/codes.ts'
import { type Keyring, keyringOf } from '#worker/store/keys/keyring.ts'
import { SHARED_JOIN, WITH_SHARED } from '#worker/store/messages/reads.ts'
import { messageRows, type RawRow } from '#worker/store/messages/rows.ts'
import { NO_CONTENT } from '#worker/store/messages/sealed.ts'
import { localSealKeys } from '../build/seal-keys.ts'
import { LEFT, program, Refusal, readSecrets, STATE } from '../state.ts'

const USAGE = `npm run ledger -- show <message id>   the message's row in the local state, readable
npm run ledger -- sql <message id>    the statement that reads it in a deployment, and where
npm run ledger -- read                what that answered, readable, from the standard input

In a deployment: npx wrangler d1 execute <LEDGER_n> --remote --json --command "<the statement>" | npm run -s ledger -- read
\`show\` opens recipient and content with the secrets of this folder. Those of a deployment stay sealed: only the gateway has its keys.`

/** What opens a row, and what is said of that which it does not open. */
interface Opening {
  readonly keys: Pick<Keyring, 'opener' | 'altered'>
  readonly closed: string
}

/** Keyring that opens nothing. */
const NO_KEYS: Opening['keys'] = { opener: async () => null, altered: async () => undefined }
const AT_HOME: Opening = { keys: NO_KEYS, closed: 'sealed: no secrets here' }
const AFAR: Opening = { keys: NO_KEYS, closed: 'sealed: only the gateway has the keys' }

const timeOf = (at: EpochMs): string => new Date(at).toISOString()

/** Entry with its times in words. */
const entryInWords = ({ at, carrierAt, until, ...entry }: TimelineEntry) => ({
  at: timeOf(at),
  ...(carrierAt === undefined ? {} : { carrierAt: timeOf(carrierAt) }),
  ...entry,
  ...(until === undefined ? {} : { until: timeOf(until) }),
})

/** Row in words. What stays sealed says so, and why, instead of looking empty. */
async function readable({ keys, closed: unopened }: Opening, raw: RawRow): Promise<string> {
  const [row] = await messageRows(keys, [{ ...raw }])
  if (!row) throw new RangeError('a row made none')
  const closed = row.isAltered ? 'sealed: it was altered, and does not open' : unopened
  const { status, party, clientRef, metadata, content, validUntil, acceptedAt, updatedAt, timeline, ...rest } = row
  const hasOwn = (raw['content'] ?? NO_CONTENT) !== NO_CONTENT
  const isContentClosed = content === null && (hasOwn || (raw['content'] === null && (raw['shared'] ?? '') !== ''))
  const fields = party === '' && raw['sealed'] !== null ? { party: closed, clientRef: closed, metadata: closed } : null
  const words = {
    ...rest,
    status: statusOf(status),
    ...(fields ?? { party, clientRef, metadata }),
    content: isContentClosed ? closed : content && JSON.parse(content),
    validUntil: validUntil && timeOf(validUntil),
    acceptedAt: timeOf(acceptedAt),
    updatedAt: timeOf(updatedAt),
    timeline: timeline.map(entryInWords),
  }
  return JSON.stringify(words, null, 2)
}

function hexOf(id: string | undefined): string {
  try {
    return MESSAGE_ID.encode(id as MessageId)
  } catch {
    throw new Refusal('That is no message id: it is `msg_` and 35 digits.')
  }
}

const selectOf = (id: string | undefined): string =>
  `SELECT ${WITH_SHARED} FROM messages m ${SHARED_JOIN} WHERE m.id = x'${hexOf(id)}'`

/** Rows that a statement finds in the local databases that have the table; the runtime may be at work on them. */
function localRows(table: string, sql: string, ...values: readonly (string | number)[]): readonly RawRow[] {
  const folder = join(STATE, 'd1', 'miniflare-D1DatabaseObject')
  if (!existsSync(folder)) throw new Refusal('There is no local state: run `npm start` once.')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sqlite'))
    .flatMap((name) => {
      const db = new DatabaseSync(join(folder, name), { readOnly: true })
      try {
        const isThere = db.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(table)
        return isThere ? (db.prepare(sql).all(...values) as RawRow[]) : []
      } finally {
        db.close()
      }
    })
}

/** Keyring of the local control database. */
async function localKeys(): Promise<Opening> {
  const secrets = readSecrets()
  if (!secrets) return AT_HOME
  const prepare = (sql: string) => ({
    bind: (...values: (string | number)[]) => ({ first: async () => localRows('keys', sql, ...values)[0] ?? null }),
  })
  const { opener } = keyringOf({ prepare } as unknown as D1Database, await localSealKeys(secrets))
  const refuse = (error: Error): never => {
    throw new Refusal(`${error.message}.\n${LEFT}`)
  }
  return {
    keys: { ...NO_KEYS, opener: (owner, number) => opener(owner, number).catch(refuse) },
    closed: 'sealed: its keys are gone',
  }
}

async function show(opening: Opening, rows: readonly RawRow[]): Promise<void> {
  if (rows.length === 0) throw new Refusal('No row has this id: it waits in the queue, or was purged.')
  for (const row of rows) console.log(await readable(opening, row))
}

/** Rows of an answer of `wrangler d1 execute --json`. */
function rowsOfAnswer(text: string): readonly RawRow[] {
  try {
    const [answer] = JSON.parse(text) as { readonly results: readonly RawRow[] }[]
    if (answer) return answer.results
  } catch {
    // The refusal below says so: the parser's own message could repeat an address.
  }
  throw new Refusal('The standard input is no answer of `wrangler d1 execute --json`.')
}

await program(async () => {
  const { values, positionals } = parseArgs({ options: { help: { type: 'boolean' } }, allowPositionals: true })
  const [command, id] = positionals
  if (values.help) console.log(USAGE)
  else if (command === 'show') await show(await localKeys(), localRows('messages', selectOf(id)))
  else if (command === 'sql') console.log(`LEDGER_${shardOf(id as MessageId)}: ${selectOf(id)}`)
  else if (command === 'read') await show(AFAR, rowsOfAnswer(readFileSync(0, 'utf8')))
  else throw new Refusal(USAGE)
})
