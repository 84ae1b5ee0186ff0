import type { RegistryAnswer, RegistryDriver } from '#worker/domain/identity/registry.ts'

/** Time that a slow registry takes. */
const SLOW_MS = 2_000

/** Fates by the eighth and ninth digit of a national id, which the check digit follows: docs/identity.md lists whole ids. */
const FATES: Readonly<Record<string, 'no' | 'unknown' | 'slow' | 'unavailable'>> = {
  '01': 'no',
  '02': 'unknown',
  '03': 'slow',
  '04': 'unavailable',
}

/** A registry that is always there, and proves nothing: the national id decides what it says, of any other it says yes. */
export const sandbox: RegistryDriver = {
  name: 'sandbox',
  settings: {},
  simulated: true,
  open: (_, { now, pause, newReference }) => ({
    match: async (nationalId): Promise<RegistryAnswer> => {
      const fate = FATES[nationalId.slice(7, 9)] ?? 'yes'
      if (fate === 'slow') await pause(SLOW_MS)
      if (fate === 'unavailable') return { answer: 'unknown', reference: null, at: now(), fault: 'unreachable' }
      return { answer: fate === 'slow' ? 'yes' : fate, reference: newReference(), at: now() }
    },
  }),
}
