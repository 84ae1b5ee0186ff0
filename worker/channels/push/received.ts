import * as z from 'zod'

/** Schema of a `content` that a person's device sent back. */
export const pushReceived = z
  .object({ text: z.string().meta({ description: 'What was written, or the `action` of the button pressed.' }) })
  .meta({ id: 'PushReceivedContent' })
