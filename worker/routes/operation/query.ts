import * as z from 'zod'
import { FAULT_LIMIT, fieldErrors } from '#worker/lib/json/input.ts'
import { type FieldError, pointerOf } from '#worker/lib/json/pointer.ts'
import { queryProblem } from '#worker/middleware/json-body.ts'
import type { Operation } from './operation.ts'

/** Most characters of an unknown name that an answer repeats. */
const MOST_NAMED = 100

/** Schema of a parameter that is given. */
const bare = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? bare(schema.unwrap() as z.ZodType) : schema

/** Parameter as its text is read: several values stand apart by commas, and a number is written in digits. */
interface Parameter {
  readonly isList: boolean
  /** Numbers that it may be; null: it is none. */
  readonly bounds: string | null
}
function parameterOf(schema: z.ZodType): Parameter {
  const form = bare(schema)
  return {
    isList: form instanceof z.ZodArray,
    bounds: form instanceof z.ZodNumber ? `${form.minValue ?? 0} to ${form.maxValue ?? 'any'}` : null,
  }
}

/** Parameters that begin and end a time. */
const WINDOWS = [
  ['after', 'before'],
  ['from', 'to'],
] as const

/** Faults of a time that ends before it begins, which would find nothing and look like an empty page. */
const windowFaults = (query: Readonly<Record<string, unknown>>): FieldError[] =>
  WINDOWS.flatMap(([first, last]) => {
    const [begin, end] = [query[first], query[last]]
    if (typeof begin !== 'number' || typeof end !== 'number' || begin <= end) return []
    return [first, last].map((name) => ({
      pointer: pointerOf([name]),
      detail: `\`${first}\` is later than \`${last}\``,
    }))
  })

/**
 * Makes the reader of a call's query. A parameter that the call does not know, or that stands there twice, is a 400 that names
 * it: nobody who asks for something is to believe that it was heard. Calls that are neither tenants' nor operators' may come with
 * any.
 */
export function queryReader({ query: schema, path }: Operation): (url: string) => unknown {
  const known = new Map(Object.entries(schema?.shape ?? {}).map(([name, field]) => [name, parameterOf(field)]))
  const isStrict = path.startsWith('/v1/') || path.startsWith('/admin/')
  return (url) => {
    const start = url.indexOf('?')
    const given = new Map<string, string | string[]>()
    const faults: FieldError[] = []
    if (start >= 0 && (schema || isStrict))
      for (const [name, value] of new URLSearchParams(url.slice(start))) {
        const fault = (detail: string) => faults.push({ pointer: pointerOf([name.slice(0, MOST_NAMED)]), detail })
        const parameter = known.get(name)
        if (!parameter) fault('is no parameter of this call')
        else if (given.has(name))
          fault(parameter.isList ? 'stands twice: put commas between its values' : 'stands twice')
        else if (parameter.bounds !== null && !/^-?\d{1,15}$/.test(value))
          fault(`must be a whole number in digits, ${parameter.bounds}`)
        else given.set(name, parameter.isList ? value.split(',') : value)
      }
    const parsed = schema?.safeParse(Object.fromEntries(given))
    if (parsed?.error) faults.push(...fieldErrors(parsed.error))
    else if (parsed) faults.push(...windowFaults(parsed.data))
    if (faults.length > 0) throw queryProblem(faults.slice(0, FAULT_LIMIT))
    return parsed?.data
  }
}
