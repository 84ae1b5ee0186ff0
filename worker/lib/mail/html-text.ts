import { decodeHTML } from 'entities/decode'

/** Most characters of HTML that are turned into text, for mails that have no text. */
const LONGEST_HTML = 200_000

/**
 * Turns an HTML text into the text that a person would read. A quote begins with `> `, and a ruled line, which programs set above
 * a quoted mail, is one of underscores. Character references are decoded last and once: `&amp;lt;` is `&lt;`.
 */
export function textOfHtml(html: string): string {
  const text = html
    .slice(0, LONGEST_HTML)
    .replace(/<(style|script|head|title)\b[^<>]*>[\s\S]*?(<\/\1\s*>|$)/gi, '')
    .replace(/<!--[\s\S]*?(-->|$)/g, '')
    .replace(/<blockquote\b/gi, '\n> <blockquote')
    .replace(/<hr\b/gi, '\n__________\n<hr')
    .replace(/<(br|\/p|\/div|\/tr|\/li|\/h[1-6])\b[^<>]*>/gi, '\n')
    .replace(/<[^>]*>?/g, '')
  return decodeHTML(text)
    .replace(/[ \t\u00a0]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
