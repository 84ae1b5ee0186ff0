import type { Page } from 'playwright-core'

/** Roles of what is pressed, chosen or typed into. */
const CONTROLS = [
  'button',
  'link',
  'textbox',
  'searchbox',
  'checkbox',
  'radio',
  'combobox',
  'switch',
  'tab',
  'menuitem',
]

/** Shape of a node of the browser's tree of accessibility, as far as it is read here. */
interface AxNode {
  readonly ignored: boolean
  readonly role?: { readonly value: string }
  readonly name?: { readonly value: string }
  readonly backendDOMNodeId?: number
}

/**
 * Controls that the browser itself gives no name, as their HTML: axe takes text for a name that stands within a role which
 * gives none, so that readers of the screen hear "button" where axe finds nothing.
 */
export async function namelessControls(page: Page): Promise<readonly string[]> {
  const debug = await page.context().newCDPSession(page)
  try {
    const { nodes } = (await debug.send('Accessibility.getFullAXTree')) as { readonly nodes: readonly AxNode[] }
    const nameless = nodes.filter(
      ({ ignored, role, name }) =>
        !ignored && CONTROLS.includes(role?.value ?? '') && (name?.value ?? '').trim() === '',
    )
    return await Promise.all(
      nameless.map(async ({ backendDOMNodeId }) => {
        if (backendDOMNodeId === undefined) return 'nameless: unknown'
        const { outerHTML } = await debug.send('DOM.getOuterHTML', { backendNodeId: backendDOMNodeId })
        return `nameless: ${outerHTML.slice(0, 200)}`
      }),
    )
  } finally {
    await debug.detach()
  }
}
