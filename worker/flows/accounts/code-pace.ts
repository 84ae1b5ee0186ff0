import { Problem } from '#worker/domain/problem.ts'
import { MINUTE, SECOND } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { sharedNetwork } from '#worker/lib/http/ip-range.ts'
import { type Pace, takePace } from '#worker/store/control/challenge-pace.ts'
import { opaqueHash } from './opaque.ts'

/** From where somebody asks for a code, as Cloudflare says. */
export interface AskedFrom {
  readonly ip: string
  /** Number of the network; null: Cloudflare does not say. */
  readonly asn: number | null
}

/** Codes that anybody may ask for: to one number, from one network, and from all of one company's. */
const PACES = {
  number: { burst: 5, everyMs: 12 * MINUTE },
  network: { burst: 10, everyMs: MINUTE },
  asn: { burst: 100, everyMs: 6 * SECOND },
} as const satisfies Readonly<Record<string, Pace>>

/**
 * Takes a code from the pace of where it is asked for, and then of its number. Throws `too-many-codes`, whoever's the number is.
 * The number comes last: what is refused for its network takes nothing from people who asked for no code.
 */
export async function takeCode(platform: Platform, mobile: string, { ip, asn }: AskedFrom): Promise<void> {
  const { env, config, now } = platform
  const asked: [keyof typeof PACES, string][] = []
  if (ip !== '') asked.push(['network', sharedNetwork(ip)])
  if (asn !== null) asked.push(['asn', String(asn)])
  asked.push(['number', mobile])
  for (const [kind, of] of asked) {
    const key = await opaqueHash(config, `codes a ${kind}`, of)
    const wait = await takePace(env.CONTROL, key, PACES[kind], now())
    if (wait > 0) throw new Problem('too-many-codes', { headers: { 'Retry-After': String(Math.ceil(wait / SECOND)) } })
  }
}
