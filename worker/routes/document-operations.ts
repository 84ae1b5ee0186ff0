import * as z from 'zod'
import type { Operation } from './operation.ts'

const tag = 'About'
const page = (path: string, summary: string): Operation => ({
  method: 'GET',
  path,
  tag,
  summary,
  responses: { 200: { description: 'A page that needs nothing else.', contentType: 'text/html' } },
})

export const openApiOperation: Operation = {
  method: 'GET',
  path: '/openapi.json',
  tag,
  summary: 'This description',
  responses: { 200: { description: 'An OpenAPI 3.1 document.', schema: z.looseObject({ openapi: z.string() }) } },
}
export const referenceOperation = page('/docs', 'The API for readers')
export const errorsOperation = page('/docs/errors', 'Every error')
export const eventsOperation = page('/docs/events', 'Every event')

/** The calls that describe the API itself. */
export const documentOperations: readonly Operation[] = [
  openApiOperation,
  referenceOperation,
  errorsOperation,
  eventsOperation,
]
