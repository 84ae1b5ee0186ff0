import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { type MessageId, shardOf } from '#worker/domain/ids.ts'
import { MESSAGE_ID } from '#worker/store/codes/codes.ts'
import { messageRow, type RawRow, ROW_COLUMNS } from '#worker/store/messages/rows.ts'
import { program, Refusal, STATE } from '../state.ts'

const USAGE = `npm run ledger -- show <message id>   the message's row in the local state, readable
npm run ledger -- sql <message id>    the statement that reads it in a deployment, and where
npm run ledger -- read                what that answered, readable, from the standard input

In a deployment: npx wrangler d1 execute <LEDGER_n> --remote --json --command "<the statement>" | npm run -s ledger -- read
Both show the recipient and what was written.`

const readable = (raw: RawRow): string => JSON.stringify(messageRow({ ...raw }), null, 2)

function hexOf(id: string | undefined): string {
  try {
    return MESSAGE_ID.encode(id as MessageId)
  } catch {
    throw new Refusal('That is no message id: it is `msg_` and 35 digits.')
  }
}

const selectOf = (id: string | undefined): string => `SELECT ${ROW_COLUMNS} FROM messages m WHERE id = x'${hexOf(id)}'`

/** Rows of the local databases that have messages; the runtime may be at work on them. */
function localRows(sql: string): readonly RawRow[] {
  const folder = join(STATE, 'd1', 'miniflare-D1DatabaseObject')
  if (!existsSync(folder)) throw new Refusal('There is no local state: run `npm start` once.')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sqlite'))
    .flatMap((name) => {
      const db = new DatabaseSync(join(folder, name), { readOnly: true })
      try {
        const isLedger = db.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'messages'`).get()
        return isLedger ? (db.prepare(sql).all() as RawRow[]) : []
      } finally {
        db.close()
      }
    })
}

function show(rows: readonly RawRow[]): void {
  if (rows.length === 0) throw new Refusal('No row has this id: it waits in the queue, or was purged.')
  for (const row of rows) console.log(readable(row))
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

await program(() => {
  const { values, positionals } = parseArgs({ options: { help: { type: 'boolean' } }, allowPositionals: true })
  const [command, id] = positionals
  if (values.help) console.log(USAGE)
  else if (command === 'show') show(localRows(selectOf(id)))
  else if (command === 'sql') console.log(`LEDGER_${shardOf(id as MessageId)}: ${selectOf(id)}`)
  else if (command === 'read') show(rowsOfAnswer(readFileSync(0, 'utf8')))
  else throw new Refusal(USAGE)
})
