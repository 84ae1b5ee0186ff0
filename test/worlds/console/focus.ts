import type { Page } from 'playwright-core'

/** A control that has the focus, as it is seen. */
export interface Stop {
  readonly html: string
  /** True if none of its middle and corners can be seen: something lies over it, or it stands outside of the window. */
  readonly isHidden: boolean
  /** Contrast of the line around it, and what is behind that line; 0: there is no line. */
  readonly contrast: number
}

// What runs in the page is text: the tests' own types have no document.
const STOP = `(() => {
  const colour = (text) => (/rgba?\\(([^)]+)\\)/.exec(text)?.[1] ?? '0,0,0').split(/[ ,/]+/).map(Number)
  const linear = (of) => (of / 255 <= 0.04045 ? of / 255 / 12.92 : ((of / 255 + 0.055) / 1.055) ** 2.4)
  const light = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue) + 0.05
  const groundOf = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const ground = colour(getComputedStyle(one).backgroundColor)
      if (ground[3] === undefined || ground[3] > 0.9) return ground
    }
    return [255, 255, 255]
  }
  const has = document.activeElement
  if (has === null || has === document.body) return null
  // A box to tick is drawn beside the control itself, and a file is chosen by its label.
  const shows = [has, ...(has.closest('label')?.querySelectorAll('*') ?? []), has.closest('label')]
  const lined = shows.find((one) => one && getComputedStyle(one).outlineStyle === 'solid')
  const { outlineColor, outlineOffset } = getComputedStyle(lined ?? has)
  const behind = groundOf(parseFloat(outlineOffset) < 0 ? lined : lined?.parentElement)
  const [more, less] = [light(colour(outlineColor)), light(behind)].sort((one, other) => other - one)
  const { left, right, top, bottom } = has.getBoundingClientRect()
  const points = [[(left + right) / 2, (top + bottom) / 2], [left + 2, top + 2], [right - 2, bottom - 2]]
  const isSeen = ([x, y]) => {
    const there = document.elementFromPoint(x, y)
    return there !== null && (has.contains(there) || there.contains(has) || has.closest('label')?.contains(there))
  }
  return {
    html: has.outerHTML.slice(0, 160),
    isHidden: !points.some(isSeen),
    contrast: lined ? more / less : 0,
  }
})()`

/** Stops of at most so many pressings of Tab, or of what goes back; ends where the focus leaves the page. */
export async function walk(page: Page, key: 'Tab' | 'Shift+Tab', most: number): Promise<readonly Stop[]> {
  const stops: Stop[] = []
  while (stops.length < most) {
    await page.keyboard.press(key)
    const stop = await page.evaluate<Stop | null>(STOP)
    if (stop === null) break
    stops.push(stop)
  }
  return stops
}

/** What is wrong at these stops, a line each: focus that is hidden, or not shown, or too faintly (WCAG 2.4.7, 2.4.11, 1.4.11). */
export const faultsOf = (stops: readonly Stop[]): readonly string[] =>
  stops.flatMap(({ html, isHidden, contrast }) => [
    ...(isHidden ? [`hidden: ${html}`] : []),
    ...(contrast < 3 ? [`its line has a contrast of ${contrast.toFixed(1)}: ${html}`] : []),
  ])
