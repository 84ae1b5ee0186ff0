import { Component, type ReactNode, Suspense } from 'react'

/** Begins the message of the error of a part of the console that did not come. */
export const MISSING = 'A part of the console is missing'

export const isMissing = (error: unknown): boolean => error instanceof Error && error.message.startsWith(MISSING)

/**
 * Marks what a part that does not come throws. The router would load the whole page anew by itself, which, where the server is
 * away, ends at the browser's own error page.
 */
export function markMissingParts(): void {
  addEventListener('vite:preloadError', ({ payload }) => {
    payload.message = `${MISSING}: ${payload.message}`
  })
}

interface PartProps {
  readonly children: ReactNode
  /** Stands there until the part has come. */
  readonly fallback?: ReactNode
  /** Stands there when it does not come; default: the same. */
  readonly lost?: ReactNode
}

/** A part of a frame or page that comes when it is needed. One that does not come takes nothing down with it. */
export class Part extends Component<PartProps, { readonly error: unknown }> {
  override readonly state: { readonly error: unknown } = { error: null }

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error }
  }

  override render(): ReactNode {
    const { error } = this.state
    const { children, fallback, lost = fallback } = this.props
    if (error === null) return <Suspense fallback={fallback}>{children}</Suspense>
    if (!isMissing(error)) throw error
    return lost
  }
}
