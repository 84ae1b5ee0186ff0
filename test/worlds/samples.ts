import type * as z from 'zod'
import { exampleOf } from '#worker/routes/docs/schema-rows.ts'
import { schemaBook } from '#worker/routes/openapi/schemas.ts'

/** A value that the schema of a body admits, as the curl of the docs has it. */
export function sampleOf(schema: z.ZodType): unknown {
  const book = schemaBook([])
  return exampleOf(book.input(schema), book.components)
}
