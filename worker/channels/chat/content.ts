import * as z from 'zod'

/** `content` of a message on this channel. */
export const chatContent = z
  .strictObject({ text: z.string().min(1).max(4_096).meta({ description: 'What the person reads.' }) })
  .meta({ id: 'ChatContent' })

export type ChatContent = Readonly<z.infer<typeof chatContent>>
