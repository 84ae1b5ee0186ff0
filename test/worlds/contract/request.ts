import { gunzipSync } from 'node:zlib'
import type { Parameter } from '#worker/routes/openapi/operations.ts'
import { LINES_TYPES } from '#worker/routes/openapi/shared.ts'
import { operations } from '#worker/routes/resources.ts'
import { below, type Found, type Held, isJsonType, parametersOf, typeOf } from './document.ts'

/** A request as a test sent it. */
export interface Asked {
  readonly url: URL
  readonly headers: Headers
  readonly body: unknown
  /** Indexes of the items, such as a batch's messages, that the answer names as rejected: the document need not admit those. */
  readonly rejected: ReadonlySet<number>
}

const FORM_TYPE = 'application/x-www-form-urlencoded'

function givenValue({ in: place, name }: Parameter, found: Found, { url, headers }: Asked): string | null {
  if (place === 'query') return url.searchParams.get(name)
  return place === 'path' ? (found.params[name] ?? null) : headers.get(name)
}

function parameterFaults(held: Held, found: Found, asked: Asked): readonly string[] {
  const parameters = parametersOf(held, found)
  const wrong = parameters.flatMap(({ pointer, parameter }) => {
    const where = `${parameter.in}:${parameter.name}`
    const value = givenValue(parameter, found, asked)
    if (value === null) return parameter.required ? [`${where} is required`] : []
    // Several values stand apart by commas.
    const read = parameter.explode === false ? value.split(',') : value
    return held.validators.texts(below(pointer, 'schema'), read).map((fault) => `${where} ${fault}`)
  })
  const known = parameters.flatMap(({ parameter }) => (parameter.in === 'query' ? [parameter.name] : []))
  // A call without parameters does not look at its query.
  const unknown = known.length === 0 ? [] : [...asked.url.searchParams.keys()].filter((name) => !known.includes(name))
  return [...wrong, ...unknown.map((name) => `query:${name} is not in the document`)]
}

/** Name of the member whose items a call takes one by one, by where the document describes it. */
const MEMBERS = new Map(
  operations.flatMap(({ path, method, items }) =>
    items ? [[below('', 'paths', path, method.toLowerCase()), items.member] as const] : [],
  ),
)

/** The body without the items that were rejected one by one. */
function withoutRejected(value: unknown, member: string, rejected: ReadonlySet<number>): unknown {
  if (rejected.size === 0 || typeof value !== 'object' || value === null) return value
  const items = (value as Readonly<Record<string, unknown>>)[member]
  if (!Array.isArray(items)) return value
  const kept = items.filter((_, index) => !rejected.has(index))
  return kept.length === 0 ? undefined : { ...value, [member]: kept }
}

/** Text of a body that was given whole; null of a stream, or of bytes that are coded. */
function textOf(body: unknown, coding: string | null): string | null {
  if (body instanceof Uint8Array) {
    if (coding !== null && coding !== 'gzip') return null
    return new TextDecoder().decode(coding === 'gzip' ? gunzipSync(body) : body)
  }
  return typeof body === 'string' || body instanceof URLSearchParams ? String(body) : null
}

/** Faults of lines of JSON: each as the member of a document that it stands for, named by its line. */
function lineFaults(held: Held, pointer: string, text: string, rejected: ReadonlySet<number>): readonly string[] {
  const member = MEMBERS.get(pointer) ?? ''
  const [head, ...items] = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const first: unknown = JSON.parse(head ?? 'null')
  if (typeof first !== 'object' || first === null || Array.isArray(first) || member in first)
    return ['line 1 is no head of the items']
  const kept = items.flatMap((line, index) => (rejected.has(index) ? [] : [{ line: index + 2, text: line }]))
  if (kept.length === 0) return []
  const whole = { ...first, [member]: kept.map((one): unknown => JSON.parse(one.text)) }
  const nameLine = (fault: string) =>
    fault.replace(new RegExp(`^/${member}/(\\d+)`), (_, index: string) => `line ${kept[Number(index)]?.line} `)
  return held.validators
    .sent(below(pointer, 'requestBody', 'content', 'application/json', 'schema'), whole)
    .map((fault) => nameLine(fault))
}

function bodyFaults(held: Held, { pointer, operation }: Found, { headers, body, rejected }: Asked): readonly string[] {
  const { requestBody } = operation
  if (body === undefined || body === null || body === '') return requestBody?.required ? ['the body is required'] : []
  // A call without a body does not look at one.
  if (!requestBody) return []
  const type = typeOf(headers)
  const described = requestBody.content[type]
  if (!described) return [`the content type ${type} is not in the document`]
  // An empty schema is how OpenAPI 3.1 describes raw bytes.
  if (Object.keys(described.schema).length === 0) return []
  const text = textOf(body, headers.get('content-encoding'))
  if (text !== null && LINES_TYPES.includes(type)) return lineFaults(held, pointer, text, rejected)
  if (text === null || !(type === FORM_TYPE || isJsonType(type))) return []
  const value =
    type === FORM_TYPE
      ? Object.fromEntries(new URLSearchParams(text))
      : withoutRejected(JSON.parse(text), MEMBERS.get(pointer) ?? '', rejected)
  if (value === undefined) return []
  return held.validators
    .sent(below(pointer, 'requestBody', 'content', type, 'schema'), value)
    .map((fault) => `body ${fault}`)
}

/** Faults of a request: what the document does not admit of its parameters and its body. */
export const requestFaults = (held: Held, found: Found, asked: Asked): readonly string[] => [
  ...parameterFaults(held, found, asked),
  ...bodyFaults(held, found, asked),
]
