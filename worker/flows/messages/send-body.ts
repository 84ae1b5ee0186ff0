import type { Address } from '#worker/domain/addresses/address.ts'
import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { Purpose } from '#worker/domain/messages/message.ts'
import { MAX_VALIDITY } from '#worker/domain/messages/validity.ts'
import { type FieldError, invalidField, Problem } from '#worker/domain/problem.ts'
import { footerFor, purposeAllowed } from '#worker/domain/tenants/bulk-rules.ts'
import { policyPack } from '#worker/domain/tenants/policy-packs/all.ts'
import type { Policy, Sender } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, toTimestamp } from '#worker/domain/time.ts'
import type { SendBody } from '#worker/jobs.ts'

/** The parts of a message or batch that decide how it travels, as the tenant gave them. */
interface BodyInput {
  readonly from?: string | undefined
  readonly content?: unknown
  readonly purpose?: Purpose | undefined
}

interface SenderBook {
  readonly byValue: ReadonlyMap<string, Sender>
  readonly fallback: Sender | undefined
}
/** Policies are immutable values that live for seconds, so their sender books may hang on them. */
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

const chosen = (sender: Sender): ChosenSender => ({ sender, address: sender.address })

/** A sender, and the address that a message goes out from: of a sender that is a whole domain, the one that was named. */
interface ChosenSender {
  readonly sender: Sender
  readonly address: Address
}

/** The sender that `from` names, or the default; 422 if the tenant has no such one. */
export function resolveSender(
  policy: Policy,
  channel: Channel,
  from: string | undefined,
  pointer = '/from',
): ChosenSender {
  const book = senderBook(policy, channel.name)
  if (from === undefined) {
    if (book.fallback && book.fallback.address.kind !== 'domain') return chosen(book.fallback)
    throw new Problem('sender-not-assigned', {
      errors: [{ pointer, detail: 'name one of the account’s senders: it has no default that is one address' }],
    })
  }
  const direct = book.byValue.get(from)
  if (direct && direct.address.kind !== 'domain') return chosen(direct)
  let address: Address
  try {
    address = channel.sender(from)
  } catch (error) {
    throw under(error, pointer)
  }
  // A whole domain is what may be sent from, never what a message is from.
  const keys = address.kind === 'domain' ? [] : (channel.senderKeys?.(address) ?? [address.value])
  for (const key of keys) {
    const sender = book.byValue.get(key)
    if (sender && (sender.address.kind === address.kind || key !== address.value)) return { sender, address }
  }
  throw new Problem('sender-not-assigned', {
    errors: [{ pointer, detail: 'this sender is not assigned to the account' }],
  })
}

/** The same problem with its pointers put under `pointer`; anything else is passed on as it is. */
export function under(error: unknown, pointer: string): unknown {
  if (!(error instanceof Problem)) return error
  const errors: FieldError[] = (
    error.options.errors ?? [{ pointer: '', detail: error.options.detail ?? error.code }]
  ).map((field) => ({ pointer: pointer + field.pointer, detail: field.detail }))
  return new Problem(error.code, { ...error.options, errors })
}

/** Sender, purpose, footer and size of what is to be sent: everything that bulk rules decide before anything is priced. */
export function resolveBody(
  policy: Policy,
  channel: Channel,
  input: BodyInput,
  recipients: number,
): Pick<SendBody, 'from' | 'fromKind' | 'content' | 'units' | 'encoding' | 'purpose'> & {
  readonly parts: readonly number[]
} {
  const { sender, address } = resolveSender(policy, channel, input.from)
  const purpose = input.purpose ?? policy.defaultPurpose
  const pack = policyPack(policy.pack)
  if (!purposeAllowed(pack, purpose, sender.lineClass, recipients)) {
    const detail = `${purpose} messages are not allowed on a line of the class ${sender.lineClass}`
    throw new Problem('purpose-not-allowed', { errors: [{ pointer: '/purpose', detail }] })
  }
  const footer = footerFor(pack, purpose, sender.lineClass, recipients)
  let content: unknown
  try {
    content = channel.parse(input.content)
    if (footer !== null) content = channel.withFooter(content, footer)
  } catch (error) {
    throw under(error, '/content')
  }
  const { units, encoding, parts } = channel.measure(content)
  return { from: address.value, fromKind: address.kind, content, units, encoding, purpose, parts }
}

/** `validUntil` as epoch milliseconds: in the future, at most seven days ahead. */
export function resolveValidity(text: string | undefined, now: EpochMs): EpochMs | undefined {
  if (text === undefined) return undefined
  const at = Date.parse(text)
  if (at <= now) throw invalidField('/validUntil', 'must be in the future')
  if (at > now + MAX_VALIDITY) throw invalidField('/validUntil', `must be before ${toTimestamp(now + MAX_VALIDITY)}`)
  return at
}
