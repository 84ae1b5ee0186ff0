import type { Channel } from '#worker/domain/carriers/channel.ts'
import { type BatchId, batchIdOf, type MessageId, messageId, newBase } from '#worker/domain/ids.ts'
import type { LimitState } from '#worker/domain/limits/lease.ts'
import { type FieldError, Problem, type ProblemCode } from '#worker/domain/problem.ts'
import type { Mode } from '#worker/domain/realm.ts'
import { type Policy, writeShard } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { SendBody, SendItem, SendJob } from '#worker/jobs.ts'
import { fieldErrors } from '#worker/lib/json-input.ts'
import {
  enqueue,
  MAY_BE_STALE,
  recipientOf,
  requireFeatures,
  requireFiles,
  requireFit,
  requireRoute,
  type SendRequest,
  takeTokens,
  underNewest,
} from './accept.ts'
import { packEnvelopes } from './envelopes.ts'
import { detachFiles, type FileUser, type UsedFiles, useFiles, whileUsed } from './files.ts'
import { type BatchInput, type BatchItem, batchItem } from './input.ts'
import { resolveBody, resolveValidity } from './send-body.ts'

interface RejectedItem {
  readonly index: number
  readonly code: ProblemCode
  readonly errors: readonly FieldError[]
}

export interface AcceptedBatch {
  readonly id: BatchId
  readonly total: number
  readonly units: number
  readonly accepted: readonly { readonly index: number; readonly id: MessageId }[]
  readonly rejected: readonly RejectedItem[]
  readonly acceptedAt: EpochMs
  readonly limits: readonly LimitState[]
}

/** What a batch says for all its items; null content means that each has its own. */
function sharedBody(policy: Policy, channel: Channel, input: BatchInput, now: EpochMs): Partial<SendBody> {
  const validUntil = resolveValidity(input.validUntil, now)
  const common = {
    ...(input.metadata === undefined ? {} : { metadata: input.metadata }),
    ...(validUntil === undefined ? {} : { validUntil }),
  }
  if (input.content === undefined) return common
  const { parts: _, ...resolved } = resolveBody(policy, channel, input, input.messages.length)
  return { ...resolved, ...common }
}

/** What one item says for itself; undefined if nothing. */
function ownBody(
  policy: Policy,
  channel: Channel,
  batch: BatchInput,
  item: BatchItem,
  now: EpochMs,
): Partial<SendBody> | undefined {
  const { to: _, content, from, purpose, clientRef, metadata, validUntil } = item
  let own: Partial<SendBody> | undefined
  if (content !== undefined || from !== undefined || purpose !== undefined || batch.content === undefined) {
    const input = { content: content ?? batch.content, from: from ?? batch.from, purpose: purpose ?? batch.purpose }
    const { parts: __, ...resolved } = resolveBody(policy, channel, input, batch.messages.length)
    own = resolved
  }
  if (clientRef !== undefined) own = { ...own, clientRef }
  if (metadata !== undefined) own = { ...own, metadata }
  if (validUntil !== undefined) {
    const at = resolveValidity(validUntil, now)
    if (at !== undefined) own = { ...own, validUntil: at }
  }
  return own
}

function rejection(index: number, error: unknown): RejectedItem {
  if (!(error instanceof Problem)) throw error
  const errors = (error.options.errors ?? []).map(({ pointer, detail }) => ({
    pointer: `/messages/${index}${pointer}`,
    detail,
  }))
  return { index, code: error.code, errors }
}

/** Texts that spoil one item, by its index, with pointers below the item. */
type ItemFaults = ReadonlyMap<number, readonly FieldError[]>
const NO_FAULTS: ItemFaults = new Map()

interface CheckedItems {
  readonly shared: Partial<SendBody>
  readonly items: readonly SendItem[]
  readonly rejected: readonly RejectedItem[]
  readonly units: number
}

function checkItems(
  policy: Policy,
  channel: Channel,
  input: BatchInput,
  shared: Partial<SendBody>,
  faults: ItemFaults,
  mode: Mode,
  now: EpochMs,
): CheckedItems {
  const items: SendItem[] = []
  const rejected: RejectedItem[] = []
  let units = 0
  for (let index = 0; index < input.messages.length; index++) {
    try {
      const faulty = faults.get(index)
      if (faulty) throw new Problem('invalid-fields', { errors: faulty })
      const parsed = batchItem.safeParse(input.messages[index])
      if (!parsed.success) throw new Problem('invalid-fields', { errors: fieldErrors(parsed.error) })
      const to = recipientOf(channel, parsed.data.to, policy.region)
      const own = ownBody(policy, channel, input, parsed.data, now)
      requireFit(channel, own?.from ?? shared.from ?? '', to)
      requireFeatures(policy, channel, mode, own?.content ?? shared.content, to)
      items.push(own === undefined ? { n: index, to } : { n: index, to, own })
      units += own?.units ?? shared.units ?? 0
    } catch (error) {
      rejected.push(rejection(index, error))
    }
  }
  return { shared, items, rejected, units }
}

/** A batch of which nothing can be sent is refused as a whole. */
function refuseEmpty({ items, rejected }: CheckedItems): void {
  if (items.length > 0) return
  throw new Problem('invalid-fields', {
    detail: 'no item of the batch can be sent',
    errors: rejected.flatMap((item) => item.errors).slice(0, 100),
  })
}

const contentsOf = ({ shared, items }: CheckedItems): readonly unknown[] => [
  shared.content,
  ...items.map(({ own }) => own?.content),
]

/** What is left when items that name files which the tenant does not have are rejected. */
function withSoundFiles(checked: CheckedItems, used: UsedFiles): CheckedItems {
  requireFiles(used, checked.shared.content)
  const items: SendItem[] = []
  const rejected = [...checked.rejected]
  let { units } = checked
  for (const item of checked.items) {
    try {
      requireFiles(used, item.own?.content)
      items.push(item)
    } catch (error) {
      rejected.push(rejection(item.n, error))
      units -= item.own?.units ?? checked.shared.units ?? 0
    }
  }
  const sound = { shared: checked.shared, items, rejected: rejected.sort((a, b) => a.index - b.index), units }
  refuseEmpty(sound)
  return sound
}

/** The batch with what is too large for a queue message kept as files. */
async function detachAll(
  platform: Platform,
  user: FileUser,
  channel: Channel,
  { shared, items }: Pick<CheckedItems, 'shared' | 'items'>,
): Promise<Pick<CheckedItems, 'shared' | 'items'>> {
  const bodies = [shared, ...items.map(({ own }) => own)]
  const [lean = shared, ...owns] = await detachFiles(platform, user, channel, bodies)
  return {
    shared: lean,
    items: items.map((item, i) => {
      const own = owns[i]
      return own === undefined ? item : { ...item, own }
    }),
  }
}

/** The items that can go, with tokens taken for them and their files kept. */
async function admitItems(
  platform: Platform,
  { principal }: SendRequest,
  channel: Channel,
  user: FileUser,
  checked: CheckedItems,
): Promise<CheckedItems & { readonly limits: readonly LimitState[] }> {
  const admit = async (sound: CheckedItems) => ({
    ...sound,
    limits: await takeTokens(platform, principal, sound.items.length),
  })
  const used = channel.filesOf ? await useFiles(platform, user, channel, contentsOf(checked)) : null
  const admitted = used ? await whileUsed(used, () => admit(withSoundFiles(checked, used))) : await admit(checked)
  return channel.detach ? { ...admitted, ...(await detachAll(platform, user, channel, admitted)) } : admitted
}

/** Accepts a batch: each item on its own, tokens for all accepted ones or for none. */
export async function acceptBatch(
  platform: Platform,
  input: BatchInput,
  request: SendRequest,
  faults: ItemFaults = NO_FAULTS,
): Promise<AcceptedBatch> {
  const { principal } = request
  const { credential } = principal
  const now = platform.now()
  const acceptedAt = request.row.at
  const channel = platform.channels[input.channel]
  const checked = await underNewest(
    platform,
    principal,
    (policy) => {
      requireRoute(policy, channel, credential.mode)
      const shared = sharedBody(policy, channel, input, now)
      return { policy, ...checkItems(policy, channel, input, shared, faults, credential.mode, now) }
    },
    (result) => result.rejected.some(({ code }) => MAY_BE_STALE.has(code)),
  )
  const { policy } = checked
  refuseEmpty(checked)
  const total = input.messages.length
  const base = await newBase(platform.config.idKeys, {
    realm: principal.realm,
    request: request.origin,
    shard: writeShard(policy),
    count: total,
  })
  const id = batchIdOf(base)
  const user = {
    policy,
    realm: principal.realm,
    base,
    origin: request.origin,
    isFirst: request.origin === request.row.id,
  }
  const admitted = await admitItems(platform, request, channel, user, checked)
  const { shared, items, rejected, units, limits } = admitted
  const head: Omit<SendJob, 'items'> = {
    kind: 'send',
    channel: channel.name,
    realm: principal.realm,
    base,
    acceptedAt,
    shared,
    batch: {
      id,
      total,
      accepted: items.length,
      ...(input.clientRef === undefined ? {} : { clientRef: input.clientRef }),
    },
    batched: true,
    request: { ...request.row, count: 1 },
    attempt: 1,
  }
  await enqueue(platform, packEnvelopes(head, items), principal, items.length)
  const accepted = items.map((item) => ({ index: item.n, id: messageId(base, item.n) }))
  return { id, total, units, accepted, rejected, acceptedAt, limits }
}
