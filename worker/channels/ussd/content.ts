import * as z from 'zod'

/** Schema of a pushed text's `content`. */
export const ussdContent = z
  .strictObject({
    text: z.string().min(1).max(182).meta({
      description:
        'What the screen shows, all of it at once: 182 characters of the GSM alphabet, or 80 if it holds any other (Persian, say).',
    }),
  })
  .meta({ id: 'UssdContent' })

export type UssdContent = Readonly<z.infer<typeof ussdContent>>
