import * as z from 'zod'
import { FAULT_LIMIT, fieldErrors } from '#worker/lib/json/input.ts'
import { type FieldError, pointerOf } from '#worker/lib/json/pointer.ts'
import { queryProblem } from '#worker/middleware/json-body.ts'
import type { Operation } from './operation.ts'

/** Most characters of an unknown name that an answer repeats. */
const MOST_NAMED = 100

/** True for a parameter of several values, which stand apart by commas. */
function isList(schema: z.ZodType): boolean {
  if (schema instanceof z.ZodOptional) return isList(schema.unwrap() as z.ZodType)
  return schema instanceof z.ZodArray
}

/**
 * Makes the reader of a call's query. A parameter that the call does not know, or that stands there twice, is a 400 that names it: nobody
 * who asks for something is to believe that it was heard. Calls that are neither tenants' nor operators' may come with any.
 */
export function queryReader({ query: schema, path }: Operation): (url: string) => unknown {
  const known = new Map(Object.entries(schema?.shape ?? {}).map(([name, field]) => [name, isList(field)]))
  const isStrict = path.startsWith('/v1/') || path.startsWith('/admin/')
  return (url) => {
    const start = url.indexOf('?')
    const given = new Map<string, string | string[]>()
    const faults: FieldError[] = []
    if (start >= 0 && (schema || isStrict))
      for (const [name, value] of new URLSearchParams(url.slice(start))) {
        const fault = (detail: string) => faults.push({ pointer: pointerOf([name.slice(0, MOST_NAMED)]), detail })
        if (!known.has(name)) fault('is no parameter of this call')
        else if (given.has(name))
          fault(known.get(name) ? 'stands twice: put commas between its values' : 'stands twice')
        else given.set(name, known.get(name) ? value.split(',') : value)
      }
    const parsed = schema?.safeParse(Object.fromEntries(given))
    if (parsed?.error) faults.push(...fieldErrors(parsed.error))
    if (faults.length > 0) throw queryProblem(faults.slice(0, FAULT_LIMIT))
    return parsed?.data
  }
}
