import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { isIp } from './ip-range.ts'

/** Where a request came from. */
interface ClientPlace {
  /** Empty where Cloudflare did not say (a request from inside, a local run). */
  readonly ip: string
  readonly country: string | null
  readonly asn: number | null
  /** Cloudflare's id of the request. */
  readonly ray: string | null
}

/** Addresses that were read before: clients call again. */
const seen = new BoundedMap<string, true>(1_000)

/** The caller's address: `CF-Connecting-IP` only, which Cloudflare sets itself. Forwarded headers are anybody's claim. */
export function clientIp(request: Request): string {
  const ip = request.headers.get('cf-connecting-ip') ?? ''
  if (seen.get(ip)) return ip
  if (!isIp(ip)) return ''
  seen.set(ip, true)
  return ip
}

const RAY = /^[0-9a-f]{8,32}(?:-[A-Z]{3})?$/

/** Address, country, network and Ray ID of the caller, as Cloudflare says them. */
export function clientPlace(request: Request): ClientPlace {
  const cf = request.cf as Partial<IncomingRequestCfProperties> | undefined
  const ray = request.headers.get('cf-ray') ?? ''
  return {
    ip: clientIp(request),
    country: typeof cf?.country === 'string' ? cf.country : null,
    asn: typeof cf?.asn === 'number' ? cf.asn : null,
    ray: RAY.test(ray) ? ray : null,
  }
}
