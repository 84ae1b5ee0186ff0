import { html } from 'hono/html'

/** Markup that is safe to put into a page; texts in a template of `html` are escaped. Attributes must stand in quotes. */
export type Html = ReturnType<typeof html>

/** Makes markup of a text in which backticks mark code, as in the descriptions of the API. */
export function prose(text: string): Html {
  // The pattern's group makes every second part code.
  const parts = text.split(/`([^`]+)`/)
  return html`${parts.map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`
}
