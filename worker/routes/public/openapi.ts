import * as z from 'zod'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type OpenApi, openApiDocument } from '#worker/routes/openapi/document.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { cachedText } from './cached-text.ts'

const openApiOperation = {
  method: 'GET',
  path: '/openapi.json',
  tag: 'About',
  summary: 'This description',
  responses: { 200: { description: 'An OpenAPI 3.1 document.', schema: z.looseObject({ openapi: z.string() }) } },
} as const satisfies Operation

/** Makes the document of some calls, as this deployment has them. */
export const documentOf = ({ config, channels }: Platform, operations: readonly Operation[]): OpenApi =>
  openApiDocument(operations, config.baseUrl, channels)

/** `GET /openapi.json`: the API's description. */
export const openApi: Resource = {
  operations: [openApiOperation],
  mount(app, all) {
    const document = cachedText(
      (c) => JSON.stringify(documentOf(c.get('platform'), all)),
      () => ({ 'content-type': 'application/json' }),
    )
    serve(app, openApiOperation, document)
  },
}
