import { queryCause } from './query-error.ts'

/** Fields of a log line: numbers, ids, codes. Never an address, a text, a token or a bound parameter. */
type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>
export type Log = (fact: string, fields: LogFields) => void

/** Form of secrets of ours: API keys, client secrets, and JWTs. Nothing logs one; whatever did, by a mistake, would say `…`. */
const SECRET = /\b(?:chk_(?:live|test)_[\w.-]+|chs_(?:live|test)_\w+|eyJ[\w-]{10,}\.[\w.-]+)/g
const redacted = (text: string): string => text.replace(SECRET, '…')

/** Writes a log line as JSON: one wide line for a piece of work, named for the fact (`message.dispatched`). */
export const consoleLog: Log = (fact, fields) => {
  console.log(redacted(JSON.stringify({ fact, ...fields })))
}

/**
 * Text of a caught error that may be logged: name and message; of a failed query the database's own, which holds no parameters.
 */
export function errorLabel(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const said = queryCause(error)
  return said === null ? 'query failed' : `${said.name}: ${said.message}`.slice(0, 200)
}
