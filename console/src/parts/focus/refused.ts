/** What was said of forms, each time once. */
const heard = new WeakSet<Element>()

/** Gives the focus of who sent a form that is refused to its first field that is not right; who types meanwhile is left alone. */
export function toFirstFault(): void {
  const { activeElement, body } = document
  if (!(activeElement === body || activeElement?.matches('button'))) return
  for (const said of document.querySelectorAll('form [role="alert"]')) {
    if (heard.has(said)) continue
    heard.add(said)
    const form = said.closest('form')
    form?.querySelector<HTMLElement>(':is(input, textarea, button)[aria-invalid="true"]')?.focus()
  }
}
