import type { OpenApi } from '#worker/routes/openapi/document.ts'
import type { OperationObject, Parameter, Ref } from '#worker/routes/openapi/operations.ts'
import { type Validators, validatorsOf } from './validators.ts'

/** An OpenAPI document that traffic is held against. */
export interface Held {
  readonly document: OpenApi
  readonly validators: Validators
  /** What stands at the JSON Pointers that were asked for. */
  readonly known: Map<string, unknown>
  /** Templates of paths; one without parameters is meant before one with them. */
  readonly paths: readonly { readonly template: string; readonly pattern: RegExp }[]
}

/** One call of the document, found by a path as it was asked for. */
export interface Found {
  /** JSON Pointer of the operation. */
  readonly pointer: string
  readonly operation: OperationObject
  readonly params: Readonly<Record<string, string>>
}

/** Adds names to a JSON Pointer; in a URI's fragment some characters need escapes. */
export const below = (pointer: string, ...names: readonly (string | number)[]): string =>
  names.reduce<string>(
    (at, name) => `${at}/${encodeURIComponent(String(name).replaceAll('~', '~0').replaceAll('/', '~1'))}`,
    pointer,
  )

function matcher(template: string): RegExp {
  const pattern = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  return new RegExp(`^${pattern}$`)
}

export function hold(document: OpenApi): Held {
  const paths = Object.keys(document.paths)
    .toSorted((a, b) => Number(a.includes('{')) - Number(b.includes('{')))
    .map((template) => ({ template, pattern: matcher(template) }))
  return { document, validators: validatorsOf(document), known: new Map(), paths }
}

/** Path with its escapes undone, as a router reads it; malformed escapes stay. */
function decoded(path: string): string {
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}

export function find({ document, paths }: Held, method: string, path: string): Found | null {
  const name = method === 'HEAD' ? 'get' : method.toLowerCase()
  const read = decoded(path)
  for (const { template, pattern } of paths) {
    const match = pattern.exec(read)
    const operation = document.paths[template]?.[name]
    if (match && operation)
      return { pointer: below('', 'paths', template, name), operation, params: { ...match.groups } }
  }
  return null
}

const isRef = (value: object): value is Ref => '$ref' in value

const lookUp = (document: OpenApi, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .map((name) => decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document)

/** Gives what stands at a JSON Pointer; of each it is looked up once. */
export function at({ document, known }: Held, pointer: string): unknown {
  if (!known.has(pointer)) known.set(pointer, lookUp(document, pointer))
  return known.get(pointer)
}

/** Pointer of what stands there, or of what a ref there leads to. */
export const followed = (value: object, pointer: string): string => (isRef(value) ? value.$ref.slice(1) : pointer)

/** A parameter with the JSON Pointer of its description. */
export interface Placed {
  readonly pointer: string
  readonly parameter: Parameter
}

export const parametersOf = (held: Held, { pointer, operation }: Found): readonly Placed[] =>
  (operation.parameters ?? []).map((given, index) => {
    const placed = followed(given, below(pointer, 'parameters', index))
    return { pointer: placed, parameter: at(held, placed) as Parameter }
  })

export const typeOf = (headers: Headers): string =>
  (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
export const isJsonType = (type: string): boolean => /^application\/(?:[\w.-]+\+)?json$/.test(type)

/** Faults of one header; a missing one is a fault only where the document says that it always comes. */
export function headerFaults(held: Held, pointer: string, name: string, headers: Headers): readonly string[] {
  const value = headers.get(name)
  const { required = false } = at(held, pointer) as { readonly required?: boolean }
  if (value === null) return required ? [`the header ${name} is missing`] : []
  return held.validators.texts(below(pointer, 'schema'), value).map((fault) => `header ${name} ${fault}`)
}
