import type { Address } from '#worker/domain/addresses/address.ts'
import { type Channel, under } from '#worker/domain/carriers/channel.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Mode } from '#worker/domain/realm.ts'
import type { Policy, Sender } from '#worker/domain/tenants/tenant.ts'

/** A tenant's senders on one channel in one mode. `fallback` is the sender of a message that names none. */
interface SenderBook {
  readonly byValue: ReadonlyMap<string, Sender>
  readonly fallback: Sender | undefined
}
/** Sender books by policy, channel and mode, to look a sender up without a scan. A policy never changes and lives for seconds. */
const books = new WeakMap<Policy, Map<string, SenderBook>>()

function senderBook(policy: Policy, channel: string, mode: Mode): SenderBook {
  const known = books.get(policy) ?? new Map<string, SenderBook>()
  books.set(policy, known)
  const key = `${channel} ${mode}`
  const found = known.get(key)
  if (found) return found
  const own = policy.senders.filter((one) => one.channel === channel && (one.mode === null || one.mode === mode))
  // What an operator gave goes before what the account has for test alone.
  const given = own.filter((sender) => sender.mode === null)
  const usual = given.length > 0 ? given : own
  const fallback = usual.find((sender) => sender.isDefault) ?? (usual.length === 1 ? usual[0] : undefined)
  const book = { byValue: new Map(own.map((sender) => [sender.address.value, sender])), fallback }
  known.set(key, book)
  return book
}

/** The sender of messages that name none, which may be a whole domain; undefined: there is none. */
export const usualSender = (policy: Policy, channel: string, mode: Mode): Sender | undefined =>
  senderBook(policy, channel, mode).fallback

const refused = (pointer: string, detail: string): Problem =>
  new Problem('sender-not-assigned', { errors: [{ pointer, detail }] })

/** Reason why an address is no sender; an account without any on the channel is told so, whatever it named. */
const unassigned = ({ byValue }: SenderBook, { name }: Channel, detail: string): string =>
  byValue.size === 0 ? `the account has no sender on the channel ${name}: ask the operator for one` : detail

const chosen = (sender: Sender): ChosenSender => ({ sender, address: sender.address })

/** Sender, and the address that a message goes out from. They differ if the sender is a whole domain. */
interface ChosenSender {
  readonly sender: Sender
  readonly address: Address
}

/** A sender that is asked for: in which mode, by what name, if any, and in which field. */
interface AskedSender {
  readonly mode: Mode
  readonly from: string | undefined
  /** Default: `/from`. */
  readonly pointer?: string
}

/** The sender that `from` names, or the default; throws `sender-not-assigned`, pointing to `pointer`, if there is none. */
export function resolveSender(
  policy: Policy,
  channel: Channel,
  { mode, from, pointer = '/from' }: AskedSender,
): ChosenSender {
  const book = senderBook(policy, channel.name, mode)
  if (from === undefined) {
    if (book.fallback && book.fallback.address.kind !== 'domain') return chosen(book.fallback)
    const detail = `name one of the account’s senders on the channel ${channel.name}: it has no default that is one address`
    throw refused(pointer, unassigned(book, channel, detail))
  }
  const direct = book.byValue.get(from)
  if (direct && direct.address.kind !== 'domain') return chosen(direct)
  let address: Address
  try {
    address = channel.sender(from)
  } catch (error) {
    throw under(error, pointer)
  }
  // A tenant may be given a whole domain as sender, but a message comes from one address of it.
  const keys = address.kind === 'domain' ? [] : (channel.senderKeys?.(address) ?? [address.value])
  for (const key of keys) {
    const sender = book.byValue.get(key)
    if (sender && (sender.address.kind === address.kind || key !== address.value)) return { sender, address }
  }
  throw refused(pointer, unassigned(book, channel, 'this sender is not assigned to the account'))
}
