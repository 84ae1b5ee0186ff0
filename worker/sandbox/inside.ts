import type { Config } from '#worker/config.ts'
import type { JobEnv } from '#worker/env.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { withDeadline } from '#worker/lib/deadline.ts'
import { consoleLog, errorLabel } from '#worker/lib/log.ts'
import { isForSandbox, sandboxCarrier } from './carrier.ts'
import { keepItems, type PhoneEntry } from './phone.ts'

/** Most milliseconds that a submit waits for the telephones, beside the queue: what comes later may stand there all the same. */
const SHOW_MS = 2_000

/** Shows messages of test on their telephones. Never throws: the messages are taken, whoever sees them. */
async function show(env: JobEnv, config: Config, entries: readonly PhoneEntry[]): Promise<void> {
  const byRealm = Map.groupBy(entries, ({ phone: { realm } }) => realm)
  try {
    const kept = [...byRealm].map(([realm, some]) => keepItems({ env, config, log: consoleLog }, realm, some))
    await withDeadline(Promise.all(kept), SHOW_MS)
  } catch (error) {
    consoleLog('phone.not-shown', { items: entries.length, reason: errorLabel(error) })
  }
}

/** Serves the sandbox carrier inside a deployment that has its queue; every other request goes out to the network. */
export function sandboxInside(
  env: JobEnv,
  config: Config,
  deliver: (request: Request) => Promise<Response>,
): Platform['inside'] {
  const { SANDBOX: queue } = env
  if (!queue) return () => null
  const carrier = sandboxCarrier({ queue, deliver, now: Date.now, show: (entries) => show(env, config, entries) })
  return (request) => (isForSandbox(request) ? carrier(request) : null)
}
