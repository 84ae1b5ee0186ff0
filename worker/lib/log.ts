/** What a log line may hold: numbers, ids, codes. Never an address, a text, a token or a bound parameter. */
type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>
export type Log = (fact: string, fields: LogFields) => void

/** One wide JSON line a unit of work, named for the fact (`message.dispatched`). */
export const consoleLog: Log = (fact, fields) => {
  console.log(JSON.stringify({ fact, ...fields }))
}

/** What may be said of a caught error: its name and, for database errors, the cause's message without parameters. */
export function errorLabel(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const cause = error.cause instanceof Error ? error.cause.message : null
  if (error.name === 'DrizzleQueryError' || error.message.startsWith('Failed query')) return cause ?? 'query failed'
  return `${error.name}: ${error.message}`.slice(0, 200)
}
