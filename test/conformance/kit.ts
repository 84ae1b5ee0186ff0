import { attemptRefOf, messageId } from '../../worker/domain/ids.ts'
import type { Attempt, Ports, Provider, Settings } from '../../worker/domain/provider.ts'
import { boundedFetch } from '../../worker/lib/bounded-http.ts'

/** A carrier as the suite plays it: one request, one answer; throwing resets the connection. */
export type Carrier = (request: Request) => Response | Promise<Response>

/** What the suite must know of one provider. One file a provider, in `test/conformance/<channel>/`. */
export interface ConformanceKit<Content = unknown> {
  readonly provider: Provider<Content>
  /** Valid and complete. */
  readonly settings: Settings
  readonly content: Content
  readonly to: string
  readonly from: string
  readonly carrier: {
    /** Takes every message of the submit. */
    readonly takes: Carrier
    /** Asks to slow down, with `Retry-After: 7` or its like. */
    readonly throttles: Carrier
    /** Refuses the message for good. */
    readonly refuses: Carrier
    /** Takes them and answers with one entry too few. */
    readonly miscounts?: Carrier
    /** Answers a query: the attempt was delivered. */
    readonly reports?: Carrier
    /** Answers a health probe. */
    readonly isHealthy?: Carrier
  }
  /** What the request says that makes a repeat harmless, in the order of the messages. */
  readonly dedupeKeys?: (request: Request) => Promise<readonly string[]>
  readonly callback?: {
    /** A genuine report: delivered. `url` is where the provider told the carrier to call. */
    readonly delivered: (url: string, providerRef: string, ref: string) => Request
    readonly inbound: (url: string) => Request
    /** A signature of somebody else's. Absent: nothing is signed, the path's secret is the proof. */
    readonly forged?: (url: string) => Request
    /** The provider ref that `delivered` and `reports` speak of. */
    readonly providerRef: string
  }
  /** Promises of the suite that cannot be asked of this provider, and why. The suite checks that these are all. */
  readonly skips: Readonly<Record<string, string>>
}

export const NOW = Date.UTC(2026, 10, 23, 12)
export const CALLBACK = 'https://gw.example/callbacks/sms/x/con_x'
const BASE = `${'0'.repeat(21)}1${'a'.repeat(8)}`

/** The `n`-th message of a submit. */
export function attemptOf<Content>(
  kit: Pick<ConformanceKit<Content>, 'to' | 'from' | 'content'>,
  n = 0,
): Attempt<Content> {
  const id = messageId(BASE, n)
  return {
    ref: attemptRefOf('ten_000000000001', id, 1),
    id,
    to: kit.to,
    from: kit.from,
    fromKind: 'line',
    content: kit.content,
    units: 1,
  }
}

export interface Played {
  readonly ports: Ports
  /** Requests that reached the carrier, bodies readable. */
  readonly seen: Request[]
}

/** Ports whose network is `carrier`; the guard is the real one, with a deadline that a test can wait for. */
export function play(carrier: Carrier, timeoutMs = 5_000): Played {
  const seen: Request[] = []
  const reach = async (request: Request): Promise<Response> => {
    seen.push(request.clone() as Request)
    return carrier(request)
  }
  const ports: Ports = {
    http: (request, options) => boundedFetch(reach, request, { timeoutMs, ...options }),
    now: () => NOW,
    random: (bytes) => new Uint8Array(bytes),
    guarded: (request, options) => boundedFetch(reach, request, { timeoutMs, ...options }),
    connect: () => {
      throw new Error('this carrier is called by HTTP')
    },
    file: async () => null,
    fileUrl: async (id) => `https://gw.example/files/${id}`,
    personUrl: async (kind, ref) => `https://gw.example/p/${kind}/${ref}.mac`,
    sent: async () => null,
    callbackUrl: (ref) => (ref === undefined ? CALLBACK : `${CALLBACK}?ref=${ref}`),
  }
  return { ports, seen }
}
