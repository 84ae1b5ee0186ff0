import * as z from 'zod'

/** `content` of a message on this channel. */
export const pushContent = z
  .strictObject({
    title: z.string().min(1).max(200).meta({ description: 'First line of the notification.' }),
    body: z.string().max(2_000).optional().meta({ description: 'Text below the title.' }),
  })
  .meta({ id: 'PushContent' })

export type PushContent = Readonly<z.infer<typeof pushContent>>
