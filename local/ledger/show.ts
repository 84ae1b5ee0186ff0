import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { importSealKeys } from '#worker/config.ts'
import { type MessageId, shardOf } from '#worker/domain/ids.ts'
import { MESSAGE_ID } from '#worker/store/codes/codes.ts'
import { type Keyring, keyringOf } from '#worker/store/keys/keyring.ts'
import { messageRows, type RawRow, ROW_COLUMNS } from '#worker/store/messages/rows.ts'
import { program, Refusal, readSecrets, STATE } from '../state.ts'

const USAGE = `npm run ledger -- show <message id>   the message's row in the local state, readable
npm run ledger -- sql <message id>    the statement that reads it in a deployment, and where
npm run ledger -- read                what that answered, readable, from the standard input

In a deployment: npx wrangler d1 execute <LEDGER_n> --remote --json --command "<the statement>" | npm run -s ledger -- read
\`show\` opens recipient and content with the secrets of this folder. Those of a deployment stay sealed: only the gateway has its keys.`

/** Keyring that opens nothing. */
const NO_KEYS: Pick<Keyring, 'opener'> = { opener: async () => null }

async function readable(keys: Pick<Keyring, 'opener'>, raw: RawRow): Promise<string> {
  const [row] = await messageRows(keys, [{ ...raw }])
  return JSON.stringify(row, null, 2)
}

function hexOf(id: string | undefined): string {
  try {
    return MESSAGE_ID.encode(id as MessageId)
  } catch {
    throw new Refusal('That is no message id: it is `msg_` and 35 digits.')
  }
}

const selectOf = (id: string | undefined): string => `SELECT ${ROW_COLUMNS} FROM messages m WHERE id = x'${hexOf(id)}'`

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
async function localKeys(): Promise<Pick<Keyring, 'opener'>> {
  const secrets = readSecrets()
  if (!secrets) return NO_KEYS
  const prepare = (sql: string) => ({
    bind: (...values: (string | number)[]) => ({ first: async () => localRows('keys', sql, ...values)[0] ?? null }),
  })
  return keyringOf({ prepare } as unknown as D1Database, await importSealKeys(secrets.worker))
}

async function show(keys: Pick<Keyring, 'opener'>, rows: readonly RawRow[]): Promise<void> {
  if (rows.length === 0) throw new Refusal('No row has this id: it waits in the queue, or was purged.')
  for (const row of rows) console.log(await readable(keys, row))
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
  else if (command === 'read') await show(NO_KEYS, rowsOfAnswer(readFileSync(0, 'utf8')))
  else throw new Refusal(USAGE)
})
