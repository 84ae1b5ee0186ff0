import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { startWorld, type World } from '../../worlds/world.ts'

export interface Batch {
  readonly id: string
  readonly acceptedCount: number
  readonly rejectedCount: number
  readonly rejected: readonly { readonly index: number; readonly errors: readonly { readonly pointer: string }[] }[]
}
interface Refusal {
  readonly code: string
  readonly errors?: readonly { readonly pointer: string }[]
}

export const PATH = '/v1/messages/batch'
export const NDJSON = { 'content-type': 'application/x-ndjson' }
export const GZIP = { 'content-encoding': 'gzip' }

/** A gateway with the V8 heap in which it must live: an isolate of Workers has 128 MB for all that it holds. */
export const startSmall = (): Promise<World> =>
  startWorld({ heapMiB: 128, tenant: { limits: { rate: 100_000, burst: 1_000_000 } } })

export type Sent = string | Uint8Array

/** Makes the sender of bodies as they stand to a world that is started later. */
export const senderTo =
  (world: () => World) =>
  (body: Sent, headers: Readonly<Record<string, string>> = {}, path = PATH): Promise<Response> =>
    world().call(path, { body, headers })
export const gzipped = (text: string | Uint8Array): Uint8Array => gzipSync(text)

export async function accepted(answer: Response): Promise<Batch> {
  const text = await answer.text()
  expect(answer.status, text.slice(0, 300)).toBe(202)
  return JSON.parse(text)
}
export async function refused(answer: Response, status: number): Promise<Refusal> {
  const text = await answer.text()
  expect(answer.status, text.slice(0, 300)).toBe(status)
  return JSON.parse(text)
}
