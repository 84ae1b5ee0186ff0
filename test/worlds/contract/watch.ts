import type { WorldAtRest } from '../at-rest/every-world.ts'
import { wasClosed } from '../databases/closed.ts'
import type { Outbound } from '../outbound.ts'
import { type Contract, contractOf } from './contract.ts'
import { logFaults } from './log-lines.ts'

/** Faults that were seen since they were last asked for, of every gateway of this process. */
const faults = new Set<string>()
/** Checks that are left for the end of a test. */
const left: (() => Promise<void>)[] = []
/** Bytes of a body from which on, compressed or not, its check is left: meanwhile this process would write no other body. */
const LARGE = 30_000

/** Gives the faults seen until now, each once, and forgets them. */
export async function takeFaults(): Promise<readonly string[]> {
  for (const check of left.splice(0)) await check()
  const seen = [...faults]
  faults.clear()
  return seen
}

/**
 * Watches the traffic and the log of one gateway: what its document does not allow, and a line that tells of a person, becomes a
 * fault of the test that runs.
 */
export interface Watch {
  /** Fetches as `fetch` does. */
  fetch(url: URL, init: RequestInit): Promise<Response>
  /** Notes a call that reaches the gateway by the emulator's own door. */
  hand(url: URL, init: RequestInit): void
  /** Notes a job that a test puts on a queue. */
  queued(body: unknown): void
  /** Hears a line that a Worker logged. */
  log(line: string): void
  /** Plays the world outside as `outbound` does. */
  outbound(outbound: Outbound): Outbound
  /** Origin of the gateway, once it is there: its document is asked for there. */
  start(origin: string): void
  /** Searches what the gateway kept and logged, now that it has ended. */
  end(): void
}

const JSON_TYPE = /\bjson\b/

const note = (what: string, found: readonly string[]): void => {
  for (const fault of found) faults.add(`${what}: ${fault}`)
}

const lengthOf = (body: unknown): number => (typeof body === 'string' || body instanceof Uint8Array ? body.length : 0)

/** The contract that a gateway serves; null: it has none (a Worker of a test's own). Throws if it cannot say now. */
async function served(origin: string): Promise<Contract | null> {
  const answer = await fetch(`${origin}/openapi.json`, { headers: { 'cf-connecting-ip': '127.0.0.1' } })
  const text = await answer.text()
  if (answer.status >= 429) throw new Error(`the document was answered ${answer.status}`)
  return answer.ok && typeof text === 'string' && text.startsWith('{"openapi"') ? contractOf(text) : null
}

/** Milliseconds without a call after which the runtime may have closed a kept connection, at the least. */
const IDLE_MS = 1_000

/**
 * A `fetch` that asks once more where the runtime had closed the kept connection because it was idle, just when this process,
 * busy until then, asked over it: nothing of that call was read. A connection in use a moment ago is the test's affair.
 */
function overKept(): typeof fetch {
  let usedAt = 0
  return async (url, init) => {
    const isIdle = Date.now() - usedAt > IDLE_MS
    try {
      return await fetch(url, init)
    } catch (error) {
      if (!isIdle || !wasClosed(error)) throw error
      return await fetch(url, init)
    } finally {
      usedAt = Date.now()
    }
  }
}

/** Text of a copy of a request; empty: it is none, or breaks off. Answers are not read: some hang on purpose. */
async function textIn(request: Request): Promise<string> {
  if (!/json|text|form/.test(request.headers.get('content-type') ?? '')) return ''
  return (request.clone() as Request).text().catch(() => '')
}

/** Contracts of the gateways of this process, by what makes their documents. */
const contracts = new Map<string, Promise<Contract | null>>()

/**
 * Watches over a gateway. `madeBy` names what its document follows from, the script and its address: of gateways of which that is
 * the same one is asked for it.
 */
export function newWatch(atRest: WorldAtRest, madeBy: string = crypto.randomUUID()): Watch {
  let origin: string | null = null
  const ask = overKept()
  const contract = (): Promise<Contract | null> => {
    if (origin === null) return Promise.resolve(null)
    const asked =
      contracts.get(madeBy) ??
      served(origin).catch(() => {
        // A gateway that a test has killed or broken: the next one is asked anew.
        contracts.delete(madeBy)
        return null
      })
    contracts.set(madeBy, asked)
    return asked
  }

  async function checkCall(url: URL, init: RequestInit, response: Response): Promise<void> {
    const isJson = JSON_TYPE.test(response.headers.get('content-type') ?? '')
    // A body that breaks off is the test's affair.
    const json = isJson
      ? await response
          .clone()
          .text()
          .catch(() => '')
      : null
    const method = (init.method ?? 'GET').toUpperCase()
    const call = {
      method,
      url,
      sent: { headers: new Headers(init.headers), body: init.body },
      status: response.status,
      headers: response.headers,
      json: json === '' ? null : json,
    }
    const held = await contract()
    const check = async (): Promise<void> => note(`${method} ${url.pathname}${url.search}`, held?.call(call) ?? [])
    if (lengthOf(init.body) > LARGE) left.push(check)
    else await check()
  }

  async function checkEvent(request: Request): Promise<void> {
    const found = (await contract())?.event({ headers: request.headers, body: await request.text() })
    note(`webhook to ${request.url}`, found ?? [])
  }

  return {
    start: (at) => {
      origin = at
    },
    hand: (url, init) => atRest.told.request(url, init),
    queued: (body) => atRest.told.text('a job', JSON.stringify(body)),
    end: () => {
      note('at rest', atRest.end())
    },
    fetch: async (url, init) => {
      atRest.told.request(url, init)
      const response = await ask(url, init)
      await checkCall(url, init, response)
      return response
    },
    log: (line) => {
      atRest.log(line)
      for (const fault of logFaults(line)) faults.add(fault)
    },
    outbound: (outbound) => async (request) => {
      atRest.told.text('what left the gateway', await textIn(request))
      if (request.headers.has('webhook-id')) await checkEvent(request.clone() as Request)
      return outbound(request)
    },
  }
}
