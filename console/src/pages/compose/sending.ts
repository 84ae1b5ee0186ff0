import type { components } from '../../../generated/api.d.ts'
import type { Api } from '../../api/client.ts'
import { unwrap } from '../../api/unwrap.ts'
import type { Recipient } from '../../parts/recipients/check.ts'
import type { Content } from './draft.ts'
import { filled } from './text/placeholders.ts'

type BatchInput = components['schemas']['BatchInput']
type MessageInput = components['schemas']['MessageInput']

/** Most messages of one call, and characters of one body, well below what the API takes. */
const MOST_MESSAGES = 10_000
const MOST_CHARACTERS = 4_000_000
/** Characters from which a body goes compressed. */
const COMPRESSED_FROM = 50_000

/** A send, as it was confirmed: nothing of it changes any more, so that a repeat of a call is the same call. */
export interface Run {
  /** Begins the idempotency key of each call. */
  readonly key: string
  readonly shared: Content
  readonly content: Content
  readonly isFilled: boolean
  readonly recipients: readonly Recipient[]
}

/** A row that the API refused. */
export interface Refused {
  readonly row: number
  readonly to: string
  readonly code: string
  /** What the API found wrong with it, in its own words. */
  readonly details: readonly string[]
}

/** What came of a send so far. */
export interface Outcome {
  readonly sent: number
  readonly accepted: number
  readonly units: number
  readonly refused: readonly Refused[]
  /** Batches that were made, and the one message where there was one. */
  readonly batches: readonly string[]
  readonly message: string | null
}

export const NOTHING: Outcome = { sent: 0, accepted: 0, units: 0, refused: [], batches: [], message: null }

const itemOf = ({ content, isFilled }: Run, { to, values }: Recipient) => ({
  to,
  ...(isFilled ? { content: filled(content, values) } : {}),
})

/** Takes from a place on as many recipients as go into one call. */
export function chunkOf(run: Run, from: number): readonly Recipient[] {
  let characters = 0
  let end = from
  while (end < run.recipients.length && end - from < MOST_MESSAGES) {
    characters += JSON.stringify(itemOf(run, run.recipients[end] as Recipient)).length
    if (characters > MOST_CHARACTERS && end > from) break
    end++
  }
  return run.recipients.slice(from, end)
}

async function compressed(text: string): Promise<Blob> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Response(stream).blob()
}

async function sendBatch(api: Api, run: Run, { from, some }: { from: number; some: readonly Recipient[] }) {
  const { shared, content, isFilled, key } = run
  // The cast: the form makes the content of the channel that it names.
  const body = {
    ...shared,
    ...(isFilled ? {} : { content }),
    messages: some.map((recipient) => itemOf(run, recipient)),
  } as unknown as BatchInput
  const text = JSON.stringify(body)
  const isLarge = text.length > COMPRESSED_FROM
  const bytes = isLarge ? await compressed(text) : text
  return unwrap(
    api.POST('/v1/messages/batch', {
      body,
      params: { header: { 'Idempotency-Key': `"${key}-${from}"` } },
      headers: { 'content-type': 'application/json', ...(isLarge ? { 'content-encoding': 'gzip' } : {}) },
      bodySerializer: () => bytes,
    }),
  )
}

const withBatch = (
  outcome: Outcome,
  some: readonly Recipient[],
  batch: components['schemas']['AcceptedBatch'],
): Outcome => ({
  ...outcome,
  sent: outcome.sent + some.length,
  accepted: outcome.accepted + batch.acceptedCount,
  units: outcome.units + batch.units,
  batches: batch.acceptedCount > 0 ? [...outcome.batches, batch.id] : outcome.batches,
  refused: [
    ...outcome.refused,
    ...batch.rejected.map(({ index, code, errors }) => ({
      row: some[index]?.row ?? 0,
      to: some[index]?.to ?? '',
      code,
      details: errors.map(({ detail }) => detail),
    })),
  ],
})

/** Sends one message, to the first recipient or to `to`. */
export async function sendOne(api: Api, run: Run, to?: string): Promise<components['schemas']['AcceptedMessage']> {
  const [first] = run.recipients
  const recipient: Recipient = { row: 1, values: {}, ...first, to: to ?? first?.to ?? '' }
  const content = run.isFilled ? filled(run.content, recipient.values) : run.content
  const body = { ...run.shared, to: recipient.to, content } as unknown as MessageInput
  return unwrap(api.POST('/v1/messages', { body, params: { header: { 'Idempotency-Key': `"${run.key}"` } } }))
}

/**
 * Sends what is left of a run, call by call; `onOutcome` is told after each. A failure throws, and the same call goes on from
 * there: its keys are made of the run, so that what had arrived is not sent twice.
 */
export async function sendRest(
  api: Api,
  run: Run,
  { outcome, onOutcome }: { readonly outcome: Outcome; readonly onOutcome: (outcome: Outcome) => void },
): Promise<Outcome> {
  if (run.recipients.length === 1) {
    const { id, units } = await sendOne(api, run)
    const all = { ...NOTHING, sent: 1, accepted: 1, units, message: id }
    onOutcome(all)
    return all
  }
  let now = outcome
  while (now.sent < run.recipients.length) {
    const some = chunkOf(run, now.sent)
    now = withBatch(now, some, await sendBatch(api, run, { from: now.sent, some }))
    onOutcome(now)
  }
  return now
}
