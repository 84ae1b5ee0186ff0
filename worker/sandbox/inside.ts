import type { JobEnv } from '#worker/env.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { isForSandbox, sandboxCarrier } from './carrier.ts'

/** Serves the sandbox carrier inside a deployment that has its queue; every other request goes out to the network. */
export function sandboxInside(env: JobEnv, deliver: (request: Request) => Promise<Response>): Platform['inside'] {
  const { SANDBOX: queue } = env
  if (!queue) return () => null
  const carrier = sandboxCarrier({ queue, deliver, now: Date.now })
  return (request) => (isForSandbox(request) ? carrier(request) : null)
}
