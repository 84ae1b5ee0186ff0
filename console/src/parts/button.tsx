import { useState } from 'react'
import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button'
import { t } from '../words/common.ts'
import type { Weight } from './link.tsx'
import { useNameInRow } from './rows/row-head.ts'
import { Code } from './text.tsx'

export { Link } from './link.tsx'

/** A button; while `isPending` it says so and cannot be pressed, but keeps the focus. */
export function Button({ weight = 'plain', ...props }: ButtonProps & { weight?: Weight; className?: string }) {
  const name = useNameInRow(props['aria-label'] !== undefined)
  return <AriaButton {...name} {...props} className={`button ${props.className ?? ''}`} data-weight={weight} />
}

/** An id of ours under a heading, with the way to copy it. */
export const CopyableId = ({ id }: { id: string }) => (
  <span className="row">
    <Code>{id}</Code>
    <CopyButton text={id} />
  </span>
)

/** Copies a text when pressed, and says that it did. */
export function CopyButton({ text, label = t.copy }: { text: string; label?: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <Button weight="quiet" onPress={() => void copy()}>
      {/* No role: what stands in a `status` is no part of the button's name. */}
      <span aria-live="polite">{isCopied ? t.copied : label}</span>
    </Button>
  )
}
