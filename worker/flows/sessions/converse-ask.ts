import type { Turn } from '#worker/domain/carriers/provider.ts'
import { cleanScreen, fitsScreen } from '#worker/domain/sessions/screen.ts'
import type { Answer, Opening } from '#worker/domain/sessions/session.ts'
import { SESSION_FORM_TYPE, sessionForm } from '#worker/domain/sessions/session-form.ts'
import { type EpochMs, toTimestamp } from '#worker/domain/time.ts'
import { type Endpoint, liveKeys } from '#worker/flows/core/endpoints.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { signedPost } from '#worker/flows/events/notify/signed-post.ts'
import { readAnswer } from './converse-answer.ts'
import { sessionEventId } from './session-record.ts'

/** A turn as it is sent to the application. */
interface Question {
  readonly opening: Opening
  readonly turn: Turn
  readonly number: number
  readonly inputs: readonly string[]
  readonly answerBy: EpochMs
  readonly screenLength: number
}

function formOf({ opening: { id, line, party }, turn, inputs }: Question): string {
  return sessionForm({ sessionId: id, code: line, person: party, inputs, network: turn.network ?? '' })
}

function bodyOf({ opening, turn, number, inputs, answerBy }: Question, now: EpochMs): string {
  const { id, channel, party, line, resumes } = opening
  return JSON.stringify({
    type: 'session.turn',
    timestamp: toTimestamp(now),
    data: {
      sessionId: id,
      channel,
      // Counts our own turns, because a carrier may call a later one the start.
      event: number === 1 ? 'start' : 'input',
      from: party,
      to: line,
      input: turn.input,
      inputs,
      turn: number,
      at: toTimestamp(turn.at),
      answerBy: toTimestamp(answerBy),
      ...(resumes && number === 1 ? { resumes: resumes.id } : {}),
    },
  })
}

/**
 * Asks the application for a screen; null if it gave none. Ends by `answerBy` whatever the application does. Does not
 * throw.
 */
export async function askApplication(
  platform: Platform,
  endpoint: Endpoint,
  question: Question,
): Promise<Answer | null> {
  const startedAt = platform.now()
  const keys = liveKeys(endpoint.keys, startedAt)
  const deadlineMs = question.answerBy - startedAt
  const { id } = question.opening
  const log = (outcome: string, status: number | null, isCut = false): void =>
    platform.log('session.asked', {
      session: id,
      endpointId: endpoint.id,
      turn: question.number,
      outcome,
      status,
      isCut,
      ms: platform.now() - startedAt,
    })
  if (keys.length === 0 || deadlineMs <= 0) {
    log(keys.length === 0 ? 'no-key' : 'no-time', null)
    return null
  }
  const answer = await signedPost(platform, {
    url: endpoint.url,
    keys,
    id: sessionEventId(id, `turn${question.number}`),
    at: startedAt,
    ...(endpoint.format === 'africas-talking'
      ? { body: formOf(question), contentType: SESSION_FORM_TYPE }
      : { body: bodyOf(question, startedAt) }),
    deadlineMs,
  })
  if (answer.kind !== 'answer' || answer.isCut) {
    log(answer.kind === 'answer' ? 'cut' : answer.kind, answer.kind === 'answer' ? answer.status : null)
    return null
  }
  const said = readAnswer(answer.status, answer.text)
  if (typeof said === 'string') {
    log(said, answer.status)
    return null
  }
  const isCut = said.kind === 'screen' && !fitsScreen(cleanScreen(said.text), question.screenLength)
  log(said.kind, answer.status, isCut)
  return said
}
