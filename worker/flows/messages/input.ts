import * as z from 'zod'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { PURPOSES } from '#worker/domain/messages/message.ts'
import { exactlyOne } from '#worker/lib/json-alternatives.ts'

/** Most messages of one call of `POST /v1/messages/batch`. */
export const BATCH_LIMIT = 10_000

/** Most characters (UTF-16 code units) of the fields of a message, and most of its labels. */
export const LONGEST = { recipient: 320, sender: 320, clientRef: 100, labelName: 40, label: 500, labels: 20 } as const

const metadata = z
  .record(z.string().min(1).max(LONGEST.labelName), z.string().max(LONGEST.label))
  .refine((value) => Object.keys(value).length <= LONGEST.labels, `at most ${LONGEST.labels} entries`)
  .meta({
    description: 'Your own labels: at most 20, names up to 40 characters, values up to 500. Comes back in events.',
  })

const fields = {
  from: z
    .string()
    .min(1)
    .max(LONGEST.sender)
    .meta({
      description:
        'One of the account’s senders: a line, a phone number, a name, an address of its domain, an app, a bot. The account’s default if absent.',
      examples: ['10004346'],
    }),
  content: z.looseObject({}).meta({
    description:
      'What the channel carries; for SMS `{ "text": "…" }`. `GET /v1/channels` and the schemas `SmsContent`, `VoiceContent` … tell.',
  }),
  clientRef: z
    .string()
    .min(1)
    .max(LONGEST.clientRef)
    .meta({ description: 'Your own reference; messages can be looked up by it.' }),
  purpose: z.enum(PURPOSES).meta({ description: 'Bulk rules depend on it. The account’s default purpose if absent.' }),
  validUntil: z.iso.datetime({ offset: true }).meta({
    description:
      'RFC 3339. Not submitted after this time: the message becomes `expired`. At most 7 days ahead; default 24 hours.',
  }),
  metadata,
}

const to = z
  .string()
  .min(1)
  .max(LONGEST.recipient)
  .meta({
    description:
      'SMS, voice and USSD: the phone number in E.164, or as dialled within the account’s region (Persian and Arabic digits are folded). E-mail: the address. Push: a device id. Chat: `network:address`.',
    examples: ['+989121234567'],
  })

const channel = z.enum(CHANNELS)

/** Id of a message by its form. */
export const messageId = z.string().regex(/^msg_[0-9a-z]{35}$/, 'must be the id of a message')

/** Body of `POST /v1/messages`. */
export const messageInput = z
  .strictObject({
    channel,
    to,
    from: fields.from.optional(),
    content: fields.content,
    clientRef: fields.clientRef.optional(),
    purpose: fields.purpose.optional(),
    validUntil: fields.validUntil.optional(),
    metadata: fields.metadata.optional(),
    resendOf: messageId.optional().describe('The message of the account, in this mode, that this one sends again.'),
  })
  .meta({ id: 'MessageInput' })
export type MessageInput = z.infer<typeof messageInput>

/** One message of a batch. A field that it leaves out is the batch's. */
export const batchItem = z
  .strictObject({
    to,
    from: fields.from.optional(),
    content: fields.content.optional(),
    clientRef: fields.clientRef.optional(),
    purpose: fields.purpose.optional(),
    validUntil: fields.validUntil.optional(),
    metadata: fields.metadata.optional(),
  })
  .meta({ id: 'BatchItem' })
export type BatchItem = z.infer<typeof batchItem>

const batchShape = {
  channel,
  from: fields.from.optional(),
  content: fields.content.optional(),
  clientRef: fields.clientRef.optional(),
  purpose: fields.purpose.optional(),
  validUntil: fields.validUntil.optional(),
  metadata: fields.metadata.optional(),
}

const label = z.string().min(1).max(100)
const audience = z
  .strictObject({ tag: label.optional(), user: label.optional() })
  .refine(({ tag, user }) => (tag === undefined) !== (user === undefined), 'one of `tag` and `user`')
  .meta(exactlyOne('tag', 'user'))
  .optional()
  .meta({
    description: `Instead of \`messages\`, on the channel \`push\`: every active device of the application that has this tag or user, at most ${BATCH_LIMIT.toLocaleString('en')}, in the order of their ids.`,
  })

/** Body of `POST /v1/messages/batch`. Items are checked one by one later, so that a bad one never fails the rest. */
export const batchInput = z
  .strictObject({ ...batchShape, audience, messages: z.array(z.unknown()).min(1).max(BATCH_LIMIT).optional() })
  .refine(({ audience, messages }) => audience !== undefined || messages !== undefined, {
    path: ['messages'],
    error: 'is required',
  })
  .refine(({ audience, messages }) => audience === undefined || messages === undefined, {
    path: ['audience'],
    error: 'stands instead of `messages`',
  })
export type BatchRequest = z.infer<typeof batchInput>
/** A batch with its messages, given or made from its audience. */
export type BatchInput = Omit<BatchRequest, 'audience' | 'messages'> & { readonly messages: readonly unknown[] }

/** `batchInput` with its items typed, for the API's description only. */
export const batchInputDocumented = z
  .strictObject({ ...batchShape, audience, messages: z.array(batchItem).min(1).max(BATCH_LIMIT).optional() })
  .meta({ id: 'BatchInput', ...exactlyOne('messages', 'audience') })

/** Body of `POST /v1/preview`. */
export const previewInput = z
  .strictObject({
    channel,
    content: fields.content,
    from: fields.from.optional(),
    purpose: fields.purpose.optional(),
  })
  .meta({ id: 'PreviewInput' })
