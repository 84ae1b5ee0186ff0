import type { components } from '../../generated/api.d.ts'

/** A file that came with a message, or that it names. */
export interface ContentFile {
  readonly id?: string
  readonly media?: string
  readonly url?: string
  readonly kind?: string
  readonly name?: string | null
  readonly type?: string
  readonly bytes?: number
  readonly contentId?: string
}

/** A button of a messenger's message: it answers, or opens a page. */
export interface ContentButton {
  readonly label: string
  readonly url?: string
  readonly reply?: string
}

type Voice = components['schemas']['VoiceContent']
type Push = components['schemas']['PushContent']

/**
 * Content of a message, whatever its channel and direction: a page looks at the members that it shows. The document describes two
 * channels by alternatives that its types hold for unknown.
 */
export interface Content extends Pick<Partial<Push>, 'title' | 'body' | 'actions' | 'image'> {
  readonly text?: string | { readonly media: string }
  readonly html?: string | { readonly media: string }
  readonly subject?: string
  readonly fromName?: string
  readonly attachments?: readonly ContentFile[]
  readonly files?: readonly ContentFile[]
  readonly media?: ContentFile
  readonly buttons?: readonly (readonly ContentButton[])[]
  readonly template?: { readonly name: string }
  readonly reply?: string
  readonly location?: { readonly latitude: number; readonly longitude: number }
  readonly say?: Voice['say']
  readonly play?: { readonly url?: string; readonly media?: string }
  /** Of a call: the code that is read out; of an answer: the keys that were pressed. */
  readonly digits?: string | { readonly code: string; readonly language?: string }
  readonly gather?: Voice['gather']
  readonly recording?: ContentFile & { readonly seconds?: number; readonly missing?: true }
  readonly otp?: { readonly code: string }
  readonly missing?: number
  readonly unsupported?: string
  readonly incomplete?: true
  readonly automatic?: true
}

/** Reads a content; null where there is none (it was erased, or is kept nowhere). */
export const contentOf = (content: unknown): Content | null =>
  typeof content === 'object' && content !== null ? (content as Content) : null

/** The words of a content that a list shows: a mail's subject, what is read out, the keys that were pressed. */
export function wordsOf(content: Content | null): string {
  const { subject, title, body, say, digits, text, reply, otp } = content ?? {}
  if (subject !== undefined) return subject
  if (title !== undefined) return body ? `${title} · ${body}` : title
  if (say) return say.text
  if (digits !== undefined) return typeof digits === 'string' ? digits : digits.code
  return typeof text === 'string' ? text : (reply ?? otp?.code ?? '')
}
