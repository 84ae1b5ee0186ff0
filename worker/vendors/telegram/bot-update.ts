import * as z from 'zod'
import { CallbackRefused } from '#worker/domain/carriers/provider.ts'
import { keepLongNumbers } from '#worker/lib/json/long-numbers.ts'
import { callbackJson, callbackText, cutText, LONGEST_TEXT } from '#worker/vendors/callback-body.ts'
import { MESSAGE_UPDATES, SILENT_UPDATES } from './bot-kinds.ts'
import { type BotMessage, type BotSaid, botId, botMessage, saidIn } from './bot-message.ts'

/** Action of a person in a chat with the bot. */
export interface BotEvent extends BotSaid {
  /** Dedupe key, unique for the bot. */
  readonly ref: string
  readonly chatId: string
  /** Id that the chat has from now on. */
  readonly movedTo?: string
  /** Message of the bot that it answers, or whose button was pressed, as `sendByBot` names it. */
  readonly answers?: string
  /** Reply of the button pressed (`callback_data`). */
  readonly reply?: string
  /** Epoch milliseconds; absent: the network did not say. */
  readonly at?: number
  /** Id of a button's press, which the network wants acknowledged. */
  readonly pressId?: string
  /** Set if the person shut the bot out, or let it in again. */
  readonly asks?: 'block' | 'unblock'
}

const user = z.object({ id: botId, is_bot: z.boolean().optional() })
const chat = z.object({ id: botId })
const date = z.int().min(0).optional()
const text = cutText(LONGEST_TEXT)
const keyboard = z.object({
  inline_keyboard: z.array(z.array(z.object({ text, callback_data: text.optional() })).max(20)).max(100),
})
const press = z.object({
  id: z.string().max(200),
  from: user.optional().catch(undefined),
  data: z.string().max(500).optional(),
  game_short_name: cutText(200).optional(),
  message: z.object({ message_id: botId, chat, reply_markup: keyboard.optional().catch(undefined) }).optional(),
})
const member = z.object({ status: z.string(), is_member: z.boolean().optional() })
const membership = z.object({ chat, date, old_chat_member: member.optional(), new_chat_member: member })
const reactions = z.array(z.object({ emoji: cutText(50).optional(), type: cutText(50).optional() })).max(100)
const reaction = z.object({
  chat,
  message_id: botId,
  user: user.optional(),
  date,
  new_reaction: reactions,
})
const vote = z.object({
  poll_id: cutText(100),
  user: user.optional(),
  voter_chat: chat.optional(),
  option_ids: z.array(z.int()).max(100),
})
/** Whoever an update of an unlisted kind is about. */
const somebody = z.object({ from: user.optional().catch(undefined), user: user.optional().catch(undefined), date })

type Raw = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value)
const timeOf = (seconds: number | undefined) => (seconds === undefined ? {} : { at: seconds * 1_000 })

function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = z.safeParse(schema, value)
  if (!parsed.success) throw new CallbackRefused(400, 'not an update')
  return parsed.data
}

/** Gives the chat that speaks in a message; null: a bot does, or the account itself that the bot works for. */
function speakerOf(kind: string, { chat: { id }, from, sender_chat: sender }: BotMessage): string | null {
  if (kind.endsWith('business_message')) return from?.id === id ? id : null
  // An administrator without a name speaks as their group, and the network names a bot of its own beside it.
  if (from?.is_bot === true && sender === undefined) return null
  return kind === 'guest_message' ? (from?.id ?? id) : id
}

function heard(kind: string, raw: Raw): Omit<BotEvent, 'ref'> | null {
  const message = read(botMessage, raw)
  const chatId = speakerOf(kind, message)
  const said = chatId === null ? null : saidIn(message, raw)
  if (chatId === null || said === null) return null
  const { reply_to_message: answered, migrate_to_chat_id: movedTo } = message
  return {
    ...said,
    chatId,
    ...(kind === 'message' ? {} : { unsupported: kind }),
    ...(movedTo === undefined ? {} : { movedTo }),
    ...(answered === undefined ? {} : { answers: `${message.chat.id}/${answered.message_id}` }),
    ...timeOf(message.date),
  }
}

function pressed(raw: Raw): Omit<BotEvent, 'ref'> | null {
  const { id: pressId, from, data, game_short_name: game, message: below } = read(press, raw)
  const chatId = below?.chat.id ?? from?.id
  if (chatId === undefined) return null
  const label = below?.reply_markup?.inline_keyboard.flat().find(({ callback_data: own }) => own === data)?.text
  return {
    chatId,
    files: [],
    pressId,
    ...(below === undefined ? {} : { answers: `${below.chat.id}/${below.message_id}` }),
    ...(data === undefined ? { unsupported: 'callback_query', details: { game } } : { reply: data }),
    ...(data === undefined || label === undefined ? {} : { text: label }),
  }
}

const isOut = ({ status, is_member: isMember }: z.output<typeof member>): boolean =>
  status === 'left' || status === 'kicked' || (status === 'restricted' && isMember === false)

/** Reads what became of the bot in a chat; null where only its rights changed. */
function admitted(raw: Raw): Omit<BotEvent, 'ref'> | null {
  const { chat: where, date: at, old_chat_member: before, new_chat_member: now } = read(membership, raw)
  const asks = isOut(now) ? 'block' : before !== undefined && isOut(before) ? 'unblock' : null
  if (asks === null) return null
  const details = { status: now.status }
  return { chatId: where.id, files: [], unsupported: 'my_chat_member', details, asks, ...timeOf(at) }
}

function reacted(raw: Raw): Omit<BotEvent, 'ref'> | null {
  const { chat: where, message_id: id, user: who, date: at, new_reaction: now } = read(reaction, raw)
  if (who?.is_bot === true) return null
  const details = { emoji: now.flatMap(({ emoji, type }) => emoji ?? type ?? []) }
  const answers = `${where.id}/${id}`
  return { chatId: where.id, files: [], answers, unsupported: 'message_reaction', details, ...timeOf(at) }
}

function voted(raw: Raw): Omit<BotEvent, 'ref'> | null {
  const { poll_id: poll, user: who, voter_chat: voter, option_ids: options } = read(vote, raw)
  const chatId = who?.id ?? voter?.id
  return chatId === undefined ? null : { chatId, files: [], unsupported: 'poll_answer', details: { poll, options } }
}

/** Hears an update that is in no list, if a person is behind it. */
function other(kind: string, raw: Raw): Omit<BotEvent, 'ref'> | null {
  const { from, user: named, date: at } = somebody.catch({}).parse(raw)
  const who = from ?? named
  if (who === undefined || who.is_bot === true) return null
  const { from: _, user: __, date: ___, ...details } = raw
  return { chatId: who.id, files: [], unsupported: kind, details, ...timeOf(at) }
}

const READERS: ReadonlyMap<string, (raw: Raw) => Omit<BotEvent, 'ref'> | null> = new Map([
  ['callback_query', pressed],
  ['my_chat_member', admitted],
  ['message_reaction', reacted],
  ['poll_answer', voted],
])

function eventIn(kind: string, raw: Raw): Omit<BotEvent, 'ref'> | null {
  if (MESSAGE_UPDATES.has(kind)) return heard(kind, raw)
  if (SILENT_UPDATES.has(kind)) return null
  return READERS.get(kind)?.(raw) ?? (READERS.has(kind) ? null : other(kind, raw))
}

/** Keeps long ids as texts, and drops fields that are null, which networks made after Telegram's send for absent ones. */
const present = (key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  value === null ? undefined : keepLongNumbers(key, value, context)

/**
 * Reads the event in a webhook's body; null where no person says anything to the bot. Throws `CallbackRefused` for what is no
 * update.
 */
export async function readUpdate(request: Request): Promise<BotEvent | null> {
  const body = read(z.looseObject({ update_id: botId }), callbackJson(await callbackText(request), present))
  const [kind, raw] = Object.entries(body).find(([, value]) => isObject(value)) ?? []
  if (kind === undefined || !isObject(raw)) return null
  const event = eventIn(kind, raw)
  return event && { ref: `update-${body.update_id}`, ...event }
}
