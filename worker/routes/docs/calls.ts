import type { OpenApi } from '#worker/routes/openapi/document.ts'
import type { OperationObject, Parameter, Ref } from '#worker/routes/openapi/operations.ts'

/** One call of the document with its method and path. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly operation: OperationObject
}

export const callsOf = (document: OpenApi): readonly Call[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )

export const isRef = (value: object): value is Ref => '$ref' in value
const lastPart = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1)

/** Parameters of a call; those that it shares with others are looked up in `components`. */
export function parametersOf({ parameters = [] }: OperationObject, { components }: OpenApi): readonly Parameter[] {
  const shared = components.parameters as Readonly<Record<string, Parameter>>
  return parameters.flatMap((parameter) => {
    const found = isRef(parameter) ? shared[lastPart(parameter.$ref)] : parameter
    return found ? [found] : []
  })
}
