import { persianOf } from '../../../console/src/words/said/index.ts'

interface Problem {
  readonly detail?: string
  readonly errors?: readonly { readonly detail: string }[]
}

/** Sentences that were found to have Persian: the same few stand in almost all answers. */
const said = new Set<string>()

function isSaid(sentence: string): boolean {
  if (said.has(sentence)) return true
  const has = persianOf(sentence) !== null
  if (has) said.add(sentence)
  return has
}

/** Sentences of a problem that the console has no Persian for: a Persian page would show them in English. */
export function unsaidInPersian(json: string): readonly string[] {
  const { detail, errors = [] } = JSON.parse(json) as Problem
  const sentences = [...(detail === undefined ? [] : [detail]), ...errors.map((error) => error.detail)]
  return sentences
    .filter((sentence) => !isSaid(sentence))
    .map((sentence) => `the console has no Persian for “${sentence}”`)
}
