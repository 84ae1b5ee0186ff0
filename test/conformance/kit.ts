import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { Attempt, Ports, Provider, Screen, Settings } from '#worker/domain/carriers/provider.ts'
import { attemptRefOf, messageId } from '#worker/domain/ids.ts'
import { boundedFetch } from '#worker/lib/http/bounded-http.ts'

/** A carrier as the suite plays it: one request, one answer; throwing resets the connection. */
export type Carrier = (request: Request) => Response | Promise<Response>

/** A carrier that is not called by HTTP: a socket (`overSocket` of socket.ts) or a binding. Made anew for each scene. */
export interface Wire {
  readonly ports: () => Partial<Pick<Ports, 'connect' | 'email'>>
}

/** What the far end does in one test. */
export type Scene = Carrier | Wire

/** What the suite must know of one provider. One file a provider, in `test/conformance/<channel>/`. */
export interface ConformanceKit<Content = unknown, Far extends Scene = Scene> {
  readonly provider: Provider<Content>
  /** Valid and complete. */
  readonly settings: Settings
  readonly content: Content
  readonly to: string
  readonly from: string
  /** Two spellings of one person, then somebody else: what the channel's `person` must tell apart. One kit a channel has them. */
  readonly people?: readonly [one: string, same: string, other: string]
  /** What the channel's registry says of the recipient (push). */
  readonly target?: unknown
  /** Over the ports of `play`: what a stored file, an earlier message or chance is. */
  readonly ports?: Partial<Omit<Ports, 'http' | 'guarded'>>
  readonly carrier: {
    /** Takes every message of the submit. */
    readonly takes: Far
    /** Asks to slow down, with `Retry-After: 7` or its like. */
    readonly throttles: Far
    /** Refuses the message for good. */
    readonly refuses: Far
    /** Takes them and answers with one entry too few. */
    readonly miscounts?: Far
    /** Answers a query: the attempt was delivered. */
    readonly reports?: Far
    /** Answers a health probe. */
    readonly isHealthy?: Far
    /** What a `Wire` must play beside (the suite plays these itself over HTTP): it has the whole message, and then … */
    readonly hangs?: Far
    readonly resets?: Far
    /** … answers in no words of its protocol. */
    readonly garbles?: Far
    /** … answers 10 MB without end of line. */
    readonly floods?: Far
    /** Nobody is there, or TLS fails: certainly nothing was taken. */
    readonly isAway?: Far
  }
  /** Settings with a short patience, where the provider has a deadline of its own. */
  readonly impatient?: Settings
  /** Seconds that `throttles` asks for; default 7, null: this carrier never names a time. */
  readonly retryAfter?: number | null
  /** What the request says that makes a repeat harmless, in the order of the messages. */
  readonly dedupeKeys?: (request: Request) => Promise<readonly string[]>
  readonly callback?: {
    /** A genuine report: delivered. `url` is where the provider told the carrier to call. Needed with `receipts`. */
    readonly delivered?: (url: string, providerRef: string, ref: string) => Request
    /** A message of a person. Needed with `inbound`. */
    readonly inbound?: (url: string) => Request
    /** What `inbound` must become; by default from `to` to `from`, with «سلام» in `content.text`. */
    readonly heard?: { readonly from?: string; readonly to?: string; readonly content?: unknown }
    /** A step of a session. Needed with `session`. */
    readonly turn?: (url: string) => Request
    /** What `turn` must become, and what an answer to it must say. */
    readonly asked?: {
      readonly turn: Readonly<Record<string, unknown>>
      readonly answered: (response: Response, screen: Screen) => void | Promise<void>
    }
    /** A signature of somebody else's. Absent: nothing is signed, the path's secret is the proof. */
    readonly forged?: (url: string) => Request
    /** The provider ref that `delivered` and `reports` speak of. */
    readonly providerRef: string
    /** When the report says it happened, by the carrier’s clock. Absent: it says nothing of that. */
    readonly at?: number
  }
  /**
   * Why a promise is not asked of this provider, by its name, where the suite's own reason says too little or it is `waivable`.
   */
  readonly skips?: Readonly<Record<string, string>>
}

export const NOW = Date.UTC(2026, 10, 23, 12)
export const CALLBACK = 'https://gw.example/callbacks/sms/x/con_x'
const BASE = `${'0'.repeat(22)}1${'a'.repeat(8)}`

/** Where a provider of this channel is called back in these tests. */
export const callbackOf = (channel: ChannelName): string => `https://gw.example/callbacks/${channel}/x/con_x`

/** The `n`-th message of a submit. */
export function attemptOf<Content>(
  kit: Pick<ConformanceKit<Content>, 'to' | 'from' | 'content' | 'target'>,
  n = 0,
): Attempt<Content> {
  const id = messageId(BASE, n)
  return {
    ref: attemptRefOf('live.ten_000000000001', id, 1),
    id,
    to: kit.to,
    from: kit.from,
    content: kit.content,
    ...(kit.target === undefined ? {} : { target: kit.target }),
  }
}

export interface Played {
  readonly ports: Ports
  /** Requests that reached the carrier, bodies readable. */
  readonly seen: Request[]
}

const noSocket = (): never => {
  throw new Error('this carrier is called by HTTP')
}

/** Ports whose network is `scene`; the guard is the real one, with a deadline that a test can wait for. */
export function play(scene: Scene, timeoutMs = 5_000, over: ConformanceKit['ports'] = {}): Played {
  const seen: Request[] = []
  const reach = async (request: Request): Promise<Response> => {
    seen.push(request.clone() as Request)
    if (typeof scene !== 'function') throw new Error('this carrier is not called by HTTP')
    return scene(request)
  }
  const http: Ports['http'] = (request, options) =>
    boundedFetch(reach, request, { ...options, timeoutMs: Math.min(timeoutMs, options?.timeoutMs ?? timeoutMs) })
  const ports: Ports = {
    http,
    guarded: http,
    now: () => NOW,
    random: (bytes) => new Uint8Array(bytes),
    connect: noSocket,
    file: async () => null,
    fileUrl: async (id) => `https://gw.example/files/${id}`,
    personUrl: async (kind, ref) => `https://gw.example/p/${kind}/${ref}.mac`,
    bounceMac: async () => '00000000',
    sent: async () => null,
    callbackUrl: (ref) => (ref === undefined ? CALLBACK : `${CALLBACK}?ref=${ref}`),
    ...over,
    ...(typeof scene === 'function' ? {} : scene.ports()),
  }
  return { ports, seen }
}
