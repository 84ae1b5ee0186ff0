import * as z from 'zod'
import { cutText, LONGEST_TEXT } from '#worker/vendors/callback-body.ts'
import { ABOUT_MESSAGE, SERVICE_MESSAGES } from './bot-kinds.ts'

/** File in a message, by the network's id of it. */
interface BotFile {
  readonly fileId: string
  readonly type: string | null
  readonly name: string | null
}

export const botId = z.union([z.int(), z.string().regex(/^-?\d{1,20}$/)]).transform(String)
const text = cutText(LONGEST_TEXT)
const word = cutText(1_000)
const file = z.object({
  file_id: z.string().min(1).max(500),
  mime_type: cutText(200).optional(),
  file_name: cutText(500).optional(),
})
/** A member that is left out where it has an unknown form, so that no message is lost for it. */
const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined)

const contact = z.object({ phone_number: word, first_name: maybe(word), last_name: maybe(word) })
const poll = z.object({ id: maybe(z.string().max(100)), question: text, options: z.array(z.object({ text: word })) })

/** A message as an update holds it. A member of an unknown form is left out; `saidIn` finds it in the message as it came. */
export const botMessage = z.object({
  message_id: botId,
  date: maybe(z.int().min(0)),
  chat: z.object({ id: botId, type: maybe(z.string()) }),
  reply_to_message: maybe(z.object({ message_id: botId })),
  from: maybe(z.object({ id: maybe(botId), is_bot: maybe(z.boolean()) })),
  /** Set if a chat speaks and no person: a group's administrator without a name, a channel in its group. */
  sender_chat: maybe(z.object({ id: botId })),
  text: maybe(text),
  caption: maybe(text),
  photo: maybe(z.array(file).max(20)),
  audio: maybe(file),
  document: maybe(file),
  video: maybe(file),
  voice: maybe(file),
  video_note: maybe(file),
  animation: maybe(file),
  live_photo: maybe(file),
  sticker: maybe(file),
  location: maybe(z.object({ latitude: z.number(), longitude: z.number() })),
  venue: maybe(z.object({ title: word, address: word })),
  contact: maybe(contact),
  poll: maybe(poll),
  web_app_data: maybe(z.object({ button_text: word, data: text })),
  migrate_to_chat_id: maybe(botId),
})
export type BotMessage = z.output<typeof botMessage>

/** A message as it came. */
type Raw = Readonly<Record<string, unknown>>

/** What a message says, as far as it can be read. */
export interface BotSaid {
  readonly text?: string
  readonly location?: { readonly latitude: number; readonly longitude: number }
  readonly files: readonly BotFile[]
  /** The network's name of a kind that is neither words, files nor a place. */
  readonly unsupported?: string
  /** What the network tells of it, in any form. */
  readonly details?: unknown
}

function filesOf(said: BotMessage): BotFile[] {
  // Photos come in several sizes, the largest last.
  const photo = said.photo?.at(-1)
  const found: [z.output<typeof file> | undefined, string | null][] = [
    [photo, 'image/jpeg'],
    [said.audio, null],
    [said.video, null],
    [said.voice, 'audio/ogg'],
    [said.video_note, 'video/mp4'],
    [said.live_photo, 'video/mp4'],
    [said.sticker, null],
    // An animation comes a second time as a document.
    [said.animation ?? said.document, null],
  ]
  return found.flatMap(([one, type]) =>
    one ? [{ fileId: one.file_id, type: one.mime_type ?? type, name: one.file_name ?? null }] : [],
  )
}

/** Gives the words of a rich message: its texts in their order, a block a line. */
function wordsOf(rich: unknown): string | undefined {
  const textOf = (value: unknown, deep: number): string => {
    if (typeof value === 'string') return value
    if (deep === 0 || typeof value !== 'object' || value === null) return ''
    if (Array.isArray(value)) return value.map((one) => textOf(one, deep - 1)).join('')
    return 'text' in value ? textOf(value.text, deep - 1) : ''
  }
  const { blocks } = z
    .object({ blocks: z.array(z.unknown()) })
    .catch({ blocks: [] })
    .parse(rich)
  const words = blocks.map((block) => textOf(block, 10)).join('\n')
  return words.trim() === '' ? undefined : text.parse(words)
}

/** Reads what has no member of its own into a form that networks share, where several have the kind. */
function detailsOf(kind: string, said: BotMessage, raw: Raw): unknown {
  const { contact: person, poll: asked, web_app_data: form } = said
  if (kind === 'contact' && person) {
    const name = [person.first_name, person.last_name].filter(Boolean).join(' ')
    return { contacts: [{ name, phones: [person.phone_number] }] }
  }
  if (kind === 'poll' && asked)
    return { id: asked.id, question: asked.question, options: asked.options.map(({ text: option }) => option) }
  if (kind === 'web_app_data' && form) return { button: form.button_text, data: form.data }
  return raw[kind]
}

/** Reads a message, with all members that it came with; null where the network speaks and no person does. */
export function saidIn(said: BotMessage, raw: Raw): BotSaid | null {
  const { location, venue } = said
  const words = said.text ?? said.caption ?? wordsOf(raw['rich_message'])
  const files = filesOf(said)
  const plain = {
    files,
    ...(words === undefined ? {} : { text: words }),
    ...(location === undefined ? {} : { location }),
    ...(venue === undefined ? {} : { details: venue }),
  }
  if (said.text !== undefined || files.length > 0 || location !== undefined) return plain
  const names = Object.keys(raw).filter((name) => !ABOUT_MESSAGE.has(name))
  const kind = names.find((name) => !SERVICE_MESSAGES.has(name))
  if (kind === undefined && names.length > 0) return null
  if (kind === 'rich_message' && words !== undefined) return plain
  if (kind === undefined) return { ...plain, unsupported: 'unknown' }
  return { ...plain, unsupported: kind, details: detailsOf(kind, said, raw) }
}
