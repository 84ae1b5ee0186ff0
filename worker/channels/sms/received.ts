import * as z from 'zod'

/** Schema of an SMS's `content` that a person sent: its text may be empty, and longer than ours. */
export const smsReceived = z
  .object({
    text: z.string(),
    incomplete: z
      .literal(true)
      .optional()
      .meta({ description: 'Parts are missing: they did not come within ten minutes.' }),
  })
  .meta({ id: 'SmsReceivedContent' })
