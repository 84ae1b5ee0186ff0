import * as z from 'zod'
import type { Ports, Submission } from '#worker/domain/carriers/provider.ts'
import { MOST_FILE_BYTES } from '#worker/domain/media.ts'
import {
  askCarrier,
  type CarrierAnswer,
  throttled,
  unclearSubmission,
  unclearValue,
} from '#worker/vendors/carrier-answer.ts'
import { refusalFor, refusalTable } from '#worker/vendors/refusal-table.ts'

/**
 * Account at the Telegram Bot API (https://core.telegram.org/bots/api) or Bale's, which is made after it
 * (https://docs.bale.ai). The token is part of the path: never log or throw a URL.
 */
export interface BotAccount {
  /** Base URL without a slash at the end. */
  readonly url: string
  readonly token: string
}

/** Milliseconds for a call that carries a file. */
const UPLOAD_MS = 60_000
const DOWNLOAD_MS = 30_000

const refusal = z.object({
  ok: z.literal(false),
  error_code: z.int().nullish(),
  description: z.string().max(2_000).nullish(),
  parameters: z
    .object({
      retry_after: z.int().min(0).nullish(),
      /** Id that a group has since it grew. */
      migrate_to_chat_id: z.union([z.int(), z.string().regex(/^-?\d{1,20}$/)]).nullish(),
    })
    .nullish(),
})
type BotRefusal = z.infer<typeof refusal>

type BotAnswer<Result> = CarrierAnswer<{ readonly ok: true; readonly result: Result } | BotRefusal>

/** One call of a bot's API: a method with JSON, or with a form that carries a file. */
export interface BotCall {
  readonly method: string
  readonly body: Readonly<Record<string, unknown>> | FormData
}

function askBot<Schema extends z.ZodType>(
  ports: Ports,
  { url, token }: BotAccount,
  { method, body }: BotCall,
  result: Schema,
): Promise<BotAnswer<z.output<Schema>>> {
  const form = body instanceof FormData
  const request = new Request(`${url}/bot${token}/${method}`, {
    method: 'POST',
    headers: { accept: 'application/json', ...(form ? {} : { 'content-type': 'application/json' }) },
    body: form ? body : JSON.stringify(body),
  })
  const answer = z.union([z.object({ ok: z.literal(true), result }), refusal])
  return askCarrier(ports, request, answer, form ? { timeoutMs: UPLOAD_MS } : {}) as Promise<
    BotAnswer<z.output<Schema>>
  >
}

/**
 * Refusals by the words of `description`, which the API does not promise to keep; by `error_code` where no row knows them.
 * Rows for Telegram are from public collections of its answers; `no such group`, `limit`, `permission_denied` and `Token
 * not found` are Bale's, from the code of a client.
 */
const REFUSALS = refusalTable([
  {
    code: 'recipient-invalid',
    detail: 'The network knows no such chat.',
    said: /user is deactivated|chat not found|user not found|PEER_ID_INVALID|no such group or user|group chat was (?:upgraded|migrated)|chat was deleted/i,
  },
  {
    code: 'recipient-unreachable',
    detail: 'A bot can write only to people who have written to it.',
    said: /can.t initiate conversation|bots can.t send messages to bots/i,
  },
  {
    code: 'recipient-blocked',
    detail: 'The recipient has blocked the bot, or removed it.',
    said: /bot was (?:blocked|kicked)|bot is not a member/i,
    of: [403],
  },
  {
    code: 'sender-refused',
    detail: 'The bot may not write in this chat.',
    said: /no rights|not enough rights|CHAT_WRITE_FORBIDDEN|need administrator rights|permission_denied/i,
  },
  {
    code: 'connection-misconfigured',
    detail: 'The network does not let this bot do that: its token is wrong, or it was stopped.',
    said: /token not found|unauthorized/i,
    // 404 means a token of the wrong form, or an unknown method.
    of: [401, 404],
  },
  {
    code: 'content-refused',
    detail: 'The network refused the content.',
    said: /too long|text is empty|can.t parse|HTTP URL|web ?page|wrong file|file is too big|BUTTON_|PHOTO_|invalid/i,
    of: [413],
  },
  { code: 'provider-refused', detail: 'The network refused the message.' },
])
const LIMITS = /limit exceed|local_rate_limited|too many requests/i

/**
 * Gives the outcome of a refusal in the API's own words. A 4xx proves that nothing was taken, any other code proves
 * nothing.
 */
function botRefusal(answer: BotRefusal, status: number): Submission {
  const code = answer.error_code ?? status
  const words = answer.description ?? ''
  const carrierCode = String(code)
  if (code === 429 || LIMITS.test(words)) return throttled(answer.parameters?.retry_after ?? undefined, carrierCode)
  if (code < 400 || code > 499) return unclearValue(code)
  const movedTo = answer.parameters?.migrate_to_chat_id
  // The new chat is not written to in its place: whether it has opted out was not asked.
  if (movedTo != null)
    return refusalFor({
      code: 'recipient-invalid',
      carrierCode,
      detail: `The group has another id since it grew: write to ${movedTo}.`,
    })
  const known = REFUSALS.read(words)
  if (known !== undefined) return REFUSALS.make(known, carrierCode)
  return REFUSALS.find(code) ?? REFUSALS.make('provider-refused', carrierCode)
}

/** An id; long ones come as text (carrier-answer.ts). */
const id = z.union([z.int(), z.string().regex(/^-?\d{1,20}$/)])
const sent = z.object({ message_id: id, chat: z.object({ id }) })

/** Sends one message; the ref is the ids of chat and message. */
export async function sendByBot(ports: Ports, account: BotAccount, call: BotCall): Promise<Submission> {
  const answer = await askBot(ports, account, call, sent)
  // A body that is too large may be refused before the API reads it, in words of somebody else's.
  if (answer.kind === 'unreadable' && answer.status === 413) return botRefusal({ ok: false }, 413)
  if (answer.kind !== 'value') return unclearSubmission(answer)
  if (!answer.value.ok) return botRefusal(answer.value, answer.status)
  const { chat, message_id: number } = answer.value.result
  return { outcome: 'accepted', providerRef: `${chat.id}/${number}` }
}

/** True if the token is good. */
export async function isBotAlive(ports: Ports, account: BotAccount): Promise<boolean> {
  const answer = await askBot(ports, account, { method: 'getMe', body: {} }, z.object({ id: z.int() }))
  return answer.kind === 'value' && answer.value.ok
}

/** URL of a received file as it waits on the queue, without the token. */
export const botFileUrl = ({ url }: BotAccount, fileId: string): string =>
  `${url}/getFile?file_id=${encodeURIComponent(fileId)}`

/** Path of a file. No segment may begin with a point, so that the path stays below the token's. */
const path = z.object({ file_path: z.string().regex(/^[\w:=+~-][\w:.=+~-]*(?:\/[\w:=+~-][\w:.=+~-]*)*$/) })

/** Fetches what `botFileUrl` names in two steps: its path, then its bytes. Throws when it cannot be had. */
export async function downloadFromBot(ports: Ports, account: BotAccount, fileUrl: string): Promise<Response> {
  const fileId = fileUrl.startsWith(`${account.url}/getFile?`) ? new URL(fileUrl).searchParams.get('file_id') : null
  if (fileId === null) throw new Error('the file is not one of this bot’s')
  const answer = await askBot(ports, account, { method: 'getFile', body: { file_id: fileId } }, path)
  if (answer.kind === 'value' && !answer.value.ok && /file is too big/i.test(answer.value.description ?? ''))
    return new Response(null, { status: 410 })
  if (answer.kind !== 'value' || !answer.value.ok) throw new Error('the network did not say where the file is')
  const request = new Request(`${account.url}/file/bot${account.token}/${answer.value.result.file_path}`)
  return ports.http(request, { timeoutMs: DOWNLOAD_MS, maxBytes: MOST_FILE_BYTES })
}
