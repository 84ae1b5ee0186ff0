import { num } from '../../words/format.ts'
import { t } from './words.ts'

/** Content of a message as the API answers it: any channel's, in either direction. */
export type Content = Readonly<Record<string, unknown>>

const record = (value: unknown): Content | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Content) : null

/** Text of a member; null where there is none, or an empty one. */
export const textOf = (content: Content | null | undefined, name: string): string | null => {
  const value = content?.[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** Member that is an object itself. */
export const partOf = (content: Content | null | undefined, name: string): Content | null => record(content?.[name])

/** Members of a list that are objects. */
export const partsOf = (content: Content | null | undefined, name: string): readonly Content[] => {
  const value = content?.[name]
  return Array.isArray(value) ? value.map(record).filter((one) => one !== null) : []
}

/** What a call says, in a line. */
function callWords(content: Content): string | null {
  const said = textOf(partOf(content, 'say'), 'text')
  if (said) return said
  if (partOf(content, 'digits')) return t.readsCode
  if (partOf(content, 'play')) return t.plays
  const pressed = textOf(content, 'digits')
  if (pressed) return t.pressed(pressed)
  return partOf(content, 'recording') ? t.recording : null
}

/** What stands for a content that has no words: files, a place, a template, what the network calls it. */
function kindWords(content: Content): string | null {
  const template = textOf(partOf(content, 'template'), 'name')
  if (template) return `${t.template} ${template}`
  if (partOf(content, 'otp')) return t.codeByNetwork
  if (partOf(content, 'location')) return t.place
  const media = partOf(content, 'media')
  const files = partsOf(content, 'files').length + (media ? 1 : 0)
  if (files > 0) return t.files(num(files))
  return textOf(content, 'unsupported')
}

/** First words of a content, for a line of a list; null where it says nothing. */
export function firstWords(of: object): string | null {
  const content = of as Content
  const words = [
    textOf(content, 'subject') ?? textOf(content, 'title'),
    textOf(content, 'body') ?? textOf(content, 'text'),
  ]
  const said = words.filter((word) => word !== null).join(' — ')
  return said || callWords(content) || kindWords(content)
}
