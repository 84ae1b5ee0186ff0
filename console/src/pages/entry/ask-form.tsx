import type { FormEvent, ReactNode } from 'react'
import { Failure } from '../../api/problem.ts'
import { Button } from '../../parts/button.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { fieldText } from '../../words/failures.ts'
import { t } from './words.ts'

/** Why nobody can ask at all, in words of the page. */
export interface Refusal {
  readonly title: string
  readonly why: string
}

/** Gives the sentence, or else the API's own, if that found the field wrong, `pointer` as it names it; undefined: it did not. */
type Wrong = (pointer: string, sentence?: string) => string | undefined

interface AskFormProps {
  /** The call that has a code sent. */
  readonly ask: { readonly error: unknown; readonly isPending: boolean; readonly mutate: () => void }
  /** Stands in the place of what went wrong; null: nothing is refused. */
  readonly refusal?: Refusal | null
  /** Stands below the button. */
  readonly below?: ReactNode
  /** The fields, each with its own sentence where it is wrong. */
  readonly children: (wrong: Wrong) => ReactNode
}

/** Form of who is not signed in: takes what he says of himself, and has a code sent. */
export function AskForm({ ask, refusal = null, below, children }: AskFormProps) {
  const wrong: Wrong = (pointer, sentence) => {
    const said = fieldText(ask.error, pointer)
    return said === undefined ? undefined : (sentence ?? said)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    ask.mutate()
  }
  const isMarked = ask.error instanceof Failure && ask.error.fields.length > 0
  return (
    <form onSubmit={submit} className="stack">
      {children(wrong)}
      {refusal ? (
        <div role="alert">
          <Note tone="warn">
            <strong>{refusal.title}</strong>
            {refusal.why}
          </Note>
        </div>
      ) : isMarked ? null : (
        <Trouble error={ask.error} />
      )}
      <Button type="submit" weight="primary" isPending={ask.isPending}>
        {t.next}
      </Button>
      {below}
    </form>
  )
}
