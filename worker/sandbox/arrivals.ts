import type { ChannelName } from '#worker/domain/channel-names.ts'
import { parseAttemptRef } from '#worker/domain/ids.ts'
import { modeOf } from '#worker/domain/realm.ts'
import {
  AFTER_MS,
  reportsOf,
  type SandboxCallback,
  type SandboxOutcome,
  type SandboxSubmit,
} from '#worker/vendors/sandbox.ts'
import type { PhoneEntry, PhoneItem, PhoneState } from './phone.ts'

/** Most characters of a content's JSON that a telephone keeps; of a longer one it shows the words alone. */
const MOST_CONTENT = 16_000

/** A message that the carrier was given, with what becomes of it. */
interface Taken {
  readonly message: SandboxSubmit['messages'][number]
  readonly outcome: SandboxOutcome
  /** Number of the attempt, from 1. */
  readonly attempt: number
  /** What the person sends back by itself. */
  readonly reply: NonNullable<SandboxCallback['inbound']>[number] | null
}

/** Gives how a message stands on the telephone that it reaches; null: it reaches none. A call that nobody answers has rung. */
function arrivalOf(outcome: SandboxOutcome, attempt: number, channel: ChannelName): PhoneState | null {
  const reports = reportsOf(outcome, attempt, channel)
  if (reports.some(({ status }) => status === 'read')) return 'read'
  if (reports.some(({ status }) => status === 'delivered')) return 'delivered'
  const hasRung = reports.some(({ code }) => code === 'no-answer' || code === 'recipient-busy')
  return channel === 'voice' && hasRung ? 'missed' : null
}

/**
 * Gives what the test telephones show of a message that was taken: itself where it arrives, and what the person sends back.
 * Nothing of a message of live.
 */
export function entriesOf(submit: SandboxSubmit, { message, outcome, attempt, reply }: Taken): readonly PhoneEntry[] {
  const { callbackUrl, channel, echo } = submit
  const { ref, from, to, text, content, phone } = message
  const sent = content !== undefined && channel ? parseAttemptRef(ref) : null
  if (!channel || !sent || modeOf(sent.realm) !== 'test') return []
  const state = arrivalOf(outcome, attempt, channel)
  if (state === null) return []
  const { realm, id: messageId } = sent
  const { length: characters } = JSON.stringify(content)
  const about = { phone: { realm, channel, address: phone ?? to }, afterMs: AFTER_MS[outcome.when] }
  const way = { callbackUrl, ...(echo ? { ref } : {}) }
  const shown: PhoneItem = {
    // Nobody heard the words of a call that was missed.
    ...{ direction: 'outbound', channel, messageId, from, to, text: state === 'missed' ? '' : text },
    ...{ content: state === 'missed' || characters > MOST_CONTENT ? null : content, state, way },
  }
  if (!reply) return [{ ...about, item: shown, characters }]
  const back: PhoneItem = {
    ...{ direction: 'inbound', channel, messageId, from: reply.from, to: reply.to, text: reply.text },
    ...{ content: null, state: 'sent', way: null },
  }
  return [shown, back].map((item) => ({ ...about, item, characters }))
}
