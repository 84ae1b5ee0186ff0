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

/** Codes that anybody may ask for: to one number, from one network, and, to sign up, from all of one company's. */
const PACES = {
  number: { burst: 5, everyMs: 12 * MINUTE },
  network: { burst: 10, everyMs: MINUTE },
  asn: { burst: 100, everyMs: 6 * SECOND },
} as const satisfies Readonly<Record<string, Pace>>

/**
 * Paces of who asks for a code, where he is known by nothing but his address, the narrowest first: who is refused by his own
 * network's has used up nothing of a wider one, nor of the number that he names. All of a company's is for sign-ups alone, which
 * may be for any number: else a few of its customers would keep millions of others from signing in.
 */
function pacesOf({ ip, asn }: AskedFrom, isSignUp: boolean): [keyof typeof PACES, string][] {
  const paces: [keyof typeof PACES, string][] = ip === '' ? [] : [['network', sharedNetwork(ip)]]
  return isSignUp && asn !== null ? [...paces, ['asn', String(asn)]] : paces
}

/**
 * Takes a code from the pace of where it is asked for, and of its number. Throws `too-many-codes`, whoever's the number is.
 * `from` null: who is signed in asks for one to his own number.
 */
export async function takeCode(
  platform: Platform,
  {
    mobile,
    from,
    isSignUp = false,
  }: { readonly mobile: string; readonly from: AskedFrom | null; readonly isSignUp?: boolean },
): Promise<void> {
  const { env, config, now } = platform
  const asked: [keyof typeof PACES, string][] = [...(from ? pacesOf(from, isSignUp) : []), ['number', mobile]]
  for (const [kind, of] of asked) {
    const key = await opaqueHash(config, `codes a ${kind}`, of)
    const wait = await takePace(env.CONTROL, key, PACES[kind], now())
    if (wait > 0) throw new Problem('too-many-codes', { headers: { 'Retry-After': String(Math.ceil(wait / SECOND)) } })
  }
}
