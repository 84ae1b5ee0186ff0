import * as z from 'zod'

/** `content` of a message on this channel. */
export const ussdContent = z
  .strictObject({ text: z.string().min(1).max(182).meta({ description: 'What the screen shows.' }) })
  .meta({ id: 'UssdContent' })

export type UssdContent = Readonly<z.infer<typeof ussdContent>>
