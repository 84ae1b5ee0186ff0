import { Failure } from '../api/problem.ts'
import { t } from '../words/common.ts'
import { failureText } from '../words/failures.ts'
import { Button } from './button.tsx'
import { Said } from './said.tsx'
import { Ltr } from './text.tsx'

/** Says what went wrong: the sentence, what the API said beside it, the request's id, and a way on. */
export function Trouble({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (!error) return null
  const failure = error instanceof Failure ? error : null
  // The same fault of several things is said once.
  const fields = [...new Map(failure?.fields.map((field) => [field.pointer + field.detail, field])).values()]
  return (
    <div className="trouble" role="alert">
      <p>{failureText(error)}</p>
      {fields.length > 0 ? (
        <ul>
          {fields.slice(0, 10).map(({ pointer, detail }) => (
            <li key={pointer + detail}>
              {pointer ? (
                <>
                  <Ltr>
                    <code>{pointer}</code>
                  </Ltr>{' '}
                </>
              ) : null}
              <Said text={detail} />
            </li>
          ))}
        </ul>
      ) : failure?.detail ? (
        <p className="faint">
          <Said text={failure.detail} />
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

export default Trouble
