import type { Config } from '../config.ts'
import type { Channels } from '../domain/channel.ts'
import type { EpochMs } from '../domain/time.ts'
import type { Env } from '../env.ts'
import type { Log } from '../lib/log.ts'

/** What every verb is given: bindings, parsed configuration, the channels, the clock and the log. */
export interface Platform {
  readonly env: Env
  readonly config: Config
  readonly channels: Channels
  readonly now: () => EpochMs
  readonly log: Log
  /** Opens a TCP connection (`cloudflare:sockets`). */
  readonly connect: (address: SocketAddress, options?: SocketOptions) => Socket
  /** Carries requests for a host that this deployment serves itself (the sandbox carrier); null: go out to the network. */
  readonly inside: (request: Request) => Promise<Response> | null
}
