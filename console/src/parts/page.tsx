import { type ReactNode, useEffect } from 'react'
import { t } from '../words/common.ts'

interface PageProps {
  readonly title: string
  /** What the heading says, if it is more than the title of the tab: a name that somebody gave, an address. */
  readonly heading?: ReactNode
  /** One sentence on what the page is for. */
  readonly about?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A page: its heading, what can be done, and its content. Names the browser's tab too. */
export function Page({ title, heading = title, about, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · ${t.product}`
  }, [title])
  return (
    <>
      <header className="page-head">
        <div>
          <h1>{heading}</h1>
          {about ? <p className="about">{about}</p> : null}
        </div>
        {actions ? <div className="page-actions">{actions}</div> : null}
      </header>
      {children}
    </>
  )
}

/** A part of a page, with a heading of its own. */
export const Card = ({ title, actions, children }: { title?: string; actions?: ReactNode; children: ReactNode }) => (
  <section className="card">
    {title ? (
      <header>
        <h2>{title}</h2>
        {actions}
      </header>
    ) : null}
    {children}
  </section>
)

/** Pairs of name and value. A pair whose value is undefined is left out. */
export const Facts = ({ of }: { of: readonly (readonly [name: string, value: ReactNode])[] }) => (
  <dl className="facts">
    {of
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
  </dl>
)
