import { Fragment, useEffect, useState } from 'react'
import { isSayable, saidOf, untilSayable } from '../words/failures.ts'
import { Ltr } from './text.tsx'

/** A sentence of the page's language in which code and ids stand between U+2066 and U+2069. */
export const Isolated = ({ text }: { text: string }) =>
  text
    .split(/\u2066([^\u2069]*)\u2069/)
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one sentence have no other name, and never change places.
    .map((part, index) => (index % 2 ? <Ltr key={index}>{part}</Ltr> : <Fragment key={index}>{part}</Fragment>))

const isPersian = (text: string): boolean => /[\u0600-\u06FF]/.test(text)

/**
 * What the API, or a carrier through it, says in a sentence: in the page's language where there are words for it, else quoted as
 * it was said.
 */
export function Said({ text, className }: { text: string; className?: string }) {
  const [isReady, setReady] = useState(isSayable)
  useEffect(() => {
    if (!isReady) untilSayable().then(() => setReady(true), console.error)
  }, [isReady])
  const said = saidOf(text)
  if (said !== null) {
    return (
      <span className={className} dir="auto">
        <Isolated text={said} />
      </span>
    )
  }
  if (!isReady) return null
  if (isPersian(text)) return <q className={className}>{text}</q>
  return (
    <bdi className={className} dir="ltr" lang="en">
      <q>{text}</q>
    </bdi>
  )
}
