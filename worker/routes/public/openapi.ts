import type { Hono } from 'hono'
import * as z from 'zod'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { type OpenApi, openApiDocument } from '#worker/routes/openapi/document.ts'
import { mount, type Operation } from '#worker/routes/operation/operation.ts'
import { cachedText } from './cached-text.ts'

const openApiOperation: Operation = {
  method: 'GET',
  path: '/openapi.json',
  tag: 'About',
  summary: 'This description',
  responses: { 200: { description: 'An OpenAPI 3.1 document.', schema: z.looseObject({ openapi: z.string() }) } },
}

export const openApiOperations: readonly Operation[] = [openApiOperation]

/** The description of these calls of this deployment. */
export const documentOf = ({ config, channels }: Platform, operations: readonly Operation[]): OpenApi =>
  openApiDocument(operations, config.baseUrl, channels)

/** `GET /openapi.json`. */
export function openApiRoutes(app: Hono<AppEnv>, operations: readonly Operation[]): void {
  const serve = cachedText(
    (c) => JSON.stringify(documentOf(c.get('platform'), operations)),
    () => ({ 'content-type': 'application/json' }),
  )
  mount(app, openApiOperation, serve)
}
