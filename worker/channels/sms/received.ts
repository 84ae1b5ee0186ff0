import * as z from 'zod'

/** Schema of an SMS's `content` that a person sent: its text may be empty, and longer than ours. */
export const smsReceived = z
  .object({
    text: z.string(),
    files: z
      .array(z.object({ id: z.string(), type: z.string(), name: z.string().nullable(), bytes: z.int() }))
      .optional()
      .meta({ description: 'Pictures and the like that came with it (MMS), kept in `/v1/media`.' }),
    missing: z.int().optional().meta({ description: 'How many files could not be fetched from the carrier.' }),
    unsupported: z.string().optional().meta({ description: 'The carrier’s name of what came without any words.' }),
    details: z.record(z.string(), z.string()).optional().meta({ description: 'What the carrier says of that.' }),
    incomplete: z
      .literal(true)
      .optional()
      .meta({ description: 'Parts are missing: they did not come within ten minutes.' }),
  })
  .meta({ id: 'SmsReceivedContent' })
