import * as z from 'zod'

/** Schema of a received `content`. People answer in sessions; only a sandbox can send a text by itself. */
export const ussdReceived = z.object({ text: z.string() }).meta({ id: 'UssdReceivedContent' })
