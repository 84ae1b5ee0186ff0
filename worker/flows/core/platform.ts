import type { Config } from '#worker/config.ts'
import type { Channels } from '#worker/domain/carriers/channel.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { JobEnv } from '#worker/env.ts'
import type { Log } from '#worker/lib/log.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'

/** Environment of every flow: bindings, parsed configuration, the channels, the clock and the log. */
export interface Platform {
  readonly env: JobEnv
  readonly config: Config
  /** Keys of what is sealed in the databases. */
  readonly keys: Keyring
  readonly channels: Channels
  readonly now: () => EpochMs
  readonly log: Log
  /** Opens a TCP connection (`cloudflare:sockets`). */
  readonly connect: (address: SocketAddress, options?: SocketOptions) => Socket
  /**
   * Answers requests for a host that this deployment serves itself (the sandbox carrier); null for all others, which go out
   * to the network.
   */
  readonly inside: (request: Request) => Promise<Response> | null
}
