import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { isIp } from './ip-range.ts'

/** Origin of a request, as Cloudflare saw it. */
interface ClientPlace {
  /** The caller's address; empty where Cloudflare named none (a request from inside, a local run). */
  readonly ip: string
  readonly country: string | null
  readonly asn: number | null
  /** Cloudflare's id of the request. */
  readonly ray: string | null
}

/** Addresses that were found valid before, because the same clients call often. */
const seen = new BoundedMap<string, true>(1_000)

/** The caller's address from `CF-Connecting-IP`, which Cloudflare sets itself. Anybody can claim one in the forwarded headers. */
export function clientIp(request: Request): string {
  const ip = request.headers.get('cf-connecting-ip') ?? ''
  if (seen.get(ip)) return ip
  if (!isIp(ip)) return ''
  seen.set(ip, true)
  return ip
}

const RAY = /^[0-9a-f]{8,32}(?:-[A-Z]{3})?$/

/** Address, country, network and Ray ID of the caller. */
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
