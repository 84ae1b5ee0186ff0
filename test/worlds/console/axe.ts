import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Rules of WCAG 2.2, A and AA, and what its authors hold to be good besides. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

interface Found {
  readonly violations: readonly {
    readonly id: string
    readonly help: string
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
  }[]
}

/** Faults of accessibility that axe finds in a page as it stands: a line each. The page's policy does not bind the debugger. */
export async function axeFaults(page: Page): Promise<readonly string[]> {
  // It takes longer to begin than to look: once a document.
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(SOURCE)
  const how = JSON.stringify({ runOnly: { type: 'tag', values: TAGS }, resultTypes: ['violations'] })
  const { violations } = await page.evaluate<Found>(`axe.run(document, ${how})`)
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id} (${help}): ${html.slice(0, 200)} ${failureSummary.slice(0, 300)}`),
  )
}
