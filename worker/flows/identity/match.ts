import { type IdentityLevel, numberOfLevel } from '#worker/domain/identity/level.ts'
import { type NationalId, nationalIdOf } from '#worker/domain/identity/national-id.ts'
import type { RegistryAnswer } from '#worker/domain/identity/registry.ts'
import type { PersonId, RequestId } from '#worker/domain/ids.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { DAY, SECOND } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import {
  claimed,
  type IdentityMatch,
  keepMatch,
  matchOf,
  recordAnswer,
  takeTry,
} from '#worker/store/identity/matches.ts'
import { setLevel } from './level.ts'
import { openRegistry } from './registry.ts'

/** Questions to a registry that a person has a day, whatever came of them. */
export const TRIES_A_DAY = 5

/** Person who asks, with the mobile that he has verified: there is no way to ask about another one. */
export interface Claimant {
  readonly id: PersonId
  readonly level: IdentityLevel
  /** In E.164; null: none is verified. */
  readonly mobile: string | null
}

/** Word to a person about his national id. */
interface Matched {
  readonly answer: RegistryAnswer['answer']
  readonly level: IdentityLevel
  readonly detail: string
  readonly triesLeft: number
}

const WORDS = {
  yes: 'Your mobile number is registered to the owner of this national id.',
  no: 'Your mobile number is not registered to the owner of this national id. Use the number of a SIM card in your own name.',
  unknown:
    'The registry knows nothing of this national id and number. Ask your mobile operator whose name they are under.',
  unavailable: 'The registry gave no answer. It says nothing about you: try again later.',
} as const

const taken = (): Problem =>
  new Problem('conflict', { detail: 'This national id cannot be used for you: ask the operator.' })

/** Reads a national id; throws a `Problem` that names the field and holds no digit of it. */
function requireNationalId(text: string): NationalId {
  const id = nationalIdOf(text)
  if (id) return id
  throw invalidField('/nationalId', 'is no national id: ten digits, of which the last one checks the nine before')
}

/** Raises a person to L2, if the number is his still that was matched; who has more keeps it. */
async function raise(platform: Platform, { id, level, mobile }: Claimant & { mobile: string }): Promise<IdentityLevel> {
  if (numberOfLevel(level) >= numberOfLevel('L2')) return level
  if (await setLevel(platform, { personId: id, level: 'L2', when: { mobile } })) return 'L2'
  throw new Problem('conflict', { detail: 'Your mobile number was changed meanwhile: have the new one matched.' })
}

/** Asks the registry in use, once a try is taken; throws `too-many-tries` where there is none left. */
async function askRegistry(
  platform: Platform,
  {
    match,
    nationalId,
    mobile,
  }: { readonly match: IdentityMatch; readonly nationalId: NationalId; readonly mobile: string },
  request: RequestId,
): Promise<RegistryAnswer & { readonly registry: string; readonly triesLeft: number }> {
  const { env, keys, log, now } = platform
  const open = await openRegistry(platform)
  if (!open) throw new Problem('conflict', { detail: 'No registry of identities is set up here: ask the operator.' })
  const asked = { personId: match.personId, id: request.slice(4), at: now(), registry: open.name }
  const tries = await takeTry(env.CONTROL, asked, TRIES_A_DAY)
  if ('nextAt' in tries) {
    const wait = Math.min(DAY, Math.max(SECOND, tries.nextAt - asked.at))
    throw new Problem('too-many-tries', { headers: { 'Retry-After': String(Math.ceil(wait / SECOND)) } })
  }
  const answer = await open.registry.match(nationalId, mobile)
  log('identity.asked', {
    person: match.personId,
    registry: open.name,
    answer: answer.answer,
    ...(answer.fault ? { fault: answer.fault } : {}),
  })
  await recordAnswer(env.CONTROL, keys, asked, answer)
  return { ...answer, registry: open.name, triesLeft: tries.left }
}

/**
 * Has a person's national id matched with his own verified mobile, by the registry in use, and raises him to L2 on its yes. That
 * an id is used by another person is told to nobody but who owns it by the registry's word.
 */
export async function matchNationalId(
  platform: Platform,
  person: Claimant,
  text: string,
  request: RequestId,
): Promise<Matched> {
  const { env, keys } = platform
  const { mobile } = person
  const nationalId = requireNationalId(text)
  if (mobile === null) throw new Problem('conflict', { detail: 'Verify your mobile number first.' })
  const match = await claimed(keys, { personId: person.id, mobile, nationalId })
  const before = await matchOf(env.CONTROL, person.id)
  if (before?.nationalKey === match.nationalKey && before.mobileKey === match.mobileKey)
    return {
      answer: 'yes',
      level: await raise(platform, { ...person, mobile }),
      detail: WORDS.yes,
      triesLeft: TRIES_A_DAY,
    }
  const { triesLeft, ...found } = await askRegistry(platform, { match, nationalId, mobile }, request)
  const { answer, fault } = found
  if (answer !== 'yes')
    return { answer, level: person.level, detail: fault ? WORDS.unavailable : WORDS[answer], triesLeft }
  if (!(await keepMatch(env.CONTROL, keys, { match, nationalId }, found))) throw taken()
  return { answer, level: await raise(platform, { ...person, mobile }), detail: WORDS.yes, triesLeft }
}
