import type { Region } from '#worker/domain/addresses/number-plans.ts'
import { type Channel, under } from '#worker/domain/carriers/channel.ts'
import { timeOfSession } from '#worker/domain/ids.ts'
import { Problem } from '#worker/domain/problem.ts'
import { retentionCutoff } from '#worker/domain/tenants/retention.ts'
import { standingOf } from '#worker/domain/verifications/verification.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { personKey } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import {
  listVerifications,
  type VerificationLedger,
  type VerificationRecord,
  verificationById,
} from '#worker/store/verifications/read.ts'
import { callRecipient, named, openOrder } from './order.ts'
import type { SeenVerification } from './verify.ts'

const ledgerOf = ({ env, keys }: Platform, shard: number): VerificationLedger => ({ db: shardOfEnv(env, shard), keys })

/** How a verification stands by what the ledger knows. Wrong checks of its recipient's other ones are not there. */
const seenAt =
  (now: number) =>
  ({ facts, order }: VerificationRecord): SeenVerification => ({
    standing: standingOf(facts, 0, now),
    order,
  })

/**
 * Reads a verification: from the object of its recipient while that has it, else from the ledger. Throws a 404 if it is not the
 * tenant's, a 410 if it was purged.
 */
export async function lookUpVerification(
  platform: Platform,
  principal: Principal,
  text: string,
): Promise<SeenVerification> {
  const { realm, policy } = principal
  const { id, recipient } = await named(platform, principal, text)
  const told = await callRecipient(platform, principal, recipient, (object) => object.read(id))
  if (told) return { standing: told.standing, order: await openOrder(platform, id, told.order) }
  const now = platform.now()
  for (const shard of policy.shards.toReversed()) {
    const found = await verificationById(ledgerOf(platform, shard), realm, id)
    if (found) return seenAt(now)(found)
  }
  throw new Problem(timeOfSession(id) < retentionCutoff(now) ? 'gone' : 'not-found')
}

/** Recipient as the tenant writes it, and the channel by which it is read. */
interface Written {
  readonly channel: Channel
  readonly address: string
}

function addressOf({ channel, address }: Written, region: Region | null): string {
  try {
    return channel.address(address, region).value
  } catch (error) {
    throw under(error, '/to')
  }
}

interface VerificationQuery {
  /** Null: everybody's. */
  readonly to: Written | null
  /** Id to go on before; null to begin with the newest. */
  readonly before: string | null
  readonly limit: number
}

/** Lists the tenant's verifications of all its shards, newest first. A `Problem` is thrown if `to` is no address. */
export async function listOwnVerifications(
  platform: Platform,
  { realm, policy }: Principal,
  { to, before, limit }: VerificationQuery,
): Promise<readonly SeenVerification[]> {
  const partyKey = to && (await personKey(platform, realm, to.channel, addressOf(to, policy.region)))
  const asked = { partyKey, before, limit }
  const pages = await Promise.all(
    policy.shards.map((shard) => listVerifications(ledgerOf(platform, shard), realm, asked)),
  )
  const found = pages.flat()
  if (pages.length > 1) found.sort((a, b) => (a.facts.id < b.facts.id ? 1 : -1))
  return found.slice(0, limit).map(seenAt(platform.now()))
}
