import type { Failure, Ports, Submission } from '#worker/domain/carriers/provider.ts'
import type { BotCall } from '#worker/vendors/telegram/bot.ts'
import { inNetwork } from './addresses.ts'
import type { ChatButton, ChatContent, ChatFile } from './content.ts'
import { storedFile, UNREAD_FILE } from './stored-file.ts'

const METHODS: Readonly<Record<ChatFile['kind'], readonly [method: string, field: string]>> = {
  image: ['sendPhoto', 'photo'],
  audio: ['sendAudio', 'audio'],
  video: ['sendVideo', 'video'],
  document: ['sendDocument', 'document'],
}

const rejected = (failure: Failure): Submission => ({ outcome: 'rejected', failure })
const MISSING = rejected({ code: 'media-missing', detail: 'The file that the message names exists no more.' })
const UNABLE = rejected({
  code: 'not-supported',
  detail: 'Bots know no templates and no codes of their own: send text, a file or buttons.',
})

const keyboard = (rows: readonly (readonly ChatButton[])[]) => ({
  inline_keyboard: rows.map((row) =>
    row.map(({ label, url, reply }) =>
      url === undefined ? { text: label, callback_data: reply } : { text: label, url },
    ),
  ),
})

/** Makes a form with the file itself: the networks fetch no address of ours, and take larger files this way. */
async function uploading(
  media: ChatFile,
  fields: Readonly<Record<string, string>>,
  ports: Ports,
): Promise<FormData | Submission> {
  const file = await storedFile(media, ports)
  if (file === 'unread') return UNREAD_FILE
  if (!file) return MISSING
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  const [, field] = METHODS[media.kind]
  form.set(field, new Blob([file.body], { type: file.type }), media.name ?? file.name ?? media.kind)
  return form
}

/**
 * Makes the call that sends a content to a chat, or gives the outcome without one. Text goes plain: nothing in it is read
 * as mark-up.
 */
export async function botCall(to: string, content: ChatContent, ports: Ports): Promise<BotCall | Submission> {
  if (content.template !== undefined || content.otp !== undefined) return UNABLE
  const { text, media, buttons } = content
  const markup = buttons === undefined ? {} : { reply_markup: keyboard(buttons) }
  const chat = { chat_id: inNetwork(to) }
  if (media === undefined) return { method: 'sendMessage', body: { ...chat, text, ...markup } }
  const [method, field] = METHODS[media.kind]
  const caption = text === undefined ? {} : { caption: text }
  if (media.url !== undefined) return { method, body: { ...chat, ...caption, [field]: media.url, ...markup } }
  const fields = {
    ...chat,
    ...caption,
    ...(buttons === undefined ? {} : { reply_markup: JSON.stringify(keyboard(buttons)) }),
  }
  const form = await uploading(media, fields, ports)
  return form instanceof FormData ? { method, body: form } : form
}
