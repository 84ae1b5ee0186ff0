const headingNow = (): HTMLElement | null => document.querySelector('main h1, .stumble h1')

/** What had the focus when the address changed, until the page that it names has taken it; null: none changed. */
let left: Element | null = null
let heading: HTMLElement | null = null
/** True until the router has what the address names: till then a page comes that was asked for before. */
let isOnTheWay = false

/** Told that somebody goes to another page. */
export function leave(): void {
  left = document.activeElement
  heading = headingNow()
  isOnTheWay = true
}

/** Told that the router has the page. What it shows of it may take longer. */
export function settle(): void {
  isOnTheWay = false
}

/**
 * Gives the focus to the heading of a page that somebody came to, so that it is read out, and Tab goes on from there. What has
 * taken the focus since keeps it: a form's first field, a window over the page, or where a person went meanwhile.
 */
export function arrive(): void {
  if (!left) return
  const now = headingNow()
  // A narrow screen's navigation, by which one came, may still stand over the page.
  if (!now || now === heading || !now.checkVisibility()) return
  const { activeElement, body } = document
  const isWaiting = activeElement === body || activeElement === left || activeElement?.matches('main, h1')
  heading = now
  left = isOnTheWay ? now : null
  if (!isWaiting) return
  now.tabIndex = -1
  now.focus({ preventScroll: true })
}
