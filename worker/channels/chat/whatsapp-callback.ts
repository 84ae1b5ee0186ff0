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
import { unixTime } from '#worker/vendors/carrier-time.ts'
import { isMetaSignature, verifiedChallenge } from '#worker/vendors/meta-signature.ts'
import {
  STOPPED_ADVERTISING,
  type WhatsappAccount,
  whatsappFailure,
  whatsappFileUrl,
} from '#worker/vendors/whatsapp.ts'
import type { ChatContent } from './content.ts'
import {
  askedIn,
  contentIn,
  heardMessage,
  mediaIn,
  newNumberIn,
  PREFERENCES,
  type WhatsappMessage,
  type WhatsappPreference,
  whatsappPreference,
} from './whatsapp-kinds.ts'

/** Parts of a connection that reading its webhook takes. */
interface WhatsappHook {
  readonly account: WhatsappAccount
  /** Address of the connection's number: `whatsapp:+…`. */
  readonly self: string
  readonly appSecret: string
  readonly verifyToken: string
}

const id = z.string().min(1).max(300)
/** Seconds since 1970, as text. */
const seconds = z.string().regex(/^\d{1,12}$/)

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
const value = z.object({
  metadata: z.object({ display_phone_number: z.string().max(40), phone_number_id: z.string().max(40) }),
  statuses: z.array(z.unknown()).max(1_000).optional(),
  messages: z.array(z.unknown()).max(1_000).optional(),
  user_preferences: z.array(z.unknown()).max(1_000).optional(),
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
  const base = { ...key, carrierAt: unixTime(Number(timestamp)) }
  if (known !== 'failed') return { ...base, status: known }
  const failure = whatsappFailure(errors?.[0]?.code ?? 0, 'not-delivered')
  // Names no cause where the network sends no error: the table's row for code 0 would blame the account.
  if (errors?.[0] === undefined) return { ...base, status: 'failed', failure: { ...failure, code: 'not-delivered' } }
  const ended = REFUSED.has(failure.code)
    ? 'rejected'
    : failure.code === 'provider-throttled'
      ? 'failed'
      : 'undelivered'
  const stopped = errors[0].code === STOPPED_ADVERTISING ? { suppress: 'recipient' as const } : {}
  return { ...base, status: ended, failure, ...stopped }
}

/**
 * Translates a received message; null if nobody is named who said it. Whatever a person sends is heard, be it a reaction, a kind
 * that the network itself calls unsupported, or one that is not known here.
 */
function inboundOf(
  heard: WhatsappMessage,
  to: string,
  { account }: Pick<WhatsappHook, 'account'>,
): InboundMessage<ChatContent> | null {
  const { id: wamid, from, from_user_id: userId, timestamp, context, reaction } = heard
  const file = mediaIn(heard)
  const person = from === undefined ? userId : `+${from}`
  if (person === undefined) return null
  const files = file && [
    { type: file.mime_type ?? null, name: file.filename ?? null, url: whatsappFileUrl(account, file.id) },
  ]
  const moved = newNumberIn(heard)
  const other = moved === undefined ? (from === undefined ? undefined : userId) : `+${moved}`
  const answered = context?.id ?? reaction?.message_id
  const asks = askedIn(heard)
  return {
    providerRef: wamid,
    from: `whatsapp:${person}`,
    ...(other === undefined ? {} : { also: `whatsapp:${other}` }),
    to,
    content: contentIn(heard),
    carrierAt: unixTime(Number(timestamp)),
    ...(answered === undefined ? {} : { inReplyTo: { providerRef: answered } }),
    ...(asks === undefined ? {} : { asks }),
    ...(files === undefined ? {} : { files }),
  }
}

/** Translates a person's choice whether this business may advertise to them. */
function preferenceOf(choice: WhatsappPreference, to: string): InboundMessage<ChatContent> {
  const { wa_id: digits, category, value: word, detail, timestamp } = choice
  const asks = category === 'marketing_messages' ? PREFERENCES.get(word) : undefined
  const details = { category, value: word, ...(detail === undefined ? {} : { detail }) }
  return {
    // The network gives it no name: its repeats are told by all that it says, of which category and to which line.
    providerRef: null,
    from: `whatsapp:+${digits}`,
    to,
    content: { unsupported: 'user_preferences', details },
    carrierAt: unixTime(timestamp),
    ...(asks === undefined ? {} : { asks }),
  }
}

/** Gives the line that was written to: numbers of one app share a webhook unless it is overridden. */
const lineOf = ({ metadata }: z.infer<typeof value>, { account, self }: WhatsappHook): string =>
  metadata.phone_number_id === account.phoneNumberId
    ? self
    : `whatsapp:+${metadata.display_phone_number.replace(/\D/g, '')}`

/** Fields of the webhook in which people speak. Any other is about the account. */
const FIELDS: ReadonlySet<string> = new Set(['messages', 'user_preferences'])

function readNotification(body: Uint8Array<ArrayBuffer>): z.infer<typeof value>[] {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(body))
  } catch {
    throw new CallbackRefused(400, 'the body is not JSON')
  }
  const parsed = notification.safeParse(json)
  if (!parsed.success) throw new CallbackRefused(400, 'not a notification of WhatsApp')
  const changes = parsed.data.entry.flatMap((entry) => entry.changes).filter(({ field }) => FIELDS.has(field))
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
    inbound: news.flatMap((part) => [
      ...readable(heardMessage, part.messages).flatMap((heard) => inboundOf(heard, lineOf(part, hook), hook) ?? []),
      ...readable(whatsappPreference, part.user_preferences).map((choice) => preferenceOf(choice, lineOf(part, hook))),
    ]),
  }
}
