import type { paths } from '../../generated/api.d.ts'

/** What a GET of the API answers. */
export type AnswerOf<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Answer } } } }
}
  ? Answer
  : never

/** A row of a list that the API answers. */
export type RowOf<Path extends keyof paths> = AnswerOf<Path> extends { data: readonly (infer Row)[] } ? Row : never
