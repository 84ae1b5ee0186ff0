const HEADING = 'h1, h2, h3'
const CONTROL = 'a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex="0"]'

const seen = (some: Iterable<Element>): HTMLElement[] =>
  [...some].filter((one): one is HTMLElement => one instanceof HTMLElement && one.checkVisibility())

const within = (place: Element, what: string): HTMLElement[] => seen(place.querySelectorAll(what))

/** An element on the way from the page to what has the focus, and the place in it from which the way goes on. */
type Step = readonly [around: Element, at: number]

/** The way from what has the focus up to its page; none of what stands in no page, such as a window over it. */
function wayOf(focused: Element): readonly Step[] {
  const steps: Step[] = []
  for (let one = focused; !one.matches('main'); ) {
    const around = one.parentElement
    if (!around) return []
    steps.push([around, [...around.children].indexOf(one)])
    one = around
  }
  return steps
}

/** What stands nearest to where something stood: in its place the heading or else a control, then what is before it. */
function nearest(way: readonly Step[]): HTMLElement | undefined {
  for (const [around, at] of way) {
    if (!around.isConnected) continue
    const place = around.children[at]
    const instead = place && (within(place, HEADING)[0] ?? within(place, CONTROL)[0])
    if (instead) return instead
    const before = within(around, `${HEADING}, ${CONTROL}`).findLast(
      (one) => !place || (place.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING) > 0,
    )
    if (before) return before
  }
  return undefined
}

const isGone = (one: Element): boolean => !one.isConnected || !one.checkVisibility() || one.matches(':disabled')

/** What had the focus last, the way to it from its page, and whether it is looked at in a moment. */
let last: Element | null = null
let way: readonly Step[] = []
let isAsked = false

const isOfWindow = (one: Element): boolean => !document.getElementById('root')?.contains(one)

function look(): void {
  isAsked = false
  if (!last || !isGone(last) || document.activeElement !== document.body) return
  // A window that closes may give the focus back yet; when it is gone, this is asked again.
  if (document.querySelector('[role=dialog]')) return
  // A page without its heading is still coming: that takes the focus, and what stands on every page must not have it before.
  if (!document.querySelector('main h1')) return
  last = null
  const next = nearest(way)
  if (next?.matches(HEADING)) next.tabIndex = -1
  next?.focus()
}

/**
 * Keeps the focus in the page. Where what had it goes away, as a row does that was deleted or a form that was sent, a browser
 * gives the focus to nothing, and who reads by ear stands at the page's beginning, told nothing: it goes to what stands nearest.
 * It waits for two frames: a window that closes gives the focus back in the first, and what a page itself focuses has it by then.
 */
export function keep(): void {
  if (isAsked || !last || !isGone(last)) return
  isAsked = true
  requestAnimationFrame(() => requestAnimationFrame(look))
}

/** Begins to remember what has the focus. */
export function rememberFocus(): void {
  document.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof Element)) return
    last = target
    // What opened a window may be gone when it closes: its place is still known then.
    if (!isOfWindow(target)) way = wayOf(target)
  })
  document.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget) return
    // Who pressed where nothing is has left; what is gone by the end of this moment was taken away.
    queueMicrotask(() => {
      if (document.activeElement === document.body && last && !isGone(last) && !isOfWindow(last)) last = null
      keep()
    })
  })
}
