import * as z from 'zod'
import { FAILURES } from '#worker/domain/failure.ts'
import type { FailureCode } from '#worker/domain/provider.ts'

/** Why a message went wrong, in answers and events. */
export const failureAnswer = z
  .object({
    code: z.enum(Object.keys(FAILURES) as FailureCode[]).describe('Ours, stable.'),
    carrierCode: z.string().optional().describe('The carrier’s own code, as it came.'),
    detail: z.string().describe('A sentence for people.'),
  })
  .meta({ id: 'Failure' })
