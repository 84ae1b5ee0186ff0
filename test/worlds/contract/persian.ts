import { persianOf } from '../../../console/src/words/said/index.ts'

interface Problem {
  readonly detail?: string
  readonly errors?: readonly { readonly detail: string }[]
}

/** Sentences of a problem that the console has no Persian for: a Persian page would show them in English. */
export function unsaidInPersian(json: string): readonly string[] {
  const { detail, errors = [] } = JSON.parse(json) as Problem
  const sentences = [...(detail === undefined ? [] : [detail]), ...errors.map((error) => error.detail)]
  return sentences
    .filter((sentence) => persianOf(sentence) === null)
    .map((sentence) => `the console has no Persian for “${sentence}”`)
}
