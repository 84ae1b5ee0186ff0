import type { Address } from '#worker/domain/addresses/address.ts'
import { type Channel, under } from '#worker/domain/carriers/channel.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Policy, Sender } from '#worker/domain/tenants/tenant.ts'

/** A tenant's senders on one channel. `fallback` is the sender of a message that names none. */
interface SenderBook {
  readonly byValue: ReadonlyMap<string, Sender>
  readonly fallback: Sender | undefined
}
/** Sender books by policy and channel, to look a sender up without a scan. A policy never changes and lives for seconds. */
const books = new WeakMap<Policy, Map<string, SenderBook>>()

function senderBook(policy: Policy, channel: string): SenderBook {
  const known = books.get(policy) ?? new Map<string, SenderBook>()
  books.set(policy, known)
  const found = known.get(channel)
  if (found) return found
  const own = policy.senders.filter((sender) => sender.channel === channel)
  const fallback = own.find((sender) => sender.isDefault) ?? (own.length === 1 ? own[0] : undefined)
  const book = { byValue: new Map(own.map((sender) => [sender.address.value, sender])), fallback }
  known.set(channel, book)
  return book
}

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

/** The sender that `from` names, or the default; throws `sender-not-assigned`, pointing to `pointer`, if there is none. */
export function resolveSender(
  policy: Policy,
  channel: Channel,
  from: string | undefined,
  pointer = '/from',
): ChosenSender {
  const book = senderBook(policy, channel.name)
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
