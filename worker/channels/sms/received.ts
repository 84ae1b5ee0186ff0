import * as z from 'zod'
import { receivedFiles } from '#worker/domain/received-files.ts'

/** Schema of an SMS's `content` that a person sent: its text may be empty, and longer than ours. */
export const smsReceived = z
  .object({
    text: z.string(),
    ...receivedFiles,
    unsupported: z.string().optional().meta({ description: 'The carrier’s name of what came without any words.' }),
    details: z.record(z.string(), z.string()).optional().meta({ description: 'What the carrier says of that.' }),
    incomplete: z
      .literal(true)
      .optional()
      .meta({ description: 'Parts are missing: they did not come within ten minutes.' }),
  })
  .meta({ id: 'SmsReceivedContent' })
