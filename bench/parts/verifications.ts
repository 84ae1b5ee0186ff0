import type { Measured } from '../figures.ts'
import { load, postBytes } from '../load.ts'
import { alternate } from '../pairs.ts'
import type { Stage } from '../stage.ts'
import { ratioOf } from '../statistics.ts'
import type { BenchTenant } from '../tenants.ts'

const ROUNDS = 4
const STARTS = 96
const CONNECTIONS = 16

let next = 0
/** A number that had no code yet: of the sandbox's that deliver. */
const number = (): string => `+989${String(100_000_000 + next++ * 7).slice(0, 9)}`

interface Answered {
  readonly id: string
}

/** Starts verifications by calls of their own, and gives their ids. */
async function startedIds(stage: Stage, token: string): Promise<readonly string[]> {
  const url = stage.url('chapar', '/v1/verifications')
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const ids: string[] = []
  while (ids.length < STARTS) {
    const some = Array.from({ length: CONNECTIONS }, async () => {
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ to: number() }) })
      if (answer.status !== 202) throw new Error(`a start was answered ${answer.status}`)
      return ((await answer.json()) as Answered).id
    })
    ids.push(...(await Promise.all(some)))
  }
  return ids
}

/** Starts and checks a second, each over calls of an object that counts and stores: a new one, and one that is there. */
export async function verifications(stage: Stage, { token }: BenchTenant): Promise<Record<string, Measured>> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const perSecond = async (url: string, status: number, requests: readonly Buffer[]): Promise<number> =>
    (await load({ url, requests, status, connections: CONNECTIONS, count: requests.length })).perSecond
  const start = stage.url('chapar', '/v1/verifications')
  const starts = (): Promise<number> =>
    perSecond(
      start,
      202,
      Array.from({ length: STARTS }, () => postBytes(start, JSON.stringify({ to: number() }), headers)),
    )
  const checks = async (): Promise<number> => {
    const ids = await startedIds(stage, token)
    const urls = ids.map((id) => stage.url('chapar', `/v1/verifications/${id}/check`))
    return perSecond(
      start,
      200,
      urls.map((url) => postBytes(url, '{"code":"0"}', headers)),
    )
  }
  const floor = stage.url('floor-object')
  const ask = (names: readonly string[]): Promise<number> =>
    perSecond(
      floor,
      200,
      names.map((name) => postBytes(`${floor}/?name=${name}`, '')),
    )
  const named = (): readonly string[] => Array.from({ length: STARTS }, () => number().slice(1))
  /** Objects that are there already, as a check finds its own. */
  const again = async (): Promise<number> => {
    const names = named()
    await ask(names)
    return ask(names)
  }
  const [ofStarts, ofChecks] = [
    ratioOf(await alternate(ROUNDS, starts, () => ask(named()))),
    ratioOf(await alternate(ROUNDS, checks, again)),
  ]
  return {
    'verification.startPerSecond': { value: ofStarts.subject },
    'verification.checkPerSecond': { value: ofChecks.subject },
    'verification.newObjectPerSecond': { value: ofStarts.floor },
    'verification.objectPerSecond': { value: ofChecks.floor },
    'verification.startRatio': { value: ofStarts.ratio, quartiles: ofStarts.quartiles },
    'verification.checkRatio': { value: ofChecks.ratio, quartiles: ofChecks.quartiles },
  }
}
