import { queryCause } from './query-error.ts'

/** What a log line may hold: numbers, ids, codes. Never an address, a text, a token or a bound parameter. */
type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>
export type Log = (fact: string, fields: LogFields) => void

/** One wide JSON line a unit of work, named for the fact (`message.dispatched`). */
export const consoleLog: Log = (fact, fields) => {
  console.log(JSON.stringify({ fact, ...fields }))
}

/** What may be said of a caught error: its name and message; of a failed query what the database said, without parameters. */
export function errorLabel(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const said = queryCause(error)
  return said === null ? 'query failed' : `${said.name}: ${said.message}`.slice(0, 200)
}
