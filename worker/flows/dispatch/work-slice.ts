import { learnAliases, namedBy } from '#worker/flows/core/identities.ts'
import { ABROAD, heardAddress } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { fillParties } from '#worker/store/parties/fill.ts'
import type { Place, Slice } from './choose-connection.ts'
import { type ClaimedSlice, claimSlice } from './claim.ts'
import { type AnsweredSlice, submitSlice, withAnswers } from './submit.ts'
import { aimed, pushTargetsOf, removeUnregistered } from './targets.ts'
import { tellLostAgain } from './tell-lost-again.ts'
import { attemptOf } from './unit.ts'
import { closeClaim, writeOutcome } from './write-outcome.ts'

/**
 * Keeps the other addresses that the carrier named for recipients. A failure is only logged: the outcome is written, and
 * the next message brings the names too.
 */
async function learn(platform: Platform, { group, answered }: AnsweredSlice): Promise<void> {
  const told = answered.flatMap(({ unit, result }) =>
    result.outcome === 'accepted' && result.alias !== undefined ? [{ to: unit.item.to, also: result.alias }] : [],
  )
  if (told.length === 0) return
  try {
    const people = told.map(async ({ to, also }) => ({
      ...(await namedBy(platform, group, group.channel, to)),
      also: heardAddress(group.channel, also, ABROAD),
    }))
    await learnAliases(platform, 'sent', await Promise.all(people))
  } catch (error) {
    platform.log('alias.unlearned', { realm: group.realm, aliases: told.length, reason: errorLabel(error) })
  }
}

/** Fills the realm's index by party. A failure is only logged: the sweep fills what waits. */
async function fillRealm(platform: Platform, { db, realm, shard }: Slice['group']): Promise<void> {
  try {
    platform.log('parties.filled', { realm, shard, entries: await fillParties(db, realm) })
  } catch (error) {
    platform.log('parties.unfilled', { realm, shard, reason: errorLabel(error) })
  }
}

/**
 * Claims, submits and records a slice over one connection. The permit goes back right after the submits, before anything
 * else can fail, and beside the record: workSlice() waits for both.
 */
async function workWithPlace(platform: Platform, slice: Slice, place: Place): Promise<ClaimedSlice> {
  const startedAt = platform.now()
  const { group, units } = slice
  const targets = group.channel.registry ? await pushTargetsOf(platform, slice) : null
  const claimed = await claimSlice(platform, slice)
  const { won, ended, lost } = claimed
  if (lost.length > 0) await tellLostAgain(platform, claimed)
  if (won.length === 0) {
    await closeClaim(platform, claimed)
    return claimed
  }
  const attempts = won.map(targets ? (unit) => aimed(attemptOf(unit), targets) : attemptOf)
  const submitted = await submitSlice(place, attempts, platform.now)
  void place.settle(submitted)
  const answered = withAnswers(claimed, place, submitted, platform.now())
  await writeOutcome(platform, answered)
  await learn(platform, answered)
  if (targets) await removeUnregistered(platform, answered, targets)
  platform.log('message.dispatched', {
    realm: group.realm,
    connection: place.bound.config.id,
    messages: units.length,
    won: won.length,
    ended: ended.length,
    lost: lost.length,
    accepted: answered.answered.filter(({ outcome }) => outcome === 'accepted').length,
    streak: submitted.unknownStreak,
    ms: answered.answeredAt - startedAt,
  })
  return claimed
}

/**
 * Works one slice from its claim to its outcome; without a place its messages end at the claim. The permit goes back
 * whatever fails: of two settlements the first counts.
 */
export async function workSlice(platform: Platform, slice: Slice): Promise<void> {
  const { place } = slice
  try {
    const claimed = place ? await workWithPlace(platform, slice, place) : await claimSlice(platform, slice)
    if (!place) await closeClaim(platform, claimed)
    if (claimed.isFillDue) await fillRealm(platform, slice.group)
  } finally {
    await place?.settle({ unknownStreak: 0, certain: false })
  }
}
