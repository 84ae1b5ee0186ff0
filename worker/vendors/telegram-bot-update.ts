import * as z from 'zod'
import { CallbackRefused } from '#worker/domain/carriers/provider.ts'
import { keepLongNumbers } from '#worker/lib/long-numbers.ts'
import { callbackJson, callbackText, cutText, LONGEST_TEXT } from './callback-body.ts'

/** File in an update, by the network's id of it. */
interface BotFile {
  readonly fileId: string
  readonly type: string | null
  readonly name: string | null
}

/** Action of a person in a chat with the bot. */
export interface BotEvent {
  /** Dedupe key, unique for the bot. */
  readonly ref: string
  readonly chatId: string
  /** Message of the bot that it answers, or whose button was pressed, as `sendByBot` names it. */
  readonly answers?: string
  readonly text?: string
  /** Reply of the button pressed (`callback_data`). */
  readonly reply?: string
  readonly location?: { readonly latitude: number; readonly longitude: number }
  readonly files: readonly BotFile[]
  /** Epoch milliseconds; absent: the network did not say. */
  readonly at?: number
  /** Id of a button's press, which the network wants acknowledged. */
  readonly pressId?: string
}

const id = z.union([z.int(), z.string().regex(/^-?\d{1,20}$/)]).transform(String)
const text = cutText(LONGEST_TEXT)
const file = z.object({
  file_id: z.string().min(1).max(500),
  mime_type: cutText(200).optional(),
  file_name: cutText(500).optional(),
})
const message = z.object({
  message_id: id,
  date: z.int().min(0).optional(),
  chat: z.object({ id, type: z.string().optional() }),
  reply_to_message: z.object({ message_id: id }).optional().catch(undefined),
  from: z.object({ is_bot: z.boolean().optional() }).optional(),
  text: text.optional(),
  caption: text.optional(),
  photo: z.array(file).max(20).optional(),
  audio: file.optional(),
  document: file.optional(),
  video: file.optional(),
  voice: file.optional(),
  video_note: file.optional(),
  animation: file.optional(),
  sticker: file.optional(),
  location: z.object({ latitude: z.number(), longitude: z.number() }).optional(),
})
const keyboard = z.object({
  inline_keyboard: z.array(z.array(z.object({ text, callback_data: text.optional() })).max(20)).max(100),
})
const press = z.object({
  id: z.string().max(200),
  data: z.string().max(500).optional(),
  message: z
    .object({ message_id: z.number(), chat: z.object({ id }), reply_markup: keyboard.optional().catch(undefined) })
    .optional(),
})
const update = z.object({
  update_id: id,
  message: message.optional(),
  callback_query: press.optional(),
})

type BotMessage = z.infer<typeof message>

function filesOf(said: BotMessage): BotFile[] {
  // Photos come in several sizes, the largest last.
  const photo = said.photo?.at(-1)
  const found: [z.infer<typeof file> | undefined, string | null][] = [
    [photo, 'image/jpeg'],
    [said.audio, null],
    [said.video, null],
    [said.voice, 'audio/ogg'],
    [said.video_note, 'video/mp4'],
    [said.sticker, null],
    // An animation comes a second time as a document.
    [said.animation ?? said.document, null],
  ]
  return found.flatMap(([one, type]) =>
    one ? [{ fileId: one.file_id, type: one.mime_type ?? type, name: one.file_name ?? null }] : [],
  )
}

function said(ref: string, heard: BotMessage): BotEvent | null {
  const words = heard.text ?? heard.caption
  const files = filesOf(heard)
  // Drops messages in which nobody says anything: joined, left, pinned and the like.
  if (words === undefined && files.length === 0 && heard.location === undefined) return null
  return {
    ref,
    chatId: heard.chat.id,
    files,
    ...(heard.reply_to_message === undefined
      ? {}
      : { answers: `${heard.chat.id}/${heard.reply_to_message.message_id}` }),
    ...(words === undefined ? {} : { text: words }),
    ...(heard.location === undefined ? {} : { location: heard.location }),
    ...(heard.date === undefined ? {} : { at: heard.date * 1_000 }),
  }
}

function pressed(ref: string, { id: pressId, data, message: below }: z.infer<typeof press>): BotEvent | null {
  if (data === undefined || below === undefined) return null
  const label = below.reply_markup?.inline_keyboard.flat().find(({ callback_data: own }) => own === data)?.text
  const answers = `${below.chat.id}/${below.message_id}`
  return {
    ref,
    chatId: below.chat.id,
    answers,
    files: [],
    reply: data,
    pressId,
    ...(label === undefined ? {} : { text: label }),
  }
}

/** Keeps long ids as texts, and drops fields that are null, which networks made after Telegram's send for absent ones. */
const present = (key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  value === null ? undefined : keepLongNumbers(key, value, context)

/**
 * Reads the event in a webhook's body; null where no person says anything (edits, joins, channel posts, being blocked).
 * Throws `CallbackRefused` for what is no update.
 */
export async function readUpdate(request: Request): Promise<BotEvent | null> {
  const parsed = update.safeParse(callbackJson(await callbackText(request), present))
  if (!parsed.success) throw new CallbackRefused(400, 'not an update')
  const { update_id: number, message: heard, callback_query: query } = parsed.data
  const ref = `update-${number}`
  if (heard && heard.from?.is_bot !== true) return said(ref, heard)
  return query ? pressed(ref, query) : null
}
