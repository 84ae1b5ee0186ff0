import type { Channel } from '../../parts/recipients/addresses.ts'
import { typedNumber } from '../../words/typed.ts'

/** Channels in the order in which they are offered. */
export const CHANNELS: readonly Channel[] = ['sms', 'voice', 'email', 'chat', 'push', 'ussd']

export const PURPOSES = ['transactional', 'informational', 'advertising', 'otp'] as const

/** What the form holds. A file of recipients is not in it: it is chosen again after a reload. */
export interface Draft {
  readonly channel: Channel
  readonly from: string
  readonly purpose: '' | (typeof PURPOSES)[number]
  /** Hours after which it is no longer worth sending; empty: as the API has it. */
  readonly hours: string
  readonly reference: string
  readonly text: string
  readonly subject: string
  readonly html: string
  readonly fromName: string
  readonly replyTo: string
  readonly title: string
  readonly url: string
  readonly voice: 'say' | 'digits' | 'play'
  readonly language: string
  readonly repeat: string
  /** Keys that a call asks for; empty: none. */
  readonly keys: string
  readonly retries: string
  /** Buttons: a label a line, `label = answer` or `label = https://…`. */
  readonly buttons: string
  /** Files that were uploaded, by id. */
  readonly files: readonly UploadedFile[]
  /** Recipients as they were typed or pasted. */
  readonly list: string
  readonly isOnce: boolean
}

/** A file that was uploaded for this message. */
export interface UploadedFile {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly bytes: number
}

export const EMPTY: Draft = {
  channel: 'sms',
  from: '',
  purpose: '',
  hours: '',
  reference: '',
  text: '',
  subject: '',
  html: '',
  fromName: '',
  replyTo: '',
  title: '',
  url: '',
  voice: 'say',
  language: '',
  repeat: '1',
  keys: '',
  retries: '',
  buttons: '',
  files: [],
  list: '',
  isOnce: true,
}

/** A content as the API takes it; which channel's, the draft says. */
export type Content = Readonly<Record<string, unknown>>

const given = (fields: Readonly<Record<string, string>>): Content =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value.trim() !== ''))

/** Reads buttons as they are written, a line each. */
export const buttonsOf = (text: string): readonly { readonly label: string; readonly answer: string }[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [label = '', answer] = line.split(/\s*=\s*(.*)/s)
      return { label: label.trim(), answer: answer?.trim() || label.trim() }
    })

const isLink = (text: string): boolean => /^https:\/\//i.test(text)

const kindOf = (type: string): string => /^(image|audio|video)\//.exec(type)?.[1] ?? 'document'

function voiceContent({ voice, text, url, language, repeat, keys, retries, files }: Draft): Content {
  const often = { repeat: typedNumber(repeat) || 1 }
  const spoken = { ...often, ...given({ language }) }
  const [file] = files
  const said =
    voice === 'say'
      ? { say: { text, ...spoken } }
      : voice === 'digits'
        ? { digits: { code: text, ...spoken } }
        : { play: { ...(file ? { media: file.id } : { url }), ...often } }
  return {
    ...said,
    ...(typedNumber(keys) > 0 ? { gather: { digits: typedNumber(keys) } } : {}),
    ...(typedNumber(retries) > 0 ? { retry: { times: typedNumber(retries) } } : {}),
  }
}

function chatContent({ text, buttons, files: [file] }: Draft): Content {
  const rows = buttonsOf(buttons).map(({ label, answer }) => [
    isLink(answer) ? { label, url: answer } : { label, reply: answer },
  ])
  return {
    ...given({ text }),
    ...(file ? { media: { id: file.id, kind: kindOf(file.type), name: file.name } } : {}),
    ...(rows.length > 0 ? { buttons: rows } : {}),
  }
}

/** Makes the content that the form stands for, its `{{names}}` not filled yet. */
export function contentOf(draft: Draft): Content {
  const { channel, text, subject, html, fromName, replyTo, title, url, buttons, files } = draft
  switch (channel) {
    case 'voice':
      return voiceContent(draft)
    case 'chat':
      return chatContent(draft)
    case 'email': {
      const attachments = files.length > 0 ? { attachments: files.map(({ id }) => ({ media: id })) } : {}
      return { subject, ...given({ text, html, fromName, replyTo }), ...attachments }
    }
    case 'push': {
      const actions = buttonsOf(buttons).map(({ label, answer }) => ({ title: label, action: answer }))
      return { title, ...given({ body: text, url }), ...(actions.length > 0 ? { actions } : {}) }
    }
    default:
      return { text }
  }
}

/** True if there is something to send. */
export const hasContent = ({ channel, text, subject, title, html, files, voice, url }: Draft): boolean => {
  if (channel === 'email') return subject.trim() !== '' && (text + html).trim() !== ''
  if (channel === 'push') return title.trim() !== ''
  if (channel === 'chat') return text.trim() !== '' || files.length > 0
  if (channel === 'voice' && voice === 'play') return url.trim() !== '' || files.length > 0
  return text.trim() !== ''
}

const HOUR_MS = 3_600_000
/** Hours that a date can hold; the API takes fewer, and says so. */
const MOST_HOURS = 100_000

/** Time after which a message is no longer worth sending, of the hours that somebody typed; null: as the API has it. */
export function validUntil(hours: string, now: number): Date | null {
  const count = typedNumber(hours)
  return count > 0 && count < MOST_HOURS ? new Date(now + count * HOUR_MS) : null
}

/** What all messages of a send share beside their content. */
export function sharedOf({ channel, from, purpose, hours, reference }: Draft, now: number): Content {
  const until = validUntil(hours, now)?.toISOString() ?? ''
  return { channel, ...given({ from, purpose, clientRef: reference, validUntil: until }) }
}
