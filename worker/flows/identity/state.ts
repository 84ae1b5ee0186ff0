import { type IdentityLevel, levelAbove } from '#worker/domain/identity/level.ts'
import { DAY } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { triesSince } from '#worker/store/identity/matches.ts'
import { type Papers, papersOf } from '#worker/store/identity/papers.ts'
import { type Claimant, TRIES_A_DAY } from './match.ts'

/** What a person has to do for the next level, in words. */
const NEEDS: Readonly<Record<IdentityLevel, string>> = {
  L0: 'An e-mail address.',
  L1: 'Verify your mobile number by a code.',
  L2: 'Have your national id matched with your verified mobile number.',
  L3: 'Hand in the papers of the legal person that you act for; an operator reviews them.',
}

/** Where a person's identity stands. */
interface IdentityState {
  readonly level: IdentityLevel
  readonly next: { readonly level: IdentityLevel; readonly needs: string } | null
  /** Questions to the registry that are left within a day. */
  readonly triesLeft: number
  readonly papers: readonly Papers[]
}

export async function identityState({ env, keys, now }: Platform, { id, level }: Claimant): Promise<IdentityState> {
  const [asked, papers] = await Promise.all([triesSince(env.CONTROL, id, now() - DAY), papersOf(env.CONTROL, keys, id)])
  const next = levelAbove(level)
  return {
    level,
    next: next && { level: next, needs: NEEDS[next] },
    triesLeft: Math.max(0, TRIES_A_DAY - asked),
    papers,
  }
}
