import * as z from 'zod'
import type { StoredFile } from '#worker/domain/media.ts'
import { atLeastOne, exactlyOne } from '#worker/lib/json-alternatives.ts'
import type { chatReceived } from './received.ts'

/**
 * Most characters of a text, the same on Telegram, Bale and WhatsApp. Counted in UTF-16 units, so that no network counts
 * more.
 */
export const MOST_TEXT = 4_096
/** Most bytes of a button's reply (Telegram's and Bale's `callback_data`). */
const MOST_REPLY = 64

const wellFormed = (text: string): boolean => !text.includes('\0') && text.isWellFormed()
/**
 * True if the text has at most that many UTF-16 units, or so many characters that the schema's `max`, which counts
 * characters, refuses it already.
 */
const fitsUnits = (text: string, most: number): boolean => text.length <= most || [...text].length > most
const words = (most: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(most, `must have at most ${most} characters`)
    .refine((text) => fitsUnits(text, most), `must have at most ${most} characters, emoji and the like counted as two`)
    .refine(wellFormed, 'must be valid Unicode without NUL')
const httpsUrl = z.url({ protocol: /^https$/ }).max(2_048)

const KINDS = ['image', 'audio', 'video', 'document'] as const

const file = z
  .strictObject({
    id: z.string().startsWith('med_').optional().meta({ description: 'A file uploaded to `/v1/media`.' }),
    url: httpsUrl
      .optional()
      .meta({ description: 'Instead of `id`: a public https URL that the network fetches itself.' }),
    kind: z.enum(KINDS).meta({ description: 'How it is shown.' }),
    name: words(200).optional().meta({ description: 'Of a document: the name that the person sees.' }),
  })
  .refine(({ id, url }) => (id === undefined) !== (url === undefined), 'must have either `id` or `url`')
  .meta(exactlyOne('id', 'url'))

const button = z
  .strictObject({
    label: words(64).meta({ description: 'WhatsApp shows 20 characters at most.' }),
    url: httpsUrl.optional().meta({ description: 'The page that it opens.' }),
    reply: z
      .string()
      .min(1)
      .refine((text) => wellFormed(text) && new TextEncoder().encode(text).length <= MOST_REPLY, {
        message: `must have at most ${MOST_REPLY} bytes of UTF-8`,
      })
      .optional()
      .meta({
        description: 'Instead of `url`: comes back as `content.reply` of a `message.received` when it is pressed.',
      }),
  })
  .refine(({ url, reply }) => (url === undefined) !== (reply === undefined), 'must have either `url` or `reply`')
  .meta(exactlyOne('url', 'reply'))

const parameter = words(1_024)
const template = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/, 'must be lower-case letters, digits and underscores'),
  language: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/, 'must be a code such as fa, en or en_US'),
  parameters: z
    .union([z.array(parameter).max(30), z.record(z.string().regex(/^[a-z0-9_]{1,40}$/), parameter)])
    .optional()
    .meta({ description: 'Of the body: in order, or by name for templates with named parameters.' }),
  header: file.optional().meta({ description: 'The picture, video or document of the header.' }),
  buttons: z
    .array(z.strictObject({ index: z.int().min(0).max(9), url: parameter.optional(), reply: words(128).optional() }))
    .max(10)
    .optional()
    .meta({
      description:
        'What fills a button: the end of its URL (`url`; in authentication templates the code), or its `reply`.',
    }),
})

/** Schema of a message's `content`. */
export const chatContent = z
  .strictObject({
    text: words(MOST_TEXT)
      .optional()
      .meta({ description: 'What the person reads; below a file, if there is one (1,024 characters then).' }),
    media: file.optional().meta({ description: 'A file. Several are several messages.' }),
    buttons: z
      .array(z.array(button).min(1).max(8))
      .min(1)
      .max(10)
      .optional()
      .meta({ description: 'Rows of buttons below the text. WhatsApp: three replies, or one URL.' }),
    template: template
      .optional()
      .meta({ description: 'Instead of all else: a template that the network has approved (WhatsApp).' }),
    otp: z
      .strictObject({ code: z.string().regex(/^[0-9]{4,10}$/, 'must be 4 to 10 digits') })
      .optional()
      .meta({ description: 'Instead of all else: a one-time code by the network’s own way (Bale by phone number).' }),
  })
  .meta({ id: 'ChatContent', ...atLeastOne('text', 'media', 'template', 'otp') })

export type ChatContent = Readonly<z.infer<typeof chatContent>> &
  Readonly<Omit<z.infer<typeof chatReceived>, 'files'>> & { readonly files?: readonly StoredFile[] }
export type ChatFile = Readonly<z.infer<typeof file>>
export type ChatButton = Readonly<z.infer<typeof button>>
export type ChatTemplate = Readonly<z.infer<typeof template>>
