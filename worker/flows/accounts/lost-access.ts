/*
 * Who has lost passkey and number has lost the account, until two operators who know him say otherwise.
 * 1. `askLostAccess` sends a code to his new number, whoever he is: a request costs a telephone.
 * 2. `claimLostAccess` takes it and writes the request. Nobody learns whether the old number has an account.
 * 3. `grant` gives the person the new number and takes his passkeys away, so that a code lets him in. Whoever was seen in the
 *    account since has lost nothing: then it is refused. A dangerous act, which one proposes and another approves.
 */
import { type LostAccessId, newPeopleId } from '#worker/domain/ids.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { DAY } from '#worker/domain/time.ts'
import type { Locale } from '#worker/domain/verifications/text.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import {
  grantLostAccess,
  insertLostAccess,
  type LostAccess,
  type LostAccessFacts,
  lostAccessById,
  refuseLostAccess,
  wasSeenSince,
} from '#worker/store/people/lost-access.ts'
import { ownerOfMobile, personById } from '#worker/store/people/people.ts'
import { localeOf, type TypedCode } from './by-code.ts'
import { takeCode } from './code-pace.ts'
import { codeSender } from './code-sender.ts'
import { type CodeCall, provenBy, readMobile, type SentCode, sendCode } from './codes.ts'
import { endOwn } from './sign-in.ts'

/** Time for which requests are kept. */
const KEPT = 90 * DAY

/** What somebody says who asks: his old number, the new one, and who he is. */
interface Claim {
  readonly mobile: string
  readonly newMobile: string
  readonly name: string
  readonly words: string
  readonly locale: Locale | undefined
}

/** Sends a code to the new number. */
export async function askLostAccess(platform: Platform, call: CodeCall, claim: Claim): Promise<SentCode> {
  const { principal, ...sender } = await codeSender(platform)
  const before = readMobile(platform, principal, claim.mobile)
  const after = readMobile(platform, principal, claim.newMobile)
  if (before === after) throw invalidField('/newMobile', 'is the number that you have lost')
  await takeCode(platform, { mobile: after, from: call.from })
  const { name, words, locale = localeOf(principal.policy.region) } = claim
  const facts: LostAccessFacts = { before, after, name, words }
  const asked = { purpose: 'lost-access' as const, mobile: after, locale, personId: null, instead: null, facts }
  return sendCode(platform, { principal, ...sender }, call, asked)
}

/** Takes that code, and puts the request before the operators. Gives its id, by which they are asked about it. */
export async function claimLostAccess(
  platform: Platform,
  { ceremony, code, request }: Pick<TypedCode, 'ceremony' | 'code' | 'request'>,
): Promise<LostAccessId> {
  const tried = { purpose: 'lost-access' as const, held: ceremony, code }
  const { facts } = await provenBy<LostAccessFacts>(platform, await codeSender(platform), request, tried)
  const { CONTROL } = platform.env
  const owner = await ownerOfMobile(CONTROL, platform.keys, facts.before)
  const id = newPeopleId('lst', request) as LostAccessId
  const now = platform.now()
  const made = { id, personId: owner?.id ?? null, createdAt: now, facts }
  await insertLostAccess(CONTROL, platform.keys, made, now - KEPT)
  return id
}

const conflict = (detail: string): Problem => new Problem('conflict', { detail })

async function undecided({ env, keys }: Platform, id: string): Promise<LostAccess> {
  const found = await lostAccessById(env.CONTROL, keys, id)
  if (!found) throw new Problem('not-found')
  if (found.decision !== null) throw conflict(`It is ${found.decision} already.`)
  return found
}

/** Gives the person who asked his account again, by the number that he has proven. */
export async function grant(platform: Platform, text: string): Promise<LostAccess> {
  const { env, keys } = platform
  const found = await undecided(platform, text)
  const { id, personId, facts, createdAt } = found
  const person = personId && (await personById(env.CONTROL, keys, personId))
  if (!facts || !person || person.status !== 'active')
    throw conflict('Nobody has an account with the number that it names.')
  if (person.operatorRole !== null)
    throw conflict('The person has a role at the licensee: take that away, and invite him anew.')
  if (await wasSeenSince(env.CONTROL, person.id, createdAt))
    throw conflict('The person was seen in the account since: he has not lost it.')
  const { name, email, mobile: before } = person
  const at = platform.now()
  const change = { id: person.id, facts: { name: name ?? facts.name, email, mobile: facts.after }, before, at }
  if (!(await grantLostAccess(env.CONTROL, keys, { id, createdAt }, change)))
    throw conflict('Somebody decided at the same time, or the new number is another’s.')
  await endOwn(platform, person.id, null)
  return { ...found, decision: 'granted', decidedAt: at }
}

/** Refuses a request. */
export async function refuse(platform: Platform, text: string): Promise<LostAccess> {
  const found = await undecided(platform, text)
  const at = platform.now()
  if (!(await refuseLostAccess(platform.env.CONTROL, found.id, at)))
    throw conflict('Somebody decided at the same time.')
  return { ...found, decision: 'refused', decidedAt: at }
}
