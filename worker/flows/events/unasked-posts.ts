import { Problem } from '#worker/domain/problem.ts'
import { tenantOf } from '#worker/domain/realm.ts'
import { MINUTE, SECOND } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { toBase64Url } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { type Pace, returnPace, takePace } from '#worker/store/control/challenge-pace.ts'
import type { Webhook } from '#worker/store/control/webhooks.ts'

/**
 * POSTs that a tenant may have made to receivers which do not answer them right, so that nobody hammers a stranger through us. A
 * host may get more, over all tenants, so that no tenant alone can keep the others from a host that they share.
 */
export const TENANT_PACE: Pace = { burst: 20, everyMs: 2 * MINUTE }
export const HOST_PACE: Pace = { burst: 60, everyMs: 30 * SECOND }

const tooMany = (what: string, waitMs: number): Problem => {
  const retryAfter = Math.ceil(waitMs / SECOND)
  return new Problem('too-many-calls', {
    detail: `Too many requests to ${what} were not answered as a webhook answers; the next may be made in ${retryAfter} s.`,
    extra: { 'violated-policies': ['challenges'] },
    headers: { 'Retry-After': String(retryAfter) },
  })
}

/** Key of a host, which nobody has proven yet to be an endpoint: a hash, because a URL does not stand in clear elsewhere. */
const hostKey = async ({ config }: Platform, host: string): Promise<string> =>
  `host:${toBase64Url((await hmac(config.indexKey, JSON.stringify(['challenge_pace', host]))).subarray(0, 16))}`

/**
 * Makes a POST to an endpoint on its tenant's word. It counts until it is answered right, which shows that the receiver wants it;
 * throws a 429, and makes none, if too many were not.
 */
export async function postUnasked<Answer>(
  platform: Platform,
  { realm, url }: Pick<Webhook, 'realm' | 'url'>,
  post: () => Promise<Answer>,
  isRight: (answer: Answer) => boolean,
): Promise<Answer> {
  const { CONTROL } = platform.env
  const tenant = tenantOf(realm)
  const host = await hostKey(platform, new URL(url).hostname.replace(/\.$/, ''))
  const ownWait = await takePace(CONTROL, tenant, TENANT_PACE, platform.now())
  if (ownWait > 0) throw tooMany('receivers of this account', ownWait)
  const hostWait = await takePace(CONTROL, host, HOST_PACE, platform.now())
  if (hostWait > 0) {
    await returnPace(CONTROL, tenant, TENANT_PACE)
    throw tooMany('this host', hostWait)
  }
  const answer = await post()
  if (isRight(answer)) {
    await returnPace(CONTROL, tenant, TENANT_PACE)
    await returnPace(CONTROL, host, HOST_PACE)
  }
  return answer
}
