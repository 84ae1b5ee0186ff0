import { createLink } from '@tanstack/react-router'
import type { ComponentProps } from 'react'

/** How much a button weighs on its page: one `primary` at most, `danger` for what cannot be undone. */
export type Weight = 'primary' | 'plain' | 'quiet' | 'danger'

const Anchor = ({ weight, className, ...props }: ComponentProps<'a'> & { weight?: Weight }) => (
  <a {...props} className={`${weight ? 'button' : 'link'} ${className ?? ''}`} data-weight={weight} />
)

/** A link within the console, typed by its routes; with `weight` it looks like a button. */
export const Link = createLink(Anchor)
