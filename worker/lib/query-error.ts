/**
 * The database's own error behind one of drizzle's, whose message holds the statement and every bound parameter; any other
 * error as it is; null if drizzle's has no cause. Goes by the message, because an error that crossed an RPC has lost its class.
 */
export function queryCause(error: Error): Error | null {
  let found: unknown = error
  while (found instanceof Error && found.message.startsWith('Failed query')) found = found.cause
  return found instanceof Error ? found : null
}
