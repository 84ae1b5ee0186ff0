import type { Hono } from 'hono'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { type OpenApi, openApiDocument } from '#worker/routes/openapi/document.ts'
import { cachedText } from './cached-text.ts'
import { openApiOperation } from './document-operations.ts'
import { mount } from './operation.ts'
import { operations } from './operations.ts'

/** The description of all calls of this deployment. */
export const documentOf = ({ config, channels }: Platform): OpenApi =>
  openApiDocument(operations, config.baseUrl, channels)

/** `GET /openapi.json`. */
export function openApiRoutes(app: Hono<AppEnv>): void {
  const serve = cachedText(
    (c) => JSON.stringify(documentOf(c.get('platform'))),
    () => ({ 'content-type': 'application/json' }),
  )
  mount(app, openApiOperation, serve)
}
