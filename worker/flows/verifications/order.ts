import type { Channel } from '#worker/domain/carriers/channel.ts'
import { RECIPIENT_DIGITS, recipientOfId, type VerificationId } from '#worker/domain/ids.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { Order } from '#worker/domain/verifications/order.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { callObject } from '#worker/flows/core/call-object.ts'
import { personOf } from '#worker/flows/core/person.ts'
import { near } from '#worker/flows/core/placement.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { encodeBytes } from '#worker/lib/base32.ts'
import { fromBase64, toBase64, toHex, utf8 } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import type { VerificationCalls } from '#worker/object-calls.ts'

interface Sealing {
  readonly config: Pick<Platform['config'], 'transit'>
}

/** Label of sealed orders: nothing that was sealed for another purpose opens as one. */
const LABEL = 'verification'

/** Seals an order for the object and for the ledger's job: neither needs a look-up, and the object cannot read it. */
export async function sealOrder({ config }: Sealing, id: VerificationId, order: Order): Promise<string> {
  return toBase64(await config.transit.seal(utf8(JSON.stringify({ id, order })), LABEL))
}

/** Undoes `sealOrder` of the same verification; throws if its key is not there, or it is of another. */
export async function openOrder({ config }: Sealing, id: VerificationId, sealed: string): Promise<Order> {
  const opened = await config.transit.open(fromBase64(sealed) ?? new Uint8Array())
  if (opened.plain === null || opened.label !== LABEL) throw new Error('a verification cannot be opened')
  const kept = JSON.parse(new TextDecoder().decode(opened.plain)) as { readonly id: string; readonly order: Order }
  if (kept.id !== id) throw new Error('a verification was sealed for another')
  return kept.order
}

/** Digits that name a recipient's object: a keyed hash of the person, the same for texts and calls to one number. */
export async function recipientDigits(
  { config }: Platform,
  realm: Realm,
  channel: Channel,
  address: string,
): Promise<string> {
  const hash = await hmac(config.indexKey, JSON.stringify(['verification', realm, personOf(channel, address)]))
  return encodeBytes(hash, RECIPIENT_DIGITS)
}

/** Keyed hash of a code of one verification. */
export const codeHash = async (
  { config }: Pick<Platform, 'config'>,
  id: VerificationId,
  code: string,
): Promise<string> => toHex(await hmac(config.indexKey, JSON.stringify(['verification-code', id, code])))

/** Keyed hash of what the codes of one verification are bound to; null: nothing. */
export const bindingHash = async (
  { config }: Platform,
  id: VerificationId,
  binding: string | undefined,
): Promise<string | null> =>
  binding === undefined
    ? null
    : toHex(await hmac(config.indexKey, JSON.stringify(['verification-binding', id, binding])))

/** Calls the object of a recipient. */
export const callRecipient = <Result>(
  { env, log }: Platform,
  { policy }: Principal,
  recipient: string,
  call: (object: DurableObjectStub<VerificationCalls>) => Promise<Result>,
): Promise<Result> =>
  callObject(log, 'verification', () => env.VERIFICATION.getByName(recipient, near(policy.location)), call)

/** A verification, and the digits that name the object of its recipient. */
export interface Named {
  readonly id: VerificationId
  readonly recipient: string
}

/** Reads the id of a verification; throws a 404 if it is none of this realm. */
export async function named({ config }: Platform, { realm }: Principal, id: string): Promise<Named> {
  const recipient = await recipientOfId(config.idKeys, realm, id)
  if (recipient === null) throw new Problem('not-found')
  return { id: id as VerificationId, recipient }
}
