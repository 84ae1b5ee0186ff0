import { createLink } from '@tanstack/react-router'
import type { ComponentProps } from 'react'
import { useNameInRow } from './row-head.ts'

/** How much a button weighs on its page: one `primary` at most, `danger` for what cannot be undone. */
export type Weight = 'primary' | 'plain' | 'quiet' | 'danger'

type AnchorProps = ComponentProps<'a'> & {
  weight?: Weight
  /** True of a link whose word is the same in every row of a table. */
  isOfRow?: boolean
}

function Anchor({ weight, className, isOfRow = false, ...props }: AnchorProps) {
  const name = useNameInRow(!isOfRow && weight === undefined)
  return <a {...name} {...props} className={`${weight ? 'button' : 'link'} ${className ?? ''}`} data-weight={weight} />
}

/** A link within the console, typed by its routes; with `weight` it looks like a button. */
export const Link = createLink(Anchor)
