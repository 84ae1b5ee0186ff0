import type { Detached } from '#worker/domain/carriers/channel.ts'
import type { MediaId } from '#worker/domain/ids.ts'
import { fromBase64, utf8, utf8Length } from '#worker/lib/bytes.ts'
import type { EmailContent, EmailFile, EmailWords } from './content.ts'

/**
 * Bytes of JSON that text and HTML may each take in a queue message. An envelope holds 63,000: both, the subject (3,000),
 * the headers (4,000), ten ids (1,000) and a tenant's metadata (32,000) fit together.
 */
const MOST_WORDS = 8_000

type File = Detached<EmailContent>['files'][number]

/** Takes inline attachments and long texts out of a mail; they are kept as files, and the content names them. */
export function detach(content: EmailContent, newId: () => MediaId): Detached<EmailContent> {
  const files: File[] = []
  const keep = (bytes: Uint8Array<ArrayBuffer>, type: string, name: string | null): { readonly media: MediaId } => {
    const id = newId()
    files.push({ id, bytes, type, name })
    return { media: id }
  }
  const words = (part: EmailWords | undefined, type: string): EmailWords | undefined => {
    // Escapes are counted: a text of quotation marks takes twice its length as JSON.
    if (typeof part !== 'string' || utf8Length(JSON.stringify(part)) <= MOST_WORDS) return part
    return keep(utf8(part), type, null)
  }
  const attachment = (file: EmailFile): EmailFile =>
    'data' in file ? keep(fromBase64(file.data) ?? new Uint8Array(), file.type, file.name) : file
  const text = words(content.text, 'text/plain')
  const html = words(content.html, 'text/html')
  const attachments = content.attachments?.map(attachment)
  if (files.length === 0) return { content, files }
  return {
    content: {
      ...content,
      ...(text === undefined ? {} : { text }),
      ...(html === undefined ? {} : { html }),
      ...(attachments === undefined ? {} : { attachments }),
    },
    files,
  }
}
