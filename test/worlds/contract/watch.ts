import type { Outbound } from '../outbound.ts'
import { type Contract, contractOf } from './contract.ts'
import { logFaults } from './log-lines.ts'

/** Faults that were seen since they were last asked for, of every gateway of this process. */
const faults = new Set<string>()

/** Gives the faults seen until now, each once, and forgets them. */
export function takeFaults(): readonly string[] {
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
  /** Hears a line that a Worker logged. */
  log(line: string): void
  /** Plays the world outside as `outbound` does. */
  outbound(outbound: Outbound): Outbound
  /** Origin of the gateway, once it is there: its document is asked for there. */
  start(origin: string): void
}

const JSON_TYPE = /\bjson\b/

const note = (what: string, found: readonly string[]): void => {
  for (const fault of found) faults.add(`${what}: ${fault}`)
}

/** The contract that a gateway serves; null: it has none (a Worker of a test's own). */
async function served(origin: string): Promise<Contract | null> {
  const answer = await fetch(`${origin}/openapi.json`, { headers: { 'cf-connecting-ip': '127.0.0.1' } })
  const text = await answer.text()
  return answer.ok && typeof text === 'string' && text.startsWith('{"openapi"') ? contractOf(text) : null
}

export function newWatch(): Watch {
  let origin: string | null = null
  let asked: Promise<Contract | null> | null = null
  const contract = (): Promise<Contract | null> => {
    if (origin === null) return Promise.resolve(null)
    asked ??= served(origin).catch(() => {
      // A gateway that a test has killed: the next one is asked anew.
      asked = null
      return null
    })
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
    const found = (await contract())?.call({
      method,
      url,
      sent: { headers: new Headers(init.headers), body: init.body },
      status: response.status,
      headers: response.headers,
      json: json === '' ? null : json,
    })
    note(`${method} ${url.pathname}${url.search}`, found ?? [])
  }

  async function checkEvent(request: Request): Promise<void> {
    const found = (await contract())?.event({ headers: request.headers, body: await request.text() })
    note(`webhook to ${request.url}`, found ?? [])
  }

  return {
    start: (at) => {
      origin = at
    },
    fetch: async (url, init) => {
      const response = await fetch(url, init)
      await checkCall(url, init, response)
      return response
    },
    log: (line) => {
      for (const fault of logFaults(line)) faults.add(fault)
    },
    outbound: (outbound) => async (request) => {
      if (request.headers.has('webhook-id')) await checkEvent(request.clone() as Request)
      return outbound(request)
    },
  }
}
