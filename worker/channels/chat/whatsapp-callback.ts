import * as z from 'zod'
import {
  CallbackRefused,
  type InboundMessage,
  type Receipt,
  type ReceiptKey,
  type ReceiptStatus,
  type Received,
} from '#worker/domain/carriers/provider.ts'
import { parseAttemptRef } from '#worker/domain/ids.ts'
import { cutText, LONGEST_TEXT } from '#worker/vendors/callback-body.ts'
import { isMetaSignature, verifiedChallenge } from '#worker/vendors/meta-signature.ts'
import { type WhatsappAccount, whatsappFailure, whatsappFileUrl } from '#worker/vendors/whatsapp.ts'
import type { ChatContent } from './content.ts'

/** Parts of a connection that reading its webhook takes. */
interface WhatsappHook {
  readonly account: WhatsappAccount
  /** Address of the connection's number: `whatsapp:+…`. */
  readonly self: string
  readonly appSecret: string
  readonly verifyToken: string
}

const LONGEST_WORD = 1_000
const text = cutText(LONGEST_TEXT)
const word = cutText(LONGEST_WORD)
const id = z.string().min(1).max(300)
/** Seconds since 1970, as text. */
const seconds = z.string().regex(/^\d{1,12}$/)
const media = z.object({
  id,
  mime_type: z.string().max(200).optional(),
  caption: text.optional(),
  filename: word.optional(),
})

const status = z.object({
  id,
  status: z.string().max(40),
  timestamp: seconds,
  biz_opaque_callback_data: z.string().max(600).optional(),
  errors: z
    .array(z.object({ code: z.int() }))
    .max(20)
    .optional(),
})
const message = z.object({
  id,
  timestamp: seconds,
  type: z.string().max(40),
  /** Digits of the person's number; absent for people who hide it: then `from_user_id` is there. */
  from: z
    .string()
    .regex(/^\d{5,20}$/)
    .optional()
    .catch(undefined),
  /** Ignored in an unknown form, so that the message is not lost for it. */
  from_user_id: z
    .string()
    .regex(/^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/)
    .optional()
    .catch(undefined),
  /** Message that this one answers. */
  context: z.object({ id: id.optional() }).optional().catch(undefined),
  text: z.object({ body: text }).optional(),
  image: media.optional(),
  audio: media.optional(),
  video: media.optional(),
  document: media.optional(),
  sticker: media.optional(),
  location: z.object({ latitude: z.number(), longitude: z.number() }).optional(),
  button: z.object({ payload: word.optional(), text: word.optional() }).optional(),
  interactive: z
    .object({
      button_reply: z.object({ id: word, title: word }).optional(),
      list_reply: z.object({ id: word, title: word }).optional(),
    })
    .optional(),
})
const value = z.object({
  metadata: z.object({ display_phone_number: z.string().max(40), phone_number_id: z.string().max(40) }),
  statuses: z.array(z.unknown()).max(1_000).optional(),
  messages: z.array(z.unknown()).max(1_000).optional(),
})
const notification = z.object({
  object: z.literal('whatsapp_business_account'),
  entry: z
    .array(z.object({ changes: z.array(z.object({ field: z.string(), value: z.unknown() })).max(1_000) }))
    .min(1)
    .max(1_000),
})

const STATUSES: Readonly<Record<string, ReceiptStatus>> = {
  sent: 'submitted',
  delivered: 'delivered',
  read: 'read',
  played: 'read',
  failed: 'failed',
}
/** Failures that end a message `rejected`: the network would never have taken it. */
const REFUSED = new Set(['content-refused', 'session-closed', 'recipient-invalid', 'connection-misconfigured'])

function receiptOf({
  id: wamid,
  status: word,
  timestamp,
  biz_opaque_callback_data: ref,
  errors,
}: z.infer<typeof status>): Receipt | null {
  const known = Object.hasOwn(STATUSES, word) ? STATUSES[word] : undefined
  if (known === undefined) return null
  const key: ReceiptKey = ref !== undefined && parseAttemptRef(ref) ? { attemptRef: ref } : { providerRef: wamid }
  const base = { ...key, at: Number(timestamp) * 1_000 }
  if (known !== 'failed') return { ...base, status: known }
  const failure = whatsappFailure(errors?.[0]?.code ?? 0, 'not-delivered')
  // Names no cause where the network sends no error: the table's row for code 0 would blame the account.
  if (errors?.[0] === undefined) return { ...base, status: 'failed', failure: { ...failure, code: 'not-delivered' } }
  const ended = REFUSED.has(failure.code)
    ? 'rejected'
    : failure.code === 'provider-throttled'
      ? 'failed'
      : 'undelivered'
  return { ...base, status: ended, failure }
}

type WhatsappMessage = z.infer<typeof message>

const mediaIn = ({ image, audio, video, document, sticker }: WhatsappMessage) =>
  image ?? audio ?? video ?? document ?? sticker

function contentOf(heard: WhatsappMessage): ChatContent {
  const { text: plain, button, interactive, location } = heard
  const pressed = interactive?.button_reply ?? interactive?.list_reply
  const words = plain?.body ?? button?.text ?? pressed?.title ?? mediaIn(heard)?.caption
  const reply = pressed?.id ?? button?.payload
  return {
    ...(words === undefined ? {} : { text: words }),
    ...(reply === undefined ? {} : { reply }),
    ...(location === undefined ? {} : { location: { latitude: location.latitude, longitude: location.longitude } }),
  }
}

/**
 * Translates a received message; null if nobody says anything in it (reactions, system news, kinds that the network itself
 * calls unsupported).
 */
function inboundOf(heard: WhatsappMessage, to: string, account: WhatsappAccount): InboundMessage<ChatContent> | null {
  const { id: wamid, from, from_user_id: userId, timestamp, context } = heard
  const file = mediaIn(heard)
  const content = contentOf(heard)
  if (file === undefined && Object.keys(content).length === 0) return null
  const person = from === undefined ? userId : `+${from}`
  if (person === undefined) return null
  const files = file && [
    { type: file.mime_type ?? null, name: file.filename ?? null, url: whatsappFileUrl(account, file.id) },
  ]
  return {
    providerRef: wamid,
    from: `whatsapp:${person}`,
    ...(from === undefined || userId === undefined ? {} : { also: `whatsapp:${userId}` }),
    to,
    content,
    at: Number(timestamp) * 1_000,
    ...(context?.id === undefined ? {} : { inReplyTo: { providerRef: context.id } }),
    ...(files === undefined ? {} : { files }),
  }
}

/** Gives the line that was written to: numbers of one app share a webhook unless it is overridden. */
const lineOf = ({ metadata }: z.infer<typeof value>, { account, self }: WhatsappHook): string =>
  metadata.phone_number_id === account.phoneNumberId
    ? self
    : `whatsapp:+${metadata.display_phone_number.replace(/\D/g, '')}`

function readNotification(body: Uint8Array<ArrayBuffer>): z.infer<typeof value>[] {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(body))
  } catch {
    throw new CallbackRefused(400, 'the body is not JSON')
  }
  const parsed = notification.safeParse(json)
  if (!parsed.success) throw new CallbackRefused(400, 'not a notification of WhatsApp')
  const changes = parsed.data.entry.flatMap((entry) => entry.changes).filter(({ field }) => field === 'messages')
  return changes.flatMap((change) => {
    const known = value.safeParse(change.value)
    // Errors of the account come in the same field without a message's members; they are no news of a message.
    return known.success ? [known.data] : []
  })
}

/** Gives the entries of that form, so that one that is not readable costs no other. */
const readable = <Schema extends z.ZodType>(schema: Schema, entries: readonly unknown[] = []): z.output<Schema>[] =>
  entries.flatMap((entry) => {
    const parsed = z.safeParse(schema, entry)
    return parsed.success ? [parsed.data] : []
  })

/** Reads a webhook's call: the GET that registers it, or signed notifications. */
export async function receiveWhatsapp(request: Request, hook: WhatsappHook): Promise<Received<ChatContent>> {
  if (request.method === 'GET') {
    const reply = verifiedChallenge(request.url, hook.verifyToken)
    if (!reply) throw new CallbackRefused(403, 'wrong verify token')
    return { receipts: [], inbound: [], reply }
  }
  const body = new Uint8Array(await request.arrayBuffer())
  if (!(await isMetaSignature(hook.appSecret, request.headers.get('x-hub-signature-256'), body)))
    throw new CallbackRefused(403, 'wrong signature')
  const news = readNotification(body)
  // Reports of another number's messages are left out, because this connection would look for them in vain for a day.
  const own = news.filter(({ metadata }) => metadata.phone_number_id === hook.account.phoneNumberId)
  return {
    receipts: own.flatMap(({ statuses }) => readable(status, statuses).flatMap((one) => receiptOf(one) ?? [])),
    inbound: news.flatMap((part) =>
      readable(message, part.messages).flatMap((heard) => inboundOf(heard, lineOf(part, hook), hook.account) ?? []),
    ),
  }
}
