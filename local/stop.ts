/** Stops when the parent process ends: npm's shell does not pass a SIGTERM on, so this process would stay behind unseen. */
function stopWithParent(stop: () => void): void {
  if (!process.env['npm_lifecycle_event']) return
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) stop()
  }, 250).unref()
}

/** Runs `stop` once, at the first signal that asks this process to end, and then ends it. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false
  const end = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    await stop().finally(() => process.exit())
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end())
  stopWithParent(() => void end())
}
