import * as z from 'zod'
import { receivedFiles } from '#worker/domain/received-files.ts'

/** Schema of a received `content`. */
export const chatReceived = z
  .object({
    text: z.string().optional().meta({ description: 'What was written, or what stands on the button pressed.' }),
    reply: z.string().optional().meta({ description: 'The reply of the button pressed.' }),
    location: z
      .object({ latitude: z.number(), longitude: z.number() })
      .optional()
      .meta({ description: 'The place that the person sent.' }),
    ...receivedFiles,
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
