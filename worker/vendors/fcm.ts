import * as z from 'zod'
import type { Submission } from '#worker/domain/carriers/provider.ts'
import type { Seconds } from '#worker/domain/time.ts'
import { type CarrierAnswer, throttled, unclearSubmission, unclearValue } from './carrier-answer.ts'
import { type Refusal, refusalTable } from './refusal-table.ts'

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

const REFUSALS = refusalTable([
  {
    code: 'recipient-unregistered',
    detail: 'The push service knows this device no more.',
    of: ['UNREGISTERED'],
  },
  { code: 'recipient-invalid', detail: 'This is no token of the push service.' },
  { code: 'content-refused', detail: 'The push service refuses the content.' },
  {
    code: 'sender-refused',
    detail: 'The device’s token belongs to another project.',
    of: ['SENDER_ID_MISMATCH'],
  },
  {
    code: 'connection-misconfigured',
    detail: 'The project’s key for Apple or web push is missing or wrong.',
    of: ['THIRD_PARTY_AUTH_ERROR'],
  },
  {
    code: 'connection-misconfigured',
    detail: 'The project does not let this service account send.',
    of: ['UNAUTHENTICATED', 'PERMISSION_DENIED', 'NOT_FOUND'],
  },
  { code: 'provider-refused', detail: 'The push service refuses this message.' },
  // UNAVAILABLE means "not in time" and INTERNAL "we do not know": the message may have been taken.
  { code: 'provider-unavailable', outcome: 'unknown', detail: 'The push service failed.' },
])

const BUSY = new Set(['QUOTA_EXCEEDED', 'RESOURCE_EXHAUSTED'])

/**
 * True if INVALID_ARGUMENT is about the token. The code covers token, content and options; the field, or else the sentence,
 * tells which.
 */
function isOfToken({ message, details }: FcmError): boolean {
  const fields = details.flatMap(({ fieldViolations = [] }) => fieldViolations.map(({ field }) => field ?? ''))
  return fields.some((field) => field.endsWith('token')) || /registration token/i.test(message)
}

function refusalOf(error: FcmError, status: number, retryAfter: Seconds | undefined): Refusal {
  const code = error.details.find(({ errorCode }) => errorCode !== undefined)?.errorCode ?? error.status
  if (code === 'INVALID_ARGUMENT')
    return REFUSALS.make(isOfToken(error) ? 'recipient-invalid' : 'content-refused', code)
  const known = REFUSALS.find(code)
  if (known) return known
  if (status === 429 || BUSY.has(code)) return throttled(retryAfter, code)
  return REFUSALS.make(status >= 500 ? 'provider-unavailable' : 'provider-refused', code || `http-${status}`)
}

/** Gives the outcome that an answer to `messages:send` proves. */
export function fcmOutcome(answer: CarrierAnswer<FcmAnswer>): Submission {
  if (answer.kind !== 'value') return unclearSubmission(answer)
  const { value, status, retryAfter } = answer
  if ('error' in value) {
    if (status >= 400) return refusalOf(value.error, status, retryAfter)
  } else if (status === 200) {
    return { outcome: 'accepted', providerRef: value.name.split('/').at(-1) ?? value.name }
  }
  return unclearValue(status)
}

/** True if the access token was refused: the next message must ask for another. */
export const isTokenRefused = (answer: CarrierAnswer<FcmAnswer>): boolean =>
  answer.kind === 'value' && answer.status === 401
