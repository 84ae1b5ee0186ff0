const MINUTE = 60_000

/** True if one field of a cron string holds the value: `*`, `5`, `1-5`, `1,2`, every fifth, `10-50/10`. */
function fieldMatches(field: string, value: number): boolean {
  return field.split(',').some((part) => {
    const [range = '', step = '1'] = part.split('/')
    const [from, to] = range === '*' ? [0, 59] : range.split('-').map(Number)
    if (from === undefined) return false
    const last = to ?? (part.includes('/') ? 59 : from)
    return value >= from && value <= last && (value - from) % Number(step) === 0
  })
}

/** True if the cron is due in the minute of `at`, in UTC. The day of the week is 1 (Sunday) to 7, as Cloudflare counts. */
export function cronMatches(cron: string, at: Date): boolean {
  const values = [at.getUTCMinutes(), at.getUTCHours(), at.getUTCDate(), at.getUTCMonth() + 1, at.getUTCDay() + 1]
  const fields = cron.trim().split(/\s+/)
  return fields.length === values.length && values.every((value, i) => fieldMatches(fields[i] ?? '', value))
}

/**
 * Fires the crons that are due at the start of each minute, but none that is still running. Returns the function that stops
 * it.
 */
export function runCrons(
  crons: readonly string[],
  fire: (cron: string, scheduledTime: number) => Promise<void>,
): () => void {
  const under = new Set<string>()
  const tick = (minute: number): void => {
    for (const cron of crons) {
      if (under.has(cron) || !cronMatches(cron, new Date(minute))) continue
      under.add(cron)
      fire(cron, minute)
        .catch((error: unknown) => console.error(`cron ${cron}: ${error instanceof Error ? error.message : 'failed'}`))
        .finally(() => under.delete(cron))
    }
    timer = setTimeout(tick, minute + MINUTE - Date.now(), minute + MINUTE)
  }
  const next = Math.ceil(Date.now() / MINUTE) * MINUTE
  let timer = setTimeout(tick, next - Date.now(), next)
  return () => clearTimeout(timer)
}
