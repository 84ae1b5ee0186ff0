import { clientIp } from '#worker/lib/http/client-ip.ts'
import { subscriberNetwork } from '#worker/lib/http/ip-range.ts'
import { errorLabel, type Log } from '#worker/lib/log.ts'

/** Seconds after which a refused caller may come again: the period of both limits (wrangler.toml). */
export const SHIELD_RETRY = 60

/**
 * True if Cloudflare's rate limit, the outer shield of paths that nobody signs in to, has no room for one more call of the
 * caller's network. It counts in each of Cloudflare's places by itself and asks no other machine. Where none is bound, where
 * Cloudflare names no caller, and while the limit fails, everybody passes: what stands behind refuses by itself.
 */
export async function isShielded(limit: RateLimit | undefined, request: Request, log: Log): Promise<boolean> {
  const ip = limit && clientIp(request)
  if (!limit || !ip) return false
  try {
    return !(await limit.limit({ key: subscriberNetwork(ip) })).success
  } catch (error) {
    log('shield.failed', { reason: errorLabel(error) })
    return false
  }
}
