import type { Hono } from 'hono'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { errorsPage, eventsPage } from '#worker/routes/docs/code-tables.ts'
import { page, pageHeaders } from '#worker/routes/docs/layout.ts'
import { referencePage } from '#worker/routes/docs/reference.ts'
import { mount, type Operation } from '#worker/routes/operation/operation.ts'
import { cachedText } from './cached-text.ts'
import { documentOf } from './openapi.ts'

const pageAt = (path: string, summary: string): Operation => ({
  method: 'GET',
  path,
  tag: 'About',
  summary,
  responses: { 200: { description: 'A page that needs nothing else.', contentType: 'text/html' } },
})

const referenceOperation = pageAt('/docs', 'The API for readers')
const errorsOperation = pageAt('/docs/errors', 'Every error')
const eventsOperation = pageAt('/docs/events', 'Every event')

export const docsOperations: readonly Operation[] = [referenceOperation, errorsOperation, eventsOperation]

/** `/docs`: the API for readers, made from the same document as /openapi.json; works without any network. */
export function docsRoutes(app: Hono<AppEnv>, operations: readonly Operation[]): void {
  mount(
    app,
    referenceOperation,
    cachedText((c) => page('Chapar API', referencePage(documentOf(c.get('platform'), operations))), pageHeaders),
  )
  mount(
    app,
    errorsOperation,
    cachedText(() => page('Errors', errorsPage()), pageHeaders),
  )
  mount(
    app,
    eventsOperation,
    cachedText(() => page('Events', eventsPage()), pageHeaders),
  )
}
