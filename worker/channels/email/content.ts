import * as z from 'zod'

/** `content` of a message on this channel. */
export const emailContent = z
  .strictObject({
    subject: z.string().max(998).meta({ description: 'Subject of the mail.' }),
    text: z.string().max(50_000).meta({ description: 'The text.' }),
  })
  .meta({ id: 'EmailContent' })

export type EmailContent = Readonly<z.infer<typeof emailContent>>
