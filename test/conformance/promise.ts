import { expect } from 'vitest'
import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { Connection, Submission } from '#worker/domain/carriers/provider.ts'
import { attemptOf, type Carrier, type ConformanceKit, type Played, play, type Scene } from './kit.ts'
import type { Column } from './table.ts'

/** Keeps its promise: returns or throws. */
export type Check = (kit: ConformanceKit, channel: ChannelName) => Promise<void>

export interface Promised {
  readonly name: string
  readonly column: Column
  /** Is the promise meant for this provider? Decided from the provider, never from its kit's word; a text says why not. */
  readonly concerns: (kit: ConformanceKit) => true | string
  /** A kit may say why it cannot be asked all the same. The table names and counts it. */
  readonly waivable?: true
  readonly check: Check
}

export const always = (): true => true

/** The connection of a carrier that nobody calls: what it can do at all. */
export const connectionOf = (kit: ConformanceKit): Connection =>
  kit.provider.open(kit.settings, play(resets, 5_000, kit.ports).ports)

export const sends = ({ provider }: ConformanceKit): true | string =>
  provider.features.includes('outbound') || 'it sends nothing'

export const overHttp = (kit: ConformanceKit): true | string => {
  const out = sends(kit)
  if (out !== true) return out
  return typeof kit.carrier.takes === 'function' || 'it is not called by HTTP'
}

export interface Submitted extends Played {
  readonly connection: Connection
  readonly outcomes: readonly Submission[]
}

/** Every text of at least eight characters in a value: what must not leave a provider. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.length >= 8 ? [value] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

/** Nothing that leaves a provider names a secret, a recipient or a text. */
export function expectSilence(kit: ConformanceKit, text: string): void {
  for (const [name, spec] of Object.entries(kit.provider.settings))
    if (spec.kind === 'secret' && kit.settings[name] !== undefined)
      expect(text).not.toContain(String(kit.settings[name]))
  expect(text).not.toContain(/^\+\d+$/.test(kit.to) ? kit.to.slice(-9) : kit.to)
  for (const part of [...textsIn(kit.content), ...textsIn(kit.target)]) expect(text).not.toContain(part)
}

/** Submits `count` messages to a connection whose carrier is `scene`; at most a batch a call. A throw fails the test. */
export async function submit(kit: ConformanceKit, scene: Scene, count = 1, timeoutMs?: number): Promise<Submitted> {
  const played = play(scene, timeoutMs, kit.ports)
  const settings = timeoutMs === undefined ? kit.settings : { ...kit.settings, ...kit.impatient }
  const connection = kit.provider.open(settings, played.ports)
  const outcomes: Submission[] = []
  for (let from = 0; from < count; from += kit.provider.batch) {
    const size = Math.min(kit.provider.batch, count - from)
    const answered = await connection.submit(Array.from({ length: size }, (_, n) => attemptOf(kit, from + n)))
    expect(answered).toHaveLength(size)
    outcomes.push(...answered)
  }
  for (const one of outcomes)
    expectSilence(kit, JSON.stringify(one.outcome === 'accepted' ? { ...one, providerRef: '' } : one))
  return { ...played, connection, outcomes }
}

/** Milliseconds that a test waits for a carrier that never answers. */
export const IMPATIENT_MS = 40

export const resets: Carrier = () => {
  throw new TypeError('Network connection lost.')
}

/** The scene of the kit where its carrier is not called by HTTP, which only the kit can play; else the suite's own. */
export function sceneOf(
  kit: ConformanceKit,
  name: 'hangs' | 'resets' | 'garbles' | 'floods' | 'isAway',
  own: Carrier,
): Scene {
  const played = kit.carrier[name]
  if (played) return played
  if (typeof kit.carrier.takes === 'function') return own
  throw new Error(`the kit must play \`${name}\`: its carrier is not called by HTTP`)
}
