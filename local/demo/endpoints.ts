import { setTimeout as sleep } from 'node:timers/promises'
import { type Api, accessToken, api } from '../api.ts'
import { type Demo, Refusal } from '../state.ts'
import { stopOnSignal } from '../stop.ts'
import { isSecretUrl, isServed } from './receiver.ts'

/** Most milliseconds that a signal waits for endpoints to be removed: the gateway may be away. */
const REMOVAL_MS = 5_000

interface Endpoint {
  readonly id: string
  readonly url: string
  readonly secret: string
  readonly status: string
  readonly reason: string | null
  readonly events: readonly string[] | null
}

interface EndpointInput {
  readonly url: string
  readonly description: string
  readonly events?: readonly string[]
  readonly batch?: boolean
}

/** Endpoints of one run of a command, which do not outlive it. */
export interface OwnEndpoints {
  /** Registers an endpoint; a `Refusal` if its receiver did not answer the challenge. */
  register(input: EndpointInput): Promise<Endpoint>
  /** Removes all that were registered. */
  remove(): Promise<void>
}

const tenantOf = async ({ baseUrl, clientId, clientSecret }: Demo): Promise<Api> =>
  api(baseUrl, await accessToken(baseUrl, clientId, clientSecret))

const listed = async (tenant: Api): Promise<readonly Endpoint[]> =>
  ((await tenant.get('/v1/webhooks')) as { data: readonly Endpoint[] }).data

/** Removes the endpoints of commands that were killed: their URL is one that only a command makes, and nobody serves it now. */
export async function removeLeftovers(demo: Demo): Promise<void> {
  const tenant = await tenantOf(demo)
  for (const { id, url } of await listed(tenant))
    if (isSecretUrl(url) && !(await isServed(url))) await tenant.delete(`/v1/webhooks/${id}`)
}

/** URLs of the applications that answer the demo tenant's sessions; the gateway asks the first. */
export async function applicationsOf(demo: Demo): Promise<readonly string[]> {
  const all = await listed(await tenantOf(demo))
  return all.flatMap(({ url, status, events }) =>
    status === 'active' && events?.includes('session.turn') ? [url] : [],
  )
}

function newOwnEndpoints(demo: Demo): OwnEndpoints {
  const asked: Promise<Endpoint>[] = []
  let removal: Promise<void> | null = null
  const removeAll = async (): Promise<void> => {
    // Waits for those under way: the gateway has them although their ids are not known yet.
    const made = (await Promise.allSettled(asked)).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    if (made.length === 0) return
    // Takes a token of its own: that of a long run has expired.
    const tenant = await tenantOf(demo)
    for (const { id } of made) await tenant.delete(`/v1/webhooks/${id}`)
  }
  return {
    async register(input) {
      if (removal !== null) throw new Refusal('The command is ending.')
      const asking = tenantOf(demo).then((tenant) => tenant.post('/v1/webhooks', input) as Promise<Endpoint>)
      asked.push(asking)
      const endpoint = await asking
      if (endpoint.status !== 'active') throw new Refusal(`The receiver is ${endpoint.status}: ${endpoint.reason}.`)
      return endpoint
    },
    remove() {
      removal ??= removeAll()
      return removal
    },
  }
}

/**
 * Gives a command endpoints of its own, and removes them when it ends, fails, or is asked to stop by a signal; those that
 * killed commands left are removed first.
 */
export async function withOwnEndpoints(demo: Demo, work: (endpoints: OwnEndpoints) => Promise<void>): Promise<void> {
  await removeLeftovers(demo)
  const endpoints = newOwnEndpoints(demo)
  stopOnSignal(async () => {
    process.exitCode = 130
    await Promise.race([endpoints.remove().catch(() => {}), sleep(REMOVAL_MS)])
  })
  try {
    await work(endpoints)
  } finally {
    await endpoints.remove()
  }
}
