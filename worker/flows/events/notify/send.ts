import type { EndpointId } from '#worker/domain/ids.ts'
import { type EpochMs, SECOND } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import type { Post } from './plan.ts'
import { type Attempted, isTimeOut, postEvents, untried } from './post.ts'

/** POSTs under way in one invocation. Of its connections one stays free, so that no answer of a receiver holds up the ledger. */
const WIDTH = OPEN_CONNECTIONS - 1
/** POSTs under way for one tenant, where an invocation has jobs of several. */
const SHARE_WIDTH = 3
/** POSTs of one invocation: Cloudflare gives it 10,000 subrequests. */
const MOST_MADE = 5_000

/** Time in which an invocation begins POSTs. With the last one's deadline it stays under the 30 s that follow a batch's end. */
const TIME_BUDGET = 10 * SECOND

/** What became of a tenant's POSTs: those that were made or given up, and those that are left for another time. */
export interface Sent {
  readonly attempted: readonly Attempted[]
  readonly left: readonly Post[]
}

/** One tenant's POSTs while they are made. */
export interface Sending {
  readonly ended: Promise<Sent>
  /** Endpoints that have POSTs under way and have answered none so far. */
  readonly unanswered: () => readonly EndpointId[]
  /** Leaves all POSTs if none was begun, and answers whether it did. */
  readonly withdraw: () => boolean
}

/** One endpoint's POSTs. */
interface Lane {
  readonly endpointId: EndpointId
  readonly posts: Post[]
  inFlight: number
  hasAnswered: boolean
  /** True until the endpoint has answered, if its breaker is half open: one POST has to find out. */
  isProbe: boolean
}

/** One tenant's lanes. */
interface Part {
  readonly lanes: readonly Lane[]
  readonly attempted: Attempted[]
  readonly left: Post[]
  readonly end: (sent: Sent) => void
  readonly ended: Promise<Sent>
  inFlight: number
  hasBegun: boolean
}

/** Answers why an endpoint should get no more POSTs in this run, by its last answer; null if it may get more. */
function stops({ outcome, retryAfter }: Attempted): string | null {
  if (outcome === 'gone') return 'the receiver answered 410 Gone'
  return retryAfter > 0 ? 'not tried: the receiver asked to wait' : null
}

const lanesOf = (posts: readonly Post[]): Lane[] =>
  [...Map.groupBy(posts, ({ endpoint }) => endpoint.id)].map(([endpointId, own]) => ({
    endpointId,
    // Makes the last attempts first, because an event that is left untried then has no other chance.
    posts: own.toSorted((a, b) => b.attempt - a.attempt),
    inFlight: 0,
    hasAnswered: false,
    isProbe: (own[0]?.endpoint.breaker ?? null) !== null,
  }))

function partOf(posts: readonly Post[]): Part {
  const { promise, resolve } = Promise.withResolvers<Sent>()
  return { lanes: lanesOf(posts), attempted: [], left: [], end: resolve, ended: promise, inFlight: 0, hasBegun: false }
}

const drain = (lane: Lane): Post[] => lane.posts.splice(0)

/** Gives a part the outcome of POSTs. What the endpoint shall not get now is left untried, or for another time. */
function settle(part: Part, lane: Lane, attempted: readonly Attempted[], now: EpochMs): void {
  lane.inFlight--
  part.inFlight--
  part.attempted.push(...attempted)
  lane.hasAnswered ||= attempted.some(({ httpStatus }) => httpStatus !== null)
  const reason = attempted.map(stops).find((found) => found !== null)
  if (reason) part.attempted.push(...drain(lane).map((post) => untried(post, now, reason)))
  else if (attempted.some(isTimeOut)) part.left.push(...drain(lane))
  else lane.isProbe = false
}

const endIfDone = (part: Part): void => {
  if (part.inFlight === 0 && part.lanes.every(({ posts }) => posts.length === 0)) part.end(part)
}

const leaveAll = (part: Part): void => {
  part.left.push(...part.lanes.flatMap(drain))
  endIfDone(part)
}

const fewest = <One extends { readonly inFlight: number }>(all: readonly One[]): One | undefined =>
  all.reduce<One | undefined>((a, b) => (a && a.inFlight <= b.inFlight ? a : b), undefined)

const isReady = ({ posts, inFlight, isProbe }: Lane): boolean => posts.length > 0 && !(isProbe && inFlight > 0)

/**
 * Makes the POSTs of several tenants, a few at a time, always for the tenant that has the fewest under way and of its endpoints
 * for the one that has, so that who does not answer delays nobody else. An endpoint that did not answer in time, and whatever
 * the time budget does not suffice for, is left for another time.
 */
export function sendAll(platform: Platform, postsOf: readonly (readonly Post[])[]): readonly Sending[] {
  const parts = postsOf.map(partOf)
  const width = parts.length > 1 ? SHARE_WIDTH : WIDTH
  let [inFlight, made] = [0, 0]
  const begin = (part: Part, lane: Lane, post: Post): void => {
    lane.inFlight++
    part.inFlight++
    inFlight++
    part.hasBegun = true
    void postEvents(platform, post).then((attempted) => {
      inFlight--
      made += attempted.length
      settle(part, lane, attempted, platform.now())
      if (made >= MOST_MADE) parts.forEach(leaveAll)
      endIfDone(part)
      fill()
    })
  }
  const fill = (): void => {
    while (inFlight < WIDTH) {
      const part = fewest(parts.filter((one) => one.inFlight < width && one.lanes.some(isReady)))
      const lane = fewest(part?.lanes.filter(isReady) ?? [])
      const post = lane?.posts.shift()
      if (!part || !lane || !post) return
      begin(part, lane, post)
    }
  }
  fill()
  parts.forEach(endIfDone)
  const budget = setTimeout(() => parts.forEach(leaveAll), TIME_BUDGET)
  void Promise.all(parts.map(({ ended }) => ended)).then(() => clearTimeout(budget))
  return parts.map((part) => ({
    ended: part.ended,
    unanswered: () =>
      part.lanes.filter((lane) => lane.inFlight > 0 && !lane.hasAnswered).map(({ endpointId }) => endpointId),
    withdraw: () => {
      if (!part.hasBegun) leaveAll(part)
      return !part.hasBegun
    },
  }))
}
