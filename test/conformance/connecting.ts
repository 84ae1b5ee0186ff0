import { expect } from 'vitest'
import type { Receipt, SettingSpec } from '#worker/domain/carriers/provider.ts'
import { attemptOf, type ConformanceKit, NOW, play, type Scene } from './kit.ts'
import { connectionOf, expectSilence, type Promised, resets, sceneOf } from './promise.ts'
import { page, tenMegabytes } from './submitting.ts'

const WRONG = 'secret of the host \n'

/** A setting that can be of a wrong form, and such a value. */
function wrongSetting(kit: ConformanceKit): readonly [string, string | number] | null {
  const wrong = ({ kind, pattern }: SettingSpec): string | number | null => {
    if (kind === 'url') return 'file:///secret-of-the-host'
    if (pattern !== undefined) return WRONG
    return kind === 'number' ? Number.NaN : null
  }
  for (const [name, spec] of Object.entries(kit.provider.settings)) {
    const value = wrong(spec)
    if (value !== null) return [name, value]
  }
  return null
}

const errorOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    return String(error)
  }
  return 'nothing was thrown'
}

/** What opening, asking and probing a connection must do. */
export const CONNECTING: readonly Promised[] = [
  {
    name: 'a missing setting',
    column: 'settings',
    concerns: ({ provider }) =>
      Object.values(provider.settings).some((spec) => spec.required && spec.default === undefined) ||
      'every setting has a default',
    check: async (kit) => {
      for (const [name, spec] of Object.entries(kit.provider.settings)) {
        if (!spec.required || spec.default !== undefined) continue
        const { [name]: _, ...rest } = kit.settings
        const error = errorOf(() => kit.provider.open(rest, play(resets).ports))
        expect(error).toContain(`settings of ${kit.provider.name}: ${name} is required`)
        expectSilence(kit, error)
      }
    },
  },
  {
    name: 'a setting of the wrong form: an error that names it and holds no value',
    column: 'settings',
    concerns: (kit) => wrongSetting(kit) !== null || 'no setting has a form',
    check: async (kit) => {
      const [name, value] = wrongSetting(kit) ?? ['', '']
      const error = errorOf(() => kit.provider.open({ ...kit.settings, [name]: value }, play(resets).ports))
      expect(error).toMatch(new RegExp(`[:;] ${name} (must be|does not have)`))
      expect(error).not.toMatch(/secret[ -]of[ -]the[ -]host/)
      expectSilence(kit, error)
    },
  },
  {
    name: 'asked what became of an attempt: delivered; an unreadable answer throws and says nothing',
    column: 'query',
    concerns: (kit) => connectionOf(kit).query !== undefined || 'the carrier cannot be asked',
    check: async (kit) => {
      const { ref, to } = attemptOf(kit)
      const providerRef = kit.callback?.providerRef ?? null
      const past = [{ ref, providerRef, to, submittedAt: NOW - 3_600_000 }]
      const ask = async (scene: Scene): Promise<readonly Receipt[] | undefined> =>
        kit.provider.open(kit.settings, play(scene, undefined, kit.ports).ports).query?.(past)
      const receipts = await ask(kit.carrier.reports ?? resets)
      expect(receipts).toHaveLength(1)
      expect(receipts?.[0]).toMatchObject({ status: 'delivered' })
      for (const carrier of [page(200), page(500), resets, tenMegabytes]) {
        const error: unknown = await ask(carrier).catch((caught: unknown) => caught)
        expect(error).toBeInstanceOf(Error)
        expectSilence(kit, String(error))
      }
    },
  },
  {
    name: 'health: true when the carrier answers, false when it does not',
    column: 'health',
    concerns: (kit) => connectionOf(kit).health !== undefined || 'there is no call without side effects',
    check: async (kit) => {
      const probe = (scene: Scene) =>
        kit.provider.open(kit.settings, play(scene, undefined, kit.ports).ports).health?.()
      expect(await probe(kit.carrier.isHealthy ?? resets)).toBe(true)
      if (typeof kit.carrier.takes === 'function')
        for (const carrier of [resets, page(200), page(503)]) expect(await probe(carrier)).toBe(false)
      else expect(await probe(sceneOf(kit, 'isAway', resets))).toBe(false)
    },
  },
]
