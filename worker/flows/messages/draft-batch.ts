import { requireLevelFor, requireLevelOf } from '#worker/domain/limits/identity-rules.ts'
import { requireLicenceFor, requireLicenceOf } from '#worker/domain/limits/licence-rules.ts'
import type { Purpose } from '#worker/domain/messages/message.ts'
import { type FieldError, Problem } from '#worker/domain/problem.ts'
import type { SendBody, SendItem } from '#worker/jobs.ts'
import { fieldErrors } from '#worker/lib/json/input.ts'
import { type ImpliedPurpose, impliedPurpose } from './bulk-purpose.ts'
import { type Draft, labelled, type RejectedItem, recipientOf, rejection, requireCarried, type Terms } from './draft.ts'
import { type BatchInput, type BatchItem, batchItem } from './input.ts'
import { plainItem } from './plain-input.ts'
import { resolveBody } from './send-body.ts'

/** Texts that cannot be stored or sent, by the index of their item; pointers are relative to the item. */
export type ItemFaults = ReadonlyMap<number, readonly FieldError[]>

/** Body that all items have in common; without content if each item brings its own. */
function sharedBody(terms: Terms, input: BatchInput, implied: ImpliedPurpose): Partial<SendBody> {
  const { policy, route } = terms
  const { metadata, validUntil } = input
  const labels = labelled<Partial<SendBody> | undefined>(undefined, { metadata, validUntil }, terms.now)
  if (input.content === undefined) return labels ?? {}
  const purpose = input.purpose ?? implied('shared')
  const { body } = resolveBody({ ...terms, mode: route.mode }, { ...input, purpose })
  requireLevelOf(policy, route.mode, body.purpose)
  requireLicenceOf(policy, route.mode, body.purpose)
  return { ...body, ...labels }
}

/** Fields in which one item differs from the common body; undefined if none does. */
function ownBody(
  terms: Terms,
  batch: BatchInput,
  item: BatchItem,
  implied: Purpose | undefined,
): Partial<SendBody> | undefined {
  const { content, from, purpose } = item
  let own: Partial<SendBody> | undefined
  if (content !== undefined || from !== undefined || purpose !== undefined || batch.content === undefined) {
    const named = purpose ?? batch.purpose ?? implied
    const input = { content: content ?? batch.content, from: from ?? batch.from, purpose: named }
    const { body } = resolveBody({ ...terms, mode: terms.route.mode }, input)
    requireLevelOf(terms.policy, terms.route.mode, body.purpose)
    requireLicenceOf(terms.policy, terms.route.mode, body.purpose)
    own = body
  }
  return labelled(own, item, terms.now)
}

/** The item as its schema says it; throws a `Problem` that names every wrong field. */
function parsedItem(item: unknown): BatchItem {
  const plain = plainItem(item)
  if (plain) return plain
  const parsed = batchItem.safeParse(item)
  if (!parsed.success) throw new Problem('invalid-fields', { errors: fieldErrors(parsed.error) })
  return parsed.data
}

/** Drafts one item; throws a `Problem` if it cannot be sent. */
function draftItem(
  terms: Terms,
  batch: BatchInput,
  { shared, implied }: { readonly shared: Partial<SendBody>; readonly implied: ImpliedPurpose },
  n: number,
): SendItem {
  const item = parsedItem(batch.messages[n])
  const to = recipientOf(terms.channel, item.to, terms.policy.region)
  const own = ownBody(terms, batch, item, implied(n))
  requireCarried(terms, own?.from ?? shared.from ?? '', own?.content ?? shared.content, to)
  return own === undefined ? { n, to } : { n, to, own }
}

/** Drafts a batch: the items that can be sent, and the rejected ones with their reasons. */
export function draftBatch(terms: Terms, input: BatchInput, faults: ItemFaults): Draft {
  const { policy, channel, route, recipients } = terms
  requireLevelFor(policy, route.mode, recipients)
  requireLicenceFor(policy, route.mode, recipients)
  const implied = impliedPurpose(policy, input)
  const shared = sharedBody(terms, input, implied)
  const items: SendItem[] = []
  const rejected: RejectedItem[] = []
  let units = 0
  for (let n = 0; n < input.messages.length; n++) {
    try {
      const errors = faults.get(n)
      if (errors) throw new Problem('invalid-fields', { errors })
      const item = draftItem(terms, input, { shared, implied }, n)
      items.push(item)
      units += item.own?.units ?? shared.units ?? 0
    } catch (error) {
      rejected.push(rejection(n, error))
    }
  }
  return { policy, channel, shared, items, rejected, units }
}
