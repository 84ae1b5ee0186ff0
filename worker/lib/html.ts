const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)

/** Markup that is safe to put into a page; only `html` makes it. */
export interface Html {
  readonly markup: string
}
type HtmlPart = Html | string | number | null | undefined | readonly HtmlPart[]

function isMarkup(part: HtmlPart): part is Html {
  return typeof part === 'object' && part !== null && 'markup' in part
}

function markupOf(part: HtmlPart): string {
  if (part === null || part === undefined) return ''
  if (isMarkup(part)) return part.markup
  return typeof part === 'object' ? part.map(markupOf).join('') : escapeHtml(String(part))
}

/** A template whose texts are escaped: whatever is put in is shown, never run. Attributes must stand in quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return { markup: String.raw({ raw: strings }, ...parts.map(markupOf)) }
}

/** A text in which `…` marks code, as the descriptions of the API write it. */
export function prose(text: string): Html {
  return { markup: escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>') }
}
