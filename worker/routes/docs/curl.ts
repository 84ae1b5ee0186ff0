import type { OpenApi } from '#worker/routes/openapi/document.ts'
import type { Parameter } from '#worker/routes/openapi/operations.ts'
import { JSON_TYPE } from '#worker/routes/openapi/shared.ts'
import type { Call } from './calls.ts'
import { exampleOf } from './schema-rows.ts'

/** Shell variables that stand for ids, of whose things an example cannot know any. */
const VARIABLES: Readonly<Record<string, string>> = { con: 'connectionId', ten: 'tenantId' }
const EXAMPLE_ID = /\b(con|ten)_[0-9a-z]+/g

/** Quotes a text so that a shell reads it as one word, whatever it holds; ids become variables. */
const quoted = (text: string): string =>
  `'${text.replaceAll("'", "'\\''").replace(EXAMPLE_ID, (_, prefix: string) => `'"$${VARIABLES[prefix]}"'`)}'`

/** Type of an uploaded file, the one of which a command line can hold the bytes. */
const FILE_TYPE = 'text/plain'
/** The same where no text is taken. */
const PAPER_TYPE = 'application/pdf'

function authorization({ method, path, operation: { security = [] } }: Call): string[] {
  const [first] = security
  // A call of a browser that changes something comes from a page of ours.
  const origin = path.startsWith('/v1/auth/') && method !== 'GET' ? ['-H "origin: $ORIGIN"'] : []
  if (!first) return origin
  if ('cookie' in first) return ['-H "cookie: $COOKIE"', ...origin]
  if ('client' in first) return ['-u "$CLIENT_ID:$CLIENT_SECRET"']
  const token = 'operator' in first ? '$OPERATOR' : 'person' in first ? '$PERSON' : '$TOKEN'
  return [`-H "authorization: Bearer ${token}"`]
}

function data({ requestBody }: Call['operation'], { components }: OpenApi): string[] {
  const content = requestBody?.content ?? {}
  const [entry] = Object.entries(content)
  if (!entry) return []
  const [type, { schema, example = exampleOf(schema, components.schemas) }] = entry
  if (FILE_TYPE in content) return [`-H 'content-type: ${FILE_TYPE}'`, "--data-binary 'Hello'"]
  if (PAPER_TYPE in content) return [`-H 'content-type: ${PAPER_TYPE}'`, "--data-binary '%PDF-1.7'"]
  if (type === JSON_TYPE) return [`-H 'content-type: ${type}'`, `-d ${quoted(JSON.stringify(example))}`]
  return Object.entries(example as object).map(([name, value]) => `-d ${quoted(`${name}=${String(value)}`)}`)
}

/** Writes the call for a shell, with required parameters and fields only, and the optional parameters that have an example. */
export function curl(call: Call, parameters: readonly Parameter[], document: OpenApi): string {
  const { method, path, operation } = call
  const query = parameters
    .filter(({ in: place, required, schema }) => place === 'query' && (required || schema.examples !== undefined))
    .map(({ name, schema }) => {
      const value = encodeURIComponent(String(exampleOf(schema, document.components.schemas)))
      return `${name}=${value.replace(EXAMPLE_ID, (_, prefix: string) => `$${VARIABLES[prefix]}`)}`
    })
  const target = `"$BASE${path.replace(/\{(\w+)\}/g, '$$$1')}${query.length > 0 ? `?${query.join('&')}` : ''}"`
  const body = data(operation, document)
  const verb = method === 'GET' || (method === 'POST' && body.length > 0) ? [] : [`-X ${method}`]
  return [['curl', ...verb, target].join(' '), ...authorization(call), ...body].join(' \\\n  ')
}
