import type { ChatContent } from './content.ts'

/** Forms of a message that not every network shows. */
type Form = 'keyboard' | 'audio-caption'

/** Characters of a text above buttons and of a label, and number of replies, that every network with buttons shows. */
export const MOST_BODY = 1_024
export const MOST_LABEL = 20
export const MOST_REPLIES = 3

/** True of buttons that every network with buttons shows: up to three that reply, or one that opens a page. */
function arePlain({ text = '', media, buttons = [] }: ChatContent): boolean {
  const all = buttons.flat()
  const isOnePage = all.length === 1 && all[0]?.url !== undefined
  const areReplies = all.length <= MOST_REPLIES && all.every(({ reply }) => reply !== undefined)
  if (!isOnePage && !areReplies) return false
  return (
    text.length <= MOST_BODY && media?.kind !== 'audio' && all.every(({ label }) => [...label].length <= MOST_LABEL)
  )
}

/** Forms that a content asks for beyond what every network shows. */
export function formsOf(content: ChatContent): readonly Form[] {
  if (content.buttons !== undefined) return arePlain(content) ? [] : ['keyboard']
  return content.media?.kind === 'audio' && content.text !== undefined ? ['audio-caption'] : []
}

/** Pointer into a content to what asks for a form. */
export function formAskedAt({ text = '', media, buttons = [] }: ChatContent, form: Form): string {
  if (form === 'audio-caption') return '/text'
  if (text.length > MOST_BODY) return '/text'
  if (media?.kind === 'audio') return '/media/kind'
  for (const [row, own] of buttons.entries())
    for (const [column, { label }] of own.entries())
      if ([...label].length > MOST_LABEL) return `/buttons/${row}/${column}/label`
  return '/buttons'
}
