import type { AnySchema, ErrorObject, ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { closed } from './closed.ts'

/** Validates values against the schemas of one OpenAPI document, which are named by JSON Pointers. */
export interface Validators {
  /** Faults of what a caller sent, by the document as it is published. */
  sent(pointer: string, value: unknown): readonly string[]
  /** Faults of what the gateway said: no member may be one that the document does not name. */
  said(pointer: string, value: unknown): readonly string[]
  /** Faults of a text that is read as the type that its schema asks for: a parameter, a header. */
  texts(pointer: string, value: string | readonly string[]): readonly string[]
}

const ID = 'https://document.test/'
const MOST_FAULTS = 8

function faultText({ instancePath, message = '', params, schemaPath }: ErrorObject): string {
  const more = Object.values(params as Record<string, unknown>).filter((param) => typeof param === 'string')
  return `${instancePath || '(whole)'} ${[message, ...more].join(' ')} (${schemaPath.slice(schemaPath.indexOf('#'))})`
}

/** Keywords that only say that no alternative fits, beside the faults of each. */
const ALTERNATIVES = new Set(['oneOf', 'anyOf'])

function faultsOf(errors: readonly ErrorObject[]): readonly string[] {
  const hasAlternatives = errors.some(({ keyword }) => ALTERNATIVES.has(keyword))
  // A constant that differs says of an alternative that it is not the one.
  const telling = errors.filter(
    ({ keyword }) => !hasAlternatives || !(ALTERNATIVES.has(keyword) || keyword === 'const'),
  )
  return (telling.length > 0 ? telling : errors).slice(0, MOST_FAULTS).map(faultText)
}

type Check = (pointer: string, value: unknown) => readonly ErrorObject[] | null

/** Makes the check of one form of the document. Each schema is compiled when traffic first needs it. */
function checker(document: object, options: { readonly coerceTypes?: true; readonly discriminator?: true }): Check {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true, ...options })
  ajvFormats.default(ajv)
  ajv.addSchema({ ...document, $id: ID } as AnySchema)
  const compiled = new Map<string, ValidateFunction>()
  return (pointer, value) => {
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `${ID}#${pointer}` })
    compiled.set(pointer, validate)
    return validate(value) ? null : (validate.errors ?? [])
  }
}

/** Copies a document without the mappings of discriminators, which Ajv does not read: it goes by the constants. */
const withoutMappings = (document: object): object =>
  JSON.parse(JSON.stringify(document), (key, value: unknown) => (key === 'mapping' ? undefined : value)) as object

export function validatorsOf(document: object): Validators {
  /** A check, and another that says which alternative was meant, for the text of its faults. */
  const judge = (given: object): ((pointer: string, value: unknown) => readonly string[]) => {
    const check = checker(given, {})
    let discriminating: Check | null = null
    return (pointer, value) => {
      const errors = check(pointer, value)
      if (errors === null) return []
      discriminating ??= checker(withoutMappings(given), { discriminator: true })
      return faultsOf(discriminating(pointer, value) ?? errors)
    }
  }
  const texts = checker(document, { coerceTypes: true })
  return {
    sent: judge(document),
    said: judge(closed(document) as object),
    texts: (pointer, value) => faultsOf(texts(pointer, value) ?? []),
  }
}
