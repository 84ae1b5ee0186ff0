import * as z from 'zod'

/** Schema of a received `content`. */
export const chatReceived = z
  .object({
    text: z.string().optional().meta({ description: 'What was written, or what stands on the button pressed.' }),
    reply: z.string().optional().meta({ description: 'The reply of the button pressed.' }),
    location: z
      .object({ latitude: z.number(), longitude: z.number() })
      .optional()
      .meta({ description: 'The place that the person sent.' }),
    files: z
      .array(z.object({ id: z.string(), type: z.string(), name: z.string().nullable(), bytes: z.int() }))
      .optional()
      .meta({ description: 'What came with it, kept in `/v1/media`.' }),
    missing: z.int().optional().meta({ description: 'How many files could not be fetched from the network.' }),
    unsupported: z.string().optional().meta({
      description:
        'The network’s name of what the person sent or did, where no other member here is made for it (`contact`, `poll`, `interactive.nfm_reply`).',
    }),
    details: z.record(z.string(), z.unknown()).optional().meta({
      description:
        'What the network says of it beside that, such as the answers of a form, the name and numbers of a contact, a poll’s question and options.',
    }),
  })
  .meta({ id: 'ChatReceivedContent' })
