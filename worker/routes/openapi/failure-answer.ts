import * as z from 'zod'
import type { FailureCode } from '#worker/domain/carriers/provider.ts'
import { FAILURES } from '#worker/domain/messages/failure.ts'

/** Schema of `failure`, in answers and events alike: the reason why a message went wrong. */
export const failureAnswer = z
  .object({
    code: z.enum(Object.keys(FAILURES) as FailureCode[]).describe('Ours, stable.'),
    carrierCode: z.string().optional().describe('The carrier’s own code, as it came.'),
    detail: z.string().describe('A sentence for people.'),
  })
  .meta({ id: 'Failure' })
