import * as z from 'zod'
import type { pushReceived } from './received.ts'

/** Longest time in seconds that services of RFC 8030 and FCM keep a message: four weeks. */
const LONGEST_TTL = 2_419_200
const DAY_SECONDS = 86_400

const httpsUrl = z.url({ protocol: /^https$/, hostname: z.regexes.domain }).max(1_000)
const link = z.union([
  httpsUrl,
  z
    .string()
    .max(1_000)
    .regex(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, 'an https URL, or a path that starts with one slash'),
])

/** Names that FCM reserves (https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode), and ours. */
const RESERVED = /^(?:from|message_type|google.*|gcm.*|chapar.*)$/i

const data = z
  .record(z.string().regex(/^[A-Za-z0-9_.-]{1,40}$/), z.string().max(2_000))
  .refine((value) => Object.keys(value).length <= 20, 'at most 20 entries')
  .refine((value) => !Object.keys(value).some((name) => RESERVED.test(name)), 'a name is one that push services keep')

const action = z.strictObject({
  action: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,40}$/)
    .meta({ description: 'Your name of the button: a press is told as a reply with this text.' }),
  title: z.string().min(1).max(60).meta({ description: 'What stands on the button.' }),
})

/** Schema of a notification's `content`. */
export const pushContent = z
  .strictObject({
    title: z.string().min(1).max(200).meta({ description: 'First line of the notification.' }),
    body: z.string().max(2_000).optional().meta({ description: 'Text below the title.' }),
    icon: httpsUrl.optional().meta({ description: 'https URL of a small picture, for browsers.' }),
    image: httpsUrl.optional().meta({ description: 'https URL of a large picture, where the system shows one.' }),
    url: link
      .optional()
      .meta({ description: 'What opens at a click: an https URL, or a path of the application’s own.' }),
    data: data.optional().meta({ description: 'Texts for the application: at most 20, names up to 40 characters.' }),
    actions: z.array(action).min(1).max(2).optional().meta({ description: 'Up to two buttons (browsers only).' }),
    ttl: z
      .int()
      .min(0)
      .max(LONGEST_TTL)
      .default(DAY_SECONDS)
      .meta({ description: 'Seconds that the push service keeps it for a device that is not there; 0: now or never.' }),
    urgency: z
      .enum(['very-low', 'low', 'normal', 'high'])
      .default('normal')
      .meta({ description: 'How much battery it is worth (RFC 8030 5.3).' }),
    topic: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,32}$/)
      .optional()
      .meta({ description: 'A later message replaces one of the same topic that has not been delivered yet.' }),
  })
  .meta({ id: 'PushContent', description: 'At most about 3,500 bytes of JSON in all.' })

/** A notification as it is sent. */
export type PushNotification = Readonly<z.infer<typeof pushContent>>

/** Content of what a person's device sent back. */
type PushReply = Readonly<z.infer<typeof pushReceived>>

export type PushContent = PushNotification | PushReply
