import { CREDENTIAL_SCOPES } from '#worker/domain/people/scopes.ts'
import { isDangerous } from '#worker/routes/operation/dangerous.ts'
import type { Operation, OperationResponse } from '#worker/routes/operation/operation.ts'
import { capital } from './capital.ts'
import type { Schema } from './json-schema.ts'
import type { SchemaBook } from './schemas.ts'
import {
  ERROR_STATUSES,
  type ErrorStatus,
  errorHeaders,
  FORM_TYPE,
  type HeaderName,
  headersNamed,
  JSON_TYPE,
  LIMIT_HEADERS,
  LINES_TYPES,
  problemContent,
} from './shared.ts'

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string
  /** False of a parameter of several values: they stand apart by commas. */
  readonly explode?: false
  readonly schema: Schema
}
export interface MediaTypes {
  readonly [contentType: string]: {
    readonly schema: Schema
    readonly example?: unknown
    readonly examples?: Readonly<Record<string, unknown>>
  }
}
export interface AnswerObject {
  readonly description: string
  readonly headers?: Readonly<Record<string, unknown>>
  readonly content?: MediaTypes
}
export interface Ref {
  readonly $ref: string
}
export interface OperationObject {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly (Parameter | Ref)[]
  readonly requestBody?: { readonly required: boolean; readonly content: MediaTypes }
  readonly responses: Readonly<Record<string, AnswerObject | Ref>>
}

/** Matches `:id` and `:id{pattern}` of Hono's paths. */
const PATH_PARAMETER = /:(\w+)(?:\{[^}]*\})?/g

/** Path as OpenAPI writes it: `/v1/messages/{id}`. */
export const templatePath = (path: string): string => path.replace(PATH_PARAMETER, '{$1}')

/** Id of an operation: that of `GET /v1/messages/:id` is `getMessagesById`. */
export function operationId({ method, path }: Pick<Operation, 'method' | 'path'>): string {
  const words = templatePath(path)
    .replace(/\{(\w+)\}/g, (_, name: string) => `by-${name}`)
    .split(/[^\w]+/)
    .filter((word) => word !== '' && word !== 'v1')
  return method.toLowerCase() + words.map(capital).join('')
}

const isAdmin = ({ path }: Operation): boolean => path.startsWith('/admin/')
const isBrowsers = ({ path }: Operation): boolean => path.startsWith('/v1/auth/')
const isTenants = ({ path }: Operation): boolean => path.startsWith('/v1/') && !path.startsWith('/v1/auth/')

function security(operation: Operation): OperationObject['security'] {
  if (isBrowsers(operation)) return operation.signedIn ? [{ cookie: [] }] : []
  if (isAdmin(operation)) {
    const scopes = operation.operatorScope ? [operation.operatorScope] : []
    return [{ operator: scopes }, { access: scopes }]
  }
  // Basic authentication is one way of two: the client's id and secret may come in the form instead.
  if (operation.form) return [{ client: [] }, {}]
  if (!isTenants(operation)) return []
  const scopes = operation.scope ? [operation.scope] : []
  const isOfPeople = operation.stepUp || (operation.scope && !CREDENTIAL_SCOPES.includes(operation.scope))
  if (isOfPeople) return [{ person: scopes }]
  return [{ oauth2: scopes }, { clientJwt: scopes }, { apiKey: scopes }, { person: scopes }]
}

function parametersOf(operation: Operation, book: SchemaBook): (Parameter | Ref)[] {
  const described = operation.params && book.input(operation.params).properties
  const path = [...operation.path.matchAll(PATH_PARAMETER)].map(([, name = '']): Parameter => {
    const { description, ...schema } = described?.[name] ?? { type: 'string' }
    return { name, in: 'path', required: true, ...(description === undefined ? {} : { description }), schema }
  })
  const { properties = {}, required = [] } = operation.query ? book.input(operation.query) : {}
  const query = Object.entries(properties).map(
    ([name, { description, ...schema }]): Parameter => ({
      name,
      in: 'query',
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      ...(schema.type === 'array' ? { explode: false } : {}),
      schema,
    }),
  )
  const key = operation.idempotent ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []
  const approval = isDangerous(operation) ? [{ $ref: '#/components/parameters/Approval' }] : []
  return [...path, ...query, ...key, ...approval]
}

function requestBody(operation: Operation, book: SchemaBook): OperationObject['requestBody'] {
  const { body, bodyOptional, items, form, upload, example } = operation
  // An empty schema is how OpenAPI 3.1 describes raw bytes.
  if (upload) return { required: true, content: Object.fromEntries(upload.map((type) => [type, { schema: {} }])) }
  const schema = items?.documented ?? body ?? form
  if (!schema) return undefined
  const described = { schema: book.input(schema), ...(example === undefined ? {} : { example }) }
  const asLines = { schema: { type: 'string', description: items?.lines ?? '' } }
  const lines = items ? Object.fromEntries(LINES_TYPES.map((type) => [type, asLines])) : {}
  return { required: bodyOptional !== true, content: { [body ? JSON_TYPE : FORM_TYPE]: described, ...lines } }
}

/** Statuses of the shared errors that can come of a call, beside those that it declares. */
function errorsOf(operation: Operation): readonly ErrorStatus[] {
  const { body, form, upload, query, idempotent } = operation
  const known = isAdmin(operation) || isTenants(operation) || isBrowsers(operation)
  const can: Readonly<Record<ErrorStatus, boolean>> = {
    400: Boolean(body || query || idempotent) || known,
    401: known,
    403: known,
    404: operation.path.includes(':'),
    408: Boolean(operation.items),
    409: Boolean(idempotent),
    413: Boolean(body || form || upload),
    415: Boolean(body || upload),
    422: Boolean(body || idempotent),
    429: known || Boolean(form),
    500: true,
    503: known || Boolean(form),
  }
  return ERROR_STATUSES.filter((status) => can[status])
}

const isErrorStatus = (status: number): status is ErrorStatus => (ERROR_STATUSES as readonly number[]).includes(status)

function goodHeaders(operation: Operation, { located }: OperationResponse): readonly HeaderName[] {
  return [
    'RequestId',
    ...(located ? (['Location'] as const) : []),
    ...(isTenants(operation) ? LIMIT_HEADERS : []),
    ...(operation.idempotent ? (['IdempotencyReplayed'] as const) : []),
  ]
}

function answer(operation: Operation, status: number, response: OperationResponse, book: SchemaBook): AnswerObject {
  const { description, schema, contentType } = response
  const type = contentType ?? (schema ? JSON_TYPE : null)
  const content =
    type === null
      ? null
      : { [type]: { schema: schema ? book.output(schema) : type === '*/*' ? {} : { type: 'string' } } }
  if (status < 400) {
    return { description, headers: headersNamed(goodHeaders(operation, response)), ...(content ? { content } : {}) }
  }
  const headers = isErrorStatus(status) ? errorHeaders(status) : headersNamed(['RequestId', ...LIMIT_HEADERS])
  return { description, headers, content: content ?? problemContent() }
}

/** Describes one call as an OpenAPI operation. */
export function operationObject(operation: Operation, book: SchemaBook): OperationObject {
  const parameters = parametersOf(operation, book)
  const body = requestBody(operation, book)
  const responses: Record<string, AnswerObject | Ref> = {}
  for (const status of errorsOf(operation)) responses[status] = { $ref: `#/components/responses/Error${status}` }
  for (const [status, response] of Object.entries(operation.responses))
    responses[status] = answer(operation, Number(status), response, book)
  const requires = security(operation)
  return {
    operationId: operationId(operation),
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    ...(requires ? { security: requires } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: body } : {}),
    responses,
  }
}
