import type { Env } from '#worker/env.ts'

/** Hands callbacks of the sandbox carrier to the Worker that takes carriers' callbacks. */
export function deliver(request: Request, env: Env): Promise<Response> {
  if (!env.CALLBACKS) throw new Error('CALLBACKS is not bound')
  return env.CALLBACKS.fetch(request)
}
