import * as z from 'zod'

export const pressed = z.object({
  digits: z.string().meta({ description: 'Keys that were pressed in a call of ours: 0 to 9, * and #.' }),
})
export const recorded = z.object({
  recording: z
    .object({
      seconds: z.number().optional(),
      media: z.string().optional().meta({ description: 'Media id of the file.' }),
      type: z.string().optional().meta({ description: 'Its media type.' }),
      bytes: z.int().optional(),
      missing: z.literal(true).optional().meta({ description: 'The file could not be fetched.' }),
    })
    .meta({ description: 'A voice message that a caller left.' }),
})
/** Schema of a received `content`. */
export const voiceReceived = z.union([pressed, recorded]).meta({ id: 'VoiceReceivedContent' })
