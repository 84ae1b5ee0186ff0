import type { Hono } from 'hono'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { errorsPage, eventsPage } from '#worker/routes/docs/code-tables.ts'
import { page, pageHeaders } from '#worker/routes/docs/layout.ts'
import { referencePage } from '#worker/routes/docs/reference.ts'
import { cachedText } from './cached-text.ts'
import { errorsOperation, eventsOperation, referenceOperation } from './document-operations.ts'
import { documentOf } from './openapi.ts'
import { mount } from './operation.ts'

/** `/docs`: the API for readers, made from the same document as /openapi.json; works without any network. */
export function docsRoutes(app: Hono<AppEnv>): void {
  mount(
    app,
    referenceOperation,
    cachedText((c) => page('Chapar API', referencePage(documentOf(c.get('platform')))), pageHeaders),
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
