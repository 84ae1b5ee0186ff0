import { createLink } from '@tanstack/react-router'
import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button'
import { Link as AriaLink, type LinkProps } from 'react-aria-components/Link'
import { t } from '../words/common.ts'

/** How much a button weighs on its page: one `primary` at most, `danger` for what cannot be undone. */
export type Weight = 'primary' | 'plain' | 'quiet' | 'danger'

/** A button; while `isPending` it says so and cannot be pressed, but keeps the focus. */
export const Button = ({ weight = 'plain', ...props }: ButtonProps & { weight?: Weight; className?: string }) => (
  <AriaButton {...props} className={`button ${props.className ?? ''}`} data-weight={weight} />
)

const Anchor = ({ weight, className, ...props }: LinkProps & { weight?: Weight; className?: string }) => (
  <AriaLink
    {...props}
    className={weight ? `button ${className ?? ''}` : `link ${className ?? ''}`}
    data-weight={weight}
  />
)

/** A link within the console, typed by its routes; with `weight` it looks like a button. */
export const Link = createLink(Anchor)

/** Copies a text when pressed, and says that it did. */
export function CopyButton({ text, label = t.copy }: { text: string; label?: string }) {
  return (
    <Button
      weight="quiet"
      onPress={(event) => {
        const { target } = event
        void navigator.clipboard.writeText(text).then(() => {
          const said = target.textContent
          target.textContent = t.copied
          setTimeout(() => {
            target.textContent = said
          }, 1500)
        })
      }}
    >
      {label}
    </Button>
  )
}
