import * as z from 'zod'

/** Schema of a received mail's `content`. */
export const emailReceived = z
  .object({
    subject: z.string().meta({ description: 'Empty where the mail has none.' }),
    text: z.string().optional().meta({
      description:
        'The plain text, or its beginning if it is long: the whole is an attachment then. Absent where the provider tells none.',
    }),
    html: z.string().optional(),
    fromName: z.string().optional().meta({ description: 'Name of the sender.' }),
    replyTo: z.string().optional().meta({ description: 'Address that answers should go to, if not the sender’s.' }),
    attachments: z
      .array(
        z.object({
          media: z.string().meta({ description: 'Id of the file in `/v1/media`.' }),
          type: z.string(),
          bytes: z.int(),
          name: z.string().optional(),
          contentId: z.string().optional().meta({ description: 'By which the HTML shows it (`cid:`, RFC 2392).' }),
        }),
      )
      .optional(),
    automatic: z.literal(true).optional().meta({
      description: 'A program wrote it: an absence note, a report, a mailing list.',
    }),
    omitted: z.int().optional().meta({ description: 'How many files beyond the limit were not kept.' }),
    unsupported: z.string().optional().meta({
      description: 'The provider’s name of a mail whose text it does not tell (`email.received` of Resend).',
    }),
    details: z.record(z.string(), z.string()).optional().meta({
      description: 'What the provider tells of it: `id`, by which its API has the mail.',
    }),
  })
  .meta({ id: 'EmailReceivedContent' })
