import { numberSender } from '#worker/domain/addresses/line.ts'
import { personNumber, phoneNumber } from '#worker/domain/addresses/phone.ts'
import type { ChannelRules } from '#worker/domain/carriers/channel.ts'
import { type Need, speaks } from '#worker/domain/carriers/features.ts'
import type { FailureCode } from '#worker/domain/carriers/provider.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { fieldErrors } from '#worker/lib/json/input.ts'
import {
  inLanguage,
  isPressed,
  isRecording,
  languageOf,
  scriptOf,
  type VoiceContent,
  type VoiceScript,
  voiceContent,
} from './content.ts'
import { minutesOf, secondsOf } from './duration.ts'

/** Failures that a next call may not have. */
const WORTH_RETRYING: ReadonlySet<FailureCode> = new Set(['recipient-busy', 'no-answer'])

function parse(body: unknown): VoiceContent {
  const parsed = voiceContent.safeParse(body)
  if (parsed.success) return inLanguage(parsed.data)
  throw new Problem('invalid-fields', { errors: fieldErrors(parsed.error) })
}

function sender(input: string) {
  const number = numberSender(input)
  if (number === null) throw invalidField('', 'a caller is +country number or 3 to 14 digits')
  return number
}

/** Bills started minutes, estimated before the call (duration.ts); the one part is its seconds. */
function measure(content: VoiceContent) {
  const script = scriptOf(content)
  const seconds = script ? secondsOf(script) : isRecording(content) ? (content.recording.seconds ?? 1) : 1
  return { units: minutesOf(seconds), encoding: 'voice', parts: [seconds] }
}

function needsOf(script: VoiceScript): readonly Need[] {
  const { say, play, gather, retry } = script
  const needs: Need[] = ['outbound', say ? 'say' : play ? 'play' : 'digits']
  if (gather) needs.push('gather')
  if (gather?.prompt !== undefined && !say) needs.push('say')
  const language = languageOf(script)
  if (language !== null) needs.push(speaks(language))
  // A carrier without receipts would not tell that the line was busy.
  if (retry && retry.times > 0) needs.push('receipts')
  return needs
}

/** Rules of calls: all that accepting one takes, without the providers. */
export const voiceRules: ChannelRules<VoiceContent> = {
  name: 'voice',
  parse,
  address: phoneNumber,
  person: personNumber,
  sender,
  measure,
  // No footer: it would ask for an answer in writing, which nobody can give in a call.
  withFooter: (content) => content,
  // Calls never come in parts.
  join: (parts) => parts[0] as VoiceContent,
  needs(content) {
    const script = scriptOf(content)
    return script ? needsOf(script) : ['outbound']
  },
  askedAt(content, need) {
    const { say, digits } = scriptOf(content) ?? {}
    if (!need.startsWith('speaks:')) return ''
    return say ? '/say/language' : digits ? '/digits/language' : '/gather/prompt'
  },
  filesOf(content) {
    const media = scriptOf(content)?.play?.media
    return media === undefined ? [] : [{ id: media, pointer: '/play/media', type: 'audio/' }]
  },
  withFiles(content, [file], missing) {
    if (isPressed(content) || !isRecording(content)) return content
    const { recording } = content
    if (file) return { recording: { ...recording, media: file.id, type: file.type, bytes: file.bytes } }
    return missing > 0 ? { recording: { ...recording, missing: true } } : content
  },
  again(content, failure, attempt) {
    const retry = scriptOf(content)?.retry
    return retry && attempt <= retry.times && WORTH_RETRYING.has(failure.code) ? retry.delaySeconds : null
  },
  contentSchema: voiceContent,
}
