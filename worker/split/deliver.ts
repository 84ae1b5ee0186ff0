import type { Config } from '#worker/config.ts'
import type { Env, JobEnv } from '#worker/env.ts'
import { sandboxInside } from '#worker/sandbox/inside.ts'

/** Hands callbacks of the sandbox carrier to the Worker that takes carriers' callbacks. */
export function deliver(request: Request, env: Env): Promise<Response> {
  if (!env.CALLBACKS) throw new Error('CALLBACKS is not bound')
  return env.CALLBACKS.fetch(request)
}

/** Serves the sandbox carrier in a Worker beside the one that takes its callbacks. */
export const sandboxBeside = (env: Env, jobEnv: JobEnv, config: Config) =>
  sandboxInside(jobEnv, config, (request) => deliver(request, env))
