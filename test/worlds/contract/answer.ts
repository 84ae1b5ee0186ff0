import type { AnswerObject } from '#worker/routes/openapi/operations.ts'
import { at, below, type Found, followed, type Held, headerFaults, typeOf } from './document.ts'
import { unsaidInPersian } from './persian.ts'

/** An answer of the gateway. */
export interface Said {
  readonly method: string
  readonly status: number
  readonly headers: Headers
  /** Text of its JSON; null where it has none. */
  readonly json: string | null
}

/** Headers that callers may rely on: the document names each wherever it comes. */
const TOLD_HEADERS = [
  'location',
  'retry-after',
  'www-authenticate',
  'ratelimit',
  'ratelimit-policy',
  'idempotency-replayed',
  'request-id',
]

function allHeaderFaults(
  held: Held,
  pointer: string,
  { headers = {} }: AnswerObject,
  said: Headers,
): readonly string[] {
  const named = Object.entries(headers).flatMap(([name, given]) =>
    headerFaults(held, followed(given as object, below(pointer, 'headers', name)), name, said),
  )
  const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()))
  const untold = TOLD_HEADERS.filter((name) => said.has(name) && !names.has(name))
  return [...named, ...untold.map((name) => `the header ${name} is not in the document`)]
}

function bodyFaults(held: Held, pointer: string, { content = {} }: AnswerObject, said: Said): readonly string[] {
  const types = Object.keys(content)
  if (types.length === 0) return said.json === null ? [] : ['the document knows of no body']
  const type = typeOf(said.headers)
  if (types.includes('*/*')) return []
  if (!types.includes(type)) return [`the content type ${type} is not in the document`]
  if (said.json === null) return []
  return held.validators
    .said(below(pointer, 'content', type, 'schema'), JSON.parse(said.json))
    .map((fault) => `answer ${fault}`)
}

/** Faults of an answer: a status, header, type or member that the document does not name for this call. */
export function answerFaults(held: Held, { pointer, operation }: Found, said: Said): readonly string[] {
  // What the caller has already comes without anything but headers (RFC 9110 15.4.5).
  if (said.status === 304) return []
  const given = operation.responses[said.status]
  if (!given) return [`${said.status}: the status is not in the document`]
  const place = followed(given, below(pointer, 'responses', said.status))
  const answer = at(held, place) as AnswerObject
  const faults = [
    ...allHeaderFaults(held, place, answer, said.headers),
    ...(said.method === 'HEAD' ? [] : bodyFaults(held, place, answer, said)),
    ...(said.json !== null && typeOf(said.headers) === 'application/problem+json' ? unsaidInPersian(said.json) : []),
  ]
  return faults.map((fault) => `${said.status}: ${fault}`)
}
