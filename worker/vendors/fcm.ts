import * as z from 'zod'
import type { Failure, FailureCode, Submission } from '#worker/domain/carriers/provider.ts'
import { type CarrierAnswer, throttled, unclearSubmission } from './carrier-answer.ts'

/**
 * Firebase Cloud Messaging, HTTP v1. Errors: https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode and
 * https://firebase.google.com/docs/cloud-messaging/error-codes (read); nothing drops a repeat, nothing reports delivery.
 */
export const FCM_SCOPE = 'https://www.googleapis.com/auth/firebase.messaging'

const codeName = z.string().regex(/^[A-Z_]{1,60}$/)
const detail = z.object({
  errorCode: codeName.optional(),
  fieldViolations: z
    .array(z.object({ field: z.string().max(200).optional() }))
    .max(50)
    .optional(),
})

export const fcmAnswer = z.union([
  z.object({ name: z.string().regex(/^projects\/[^/\s]{1,100}\/messages\/[\w:%.-]{1,200}$/) }),
  z.object({
    error: z.object({
      code: z.int(),
      status: codeName.or(z.literal('')).default(''),
      message: z.string().max(4_000).default(''),
      details: z.array(detail).max(20).default([]),
    }),
  }),
])
export type FcmAnswer = z.infer<typeof fcmAnswer>
type FcmError = Extract<FcmAnswer, { error: unknown }>['error']

const rejected = (code: FailureCode, carrierCode: string, text: string): Submission => ({
  outcome: 'rejected',
  failure: { code, carrierCode, detail: text },
})
const misconfigured = (carrierCode: string, text: string): Submission => ({
  outcome: 'deferred',
  failure: { code: 'connection-misconfigured', carrierCode, detail: text },
})

/** INVALID_ARGUMENT says of token, content and options alike; the field, or else the sentence, tells which. */
function invalid({ message, details }: FcmError): Submission {
  const fields = details.flatMap(({ fieldViolations = [] }) => fieldViolations.map(({ field }) => field ?? ''))
  const isToken = fields.some((field) => field.endsWith('token')) || /registration token/i.test(message)
  return isToken
    ? rejected('recipient-invalid', 'INVALID_ARGUMENT', 'This is no token of the push service.')
    : rejected('content-refused', 'INVALID_ARGUMENT', 'The push service refuses the content.')
}

function errorOutcome(error: FcmError, status: number, retryAfter: number | undefined): Submission {
  const code = error.details.find(({ errorCode }) => errorCode !== undefined)?.errorCode ?? error.status
  switch (code) {
    case 'UNREGISTERED':
      return rejected('recipient-unregistered', code, 'The push service knows this device no more.')
    case 'INVALID_ARGUMENT':
      return invalid(error)
    case 'SENDER_ID_MISMATCH':
      return rejected('sender-refused', code, 'The device’s token belongs to another project.')
    case 'QUOTA_EXCEEDED':
    case 'RESOURCE_EXHAUSTED':
      return throttled(retryAfter, code)
    case 'THIRD_PARTY_AUTH_ERROR':
      return misconfigured(code, 'The project’s key for Apple or web push is missing or wrong.')
    case 'UNAUTHENTICATED':
    case 'PERMISSION_DENIED':
    case 'NOT_FOUND':
      return misconfigured(code, 'The project does not let this service account send.')
    default:
      break
  }
  if (status === 429) return throttled(retryAfter, code)
  // UNAVAILABLE is "not in time" and INTERNAL "we do not know": both may have been taken.
  const failure: Failure = {
    code: 'provider-unavailable',
    carrierCode: code === '' ? `http-${status}` : code,
    detail: 'The push service failed.',
  }
  return status >= 500
    ? { outcome: 'unknown', failure }
    : rejected('provider-refused', failure.carrierCode ?? '', 'The push service refuses this message.')
}

/** What an answer to `messages:send` proves. */
export function fcmOutcome(answer: CarrierAnswer<FcmAnswer>): Submission {
  if (answer.kind !== 'value') return unclearSubmission(answer)
  const { value, status, retryAfter } = answer
  if ('error' in value) {
    if (status >= 400) return errorOutcome(value.error, status, retryAfter)
  } else if (status === 200) {
    return { outcome: 'accepted', providerRef: value.name.split('/').at(-1) ?? value.name }
  }
  return unclearSubmission({ kind: 'unreadable', status, unreached: false })
}

/** Was the access token refused? The next message asks for another. */
export const isTokenRefused = (answer: CarrierAnswer<FcmAnswer>): boolean =>
  answer.kind === 'value' && answer.status === 401
