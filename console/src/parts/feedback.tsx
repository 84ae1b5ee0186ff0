import type { ReactNode } from 'react'
import { Failure } from '../api/problem.ts'
import { t } from '../words/common.ts'
import { failureText } from '../words/failures.ts'
import { Button } from './button.tsx'
import { Ltr } from './text.tsx'

/** Stands where something is on its way. */
export const Loading = () => (
  <p className="loading" role="status">
    {t.loading}
  </p>
)

/** Says that there is nothing here yet, and what to do. */
export const Empty = ({ title, children }: { title: string; children?: ReactNode }) => (
  <div className="empty">
    <p className="empty-title">{title}</p>
    {children}
  </div>
)

/** Says what went wrong: the sentence, what the API said in its own words, the request's id, and a way on. */
export function Trouble({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (!error) return null
  const failure = error instanceof Failure ? error : null
  return (
    <div className="trouble" role="alert">
      <p>{failureText(error)}</p>
      {failure?.fields.length ? (
        <ul>
          {failure.fields.slice(0, 10).map(({ pointer, detail }) => (
            <li key={pointer + detail}>
              <Ltr>
                <code>{pointer}</code> {detail}
              </Ltr>
            </li>
          ))}
        </ul>
      ) : failure?.detail ? (
        <p className="faint">
          <Ltr>{failure.detail}</Ltr>
        </p>
      ) : null}
      {failure?.requestId ? (
        <p className="faint">
          {t.requestId} <Ltr className="code">{failure.requestId}</Ltr>
        </p>
      ) : null}
      {onRetry ? <Button onPress={onRetry}>{t.retry}</Button> : null}
    </div>
  )
}

/** A note that stands on a page for a reason: quiet, a warning, or what is wrong. */
export const Note = ({ tone = 'open', children }: { tone?: 'open' | 'warn' | 'bad' | 'good'; children: ReactNode }) => (
  <div className="note" data-tone={tone}>
    {children}
  </div>
)
