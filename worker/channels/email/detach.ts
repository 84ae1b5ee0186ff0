import type { Detached, DetachedPart } from '#worker/domain/carriers/channel.ts'
import type { MediaId } from '#worker/domain/ids.ts'
import { fromBase64, utf8, utf8Length } from '#worker/lib/bytes.ts'
import type { EmailContent, EmailFile, EmailWords } from './content.ts'

/**
 * Bytes of JSON that text and HTML may each take in a queue message. An envelope holds 63,000: both, the subject (3,000),
 * the headers (4,000), ten ids (1,000) and a tenant's metadata (32,000) fit together.
 */
const MOST_WORDS = 8_000

/** Bytes that a text takes in a queue message. Escapes count: a text of quotation marks takes twice its length as JSON. */
const jsonBytes = (text: string): number => utf8Length(JSON.stringify(text))

/** Takes inline attachments and long texts out of a mail; null if it has none. */
export function detach(content: EmailContent): Detached<EmailContent> | null {
  const parts: DetachedPart[] = []
  /** The place in `parts` of what is taken out; null: it stays in the mail. */
  const takeText = (words: EmailWords | undefined, type: string): number | null =>
    typeof words === 'string' && jsonBytes(words) > MOST_WORDS
      ? parts.push({ bytes: utf8(words), type, name: null }) - 1
      : null
  const takeFile = (file: EmailFile): number | null =>
    'data' in file
      ? parts.push({ bytes: fromBase64(file.data) ?? new Uint8Array(), type: file.type, name: file.name }) - 1
      : null
  const text = takeText(content.text, 'text/plain')
  const html = takeText(content.html, 'text/html')
  const files = content.attachments?.map(takeFile)
  if (parts.length === 0) return null
  return {
    parts,
    withIds(ids) {
      const kept = (place: number) => ({ media: ids[place] as MediaId })
      const attachments = content.attachments?.map((file, n) => {
        const place = files?.[n] ?? null
        return place === null ? file : kept(place)
      })
      return {
        ...content,
        ...(text === null ? {} : { text: kept(text) }),
        ...(html === null ? {} : { html: kept(html) }),
        ...(attachments === undefined ? {} : { attachments }),
      }
    },
  }
}
