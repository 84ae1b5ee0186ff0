import type { OpenApi } from '#worker/routes/openapi/document.ts'
import type { Parameter } from '#worker/routes/openapi/operations.ts'
import { JSON_TYPE } from '#worker/routes/openapi/shared.ts'
import type { Call } from './calls.ts'
import { exampleOf } from './schema-rows.ts'

/** A call as code in any language says it: with required parameters and fields only. */
interface Sample {
  readonly method: string
  /** Path with `{name}` for its parameters. */
  readonly path: string
  /** Query with its question mark; empty: none. */
  readonly query: string
  /** Names of variables whose value is a token, a client or a cookie; null: nobody needs to be known. */
  readonly by: 'TOKEN' | 'PERSON' | 'OPERATOR' | 'CLIENT' | 'COOKIE' | null
  /** Media type of the body; empty: there is none. */
  readonly type: string
  /** Text of the body, JSON or a form. */
  readonly text: string
}

function byOf({ security = [] }: Call['operation']): Sample['by'] {
  const [first] = security
  if (!first) return null
  if ('cookie' in first) return 'COOKIE'
  if ('client' in first) return 'CLIENT'
  if ('operator' in first) return 'OPERATOR'
  return 'person' in first ? 'PERSON' : 'TOKEN'
}

function bodyOf({ requestBody }: Call['operation'], { components }: OpenApi): Pick<Sample, 'type' | 'text'> {
  const [entry] = Object.entries(requestBody?.content ?? {})
  if (!entry) return { type: '', text: '' }
  const [type, { schema, example = exampleOf(schema, components.schemas) }] = entry
  if (type === JSON_TYPE) return { type, text: JSON.stringify(example, null, 2) }
  if (type.endsWith('form-urlencoded'))
    return { type, text: String(new URLSearchParams(example as Record<string, string>)) }
  return { type, text: '' }
}

/** Makes the sample of a call from the document. */
export function sampleOf(call: Call, parameters: readonly Parameter[], document: OpenApi): Sample {
  const query = parameters
    .filter(({ in: place, required }) => place === 'query' && required)
    .map(({ name, schema }) => [name, String(exampleOf(schema, document.components.schemas))])
  return {
    method: call.method,
    path: call.path,
    query: query.length === 0 ? '' : `?${new URLSearchParams(query)}`,
    by: byOf(call.operation),
    ...bodyOf(call.operation, document),
  }
}

const isJson = ({ type }: Sample): boolean => type === JSON_TYPE

/** Headers of a sample, each value as an expression whose text part stands in the language's own quotes. */
function headersOf(sample: Sample, quoted: (text: string, variable: string) => string): string[] {
  const { by, type } = sample
  if (by === 'COOKIE') return [`'cookie': ${quoted('', 'COOKIE')}`, `'origin': ${quoted('', 'BASE')}`]
  const authorization = by && by !== 'CLIENT' ? [`'authorization': ${quoted('Bearer ', by)}`] : []
  return type === '' ? authorization : [...authorization, `'content-type': '${type}'`]
}

/** The sample for a browser's or a server's `fetch`. */
export function inJavaScript(sample: Sample): string {
  const { method, path, query, by, text, type } = sample
  const quoted = (before: string, variable: string): string => `\`${before}\${${variable}}\``
  const headers = headersOf(sample, quoted)
  const authorization = by === 'CLIENT' ? ["'authorization': 'Basic ' + btoa(CLIENT_ID + ':' + CLIENT_SECRET)"] : []
  const body = isJson(sample) ? `JSON.stringify(${text.replaceAll('\n', '\n  ')})` : text === '' ? 'file' : `'${text}'`
  return `const answer = await fetch(\`\${BASE}${path.replace(/\{\w+\}/g, (name) => `$${name}`)}${query}\`, {
  method: '${method}',
  headers: { ${[...authorization, ...headers].join(', ')} },${type === '' ? '' : `\n  body: ${body},`}
})
console.log(answer.status, await answer.text())`
}

/** Writes JSON as Python does. */
function literal(value: unknown, indent = ''): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value !== 'object') return JSON.stringify(value)
  const deeper = `${indent}    `
  const parts = Array.isArray(value)
    ? value.map((one) => literal(one, deeper))
    : Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${literal(one, deeper)}`)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  if (parts.length === 0) return `${open}${close}`
  return `${open}\n${parts.map((part) => `${deeper}${part},\n`).join('')}${indent}${close}`
}

/** The sample for Python's `requests`. */
export function inPython(sample: Sample): string {
  const { method, path, query, by, text, type } = sample
  const quoted = (before: string, variable: string): string => `f'${before}{${variable}}'`
  const headers = headersOf(sample, quoted)
  const data = isJson(sample)
    ? `json=${literal(JSON.parse(text), '    ')}`
    : `data=${text === '' ? 'file' : `'${text}'`}`
  const lines = [
    `f'{BASE}${path}${query}'`,
    ...(headers.length > 0 ? [`headers={${headers.join(', ')}}`] : []),
    ...(by === 'CLIENT' ? ['auth=(CLIENT_ID, CLIENT_SECRET)'] : []),
    ...(type === '' ? [] : [data]),
  ]
  return `import requests

answer = requests.${method.toLowerCase()}(
${lines.map((line) => `    ${line},\n`).join('')})
print(answer.status_code, answer.text)`
}
