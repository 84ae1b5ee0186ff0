import * as z from 'zod'

/** `content` of a message on this channel. */
export const voiceContent = z
  .strictObject({
    say: z
      .strictObject({
        text: z.string().min(1).max(900).meta({ description: 'What is read out.' }),
        language: z
          .string()
          .regex(/^[a-z]{2}(-[A-Z]{2})?$/)
          .default('fa-IR')
          .meta({ description: 'BCP 47.' }),
        repeat: z.int().min(1).max(5).default(1).meta({ description: 'How often it is read out.' }),
      })
      .optional(),
  })
  .meta({ id: 'VoiceContent' })

export type VoiceContent = Readonly<z.infer<typeof voiceContent>>
