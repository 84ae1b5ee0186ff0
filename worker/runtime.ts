import { connect } from 'cloudflare:sockets'
import type { Channels } from '#worker/domain/carriers/channel.ts'
import { alteredRecords } from '#worker/flows/core/altered-records.ts'
import { withinJurisdiction } from '#worker/flows/core/placement.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { sealedQueues } from '#worker/flows/core/sealed-queues.ts'
import { consoleLog } from '#worker/lib/log.ts'
import { keyringOf } from '#worker/store/keys/keyring.ts'
import { type Config, loadConfig } from './config.ts'
import type { Env, JobEnv } from './env.ts'

/** Finds what serves a request inside the deployment, instead of the network (the sandbox carrier). */
type Inside = (env: Env, jobEnv: JobEnv, config: Config) => Platform['inside']

const NOTHING_INSIDE: Inside = () => () => null

/** Makes the function that gives a Worker's entry points their platform; the configuration is parsed once an isolate. */
export function platformFactory(
  /** All channels, or the one that the Worker sends on. */
  channels: Partial<Channels>,
  inside: Inside = NOTHING_INSIDE,
): (env: Env) => Promise<Platform> {
  let made: { readonly from: Env; readonly platform: Platform } | null = null
  return async (from) => {
    if (made?.from === from) return made.platform
    const config = await loadConfig(from)
    const env = sealedQueues(withinJurisdiction(from, config.jurisdiction), config.transit)
    const ground = { env, log: consoleLog, now: Date.now }
    const platform: Platform = {
      ...ground,
      config,
      keys: keyringOf(env.CONTROL, config.sealKeys, alteredRecords(ground)),
      channels: channels as Channels,
      connect,
      inside: inside(from, env, config),
    }
    made = { from, platform }
    return platform
  }
}
