import type { OpenApi } from '#worker/routes/openapi/document.ts'
import type { Parameter } from '#worker/routes/openapi/operations.ts'
import { FORM_TYPE, JSON_TYPE } from '#worker/routes/openapi/shared.ts'
import type { Call } from './calls.ts'
import { exampleOf } from './schema-rows.ts'

/** Quotes a text so that a shell reads it as one word, whatever it holds. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

function authorization({ security = [] }: Call['operation']): string[] {
  const [first] = security
  if (!first) return []
  if ('client' in first) return ['-u "$CLIENT_ID:$CLIENT_SECRET"']
  return [`-H "authorization: Bearer ${'operator' in first ? '$OPERATOR' : '$TOKEN'}"`]
}

function data({ requestBody }: Call['operation'], { components }: OpenApi): string[] {
  const [entry] = Object.entries(requestBody?.content ?? {})
  if (!entry) return []
  const [type, { schema }] = entry
  if (type !== JSON_TYPE && type !== FORM_TYPE) return [`-H 'content-type: ${type}'`, '--data-binary @file']
  const example = exampleOf(schema, components.schemas)
  if (type === JSON_TYPE) return [`-H 'content-type: ${type}'`, `-d ${quoted(JSON.stringify(example))}`]
  return Object.entries(example as object).map(([name, value]) => `-d ${quoted(`${name}=${String(value)}`)}`)
}

/** Writes the call for a shell, with required parameters and fields only. */
export function curl(call: Call, parameters: readonly Parameter[], document: OpenApi): string {
  const { method, path, operation } = call
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(({ name, schema }) => `${name}=${encodeURIComponent(String(exampleOf(schema, document.components.schemas)))}`)
  const target = `"$BASE${path.replace(/\{(\w+)\}/g, '$$$1')}${query.length > 0 ? `?${query.join('&')}` : ''}"`
  const body = data(operation, document)
  const verb = method === 'GET' || (method === 'POST' && body.length > 0) ? [] : [`-X ${method}`]
  return [['curl', ...verb, target].join(' '), ...authorization(operation), ...body].join(' \\\n  ')
}
