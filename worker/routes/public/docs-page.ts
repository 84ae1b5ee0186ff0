import { errorsPage, eventsPage } from '#worker/routes/docs/code-tables.ts'
import { docsHeaders, docsPage } from '#worker/routes/docs/layout.ts'
import { referencePage } from '#worker/routes/docs/reference.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'
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

/** `/docs`: the API for readers, made from the document of /openapi.json. The pages load nothing else. */
export const docs: Resource = {
  operations: [referenceOperation, errorsOperation, eventsOperation],
  mount(app, all) {
    serve(
      app,
      referenceOperation,
      cachedText((c) => docsPage('Chapar API', referencePage(documentOf(c.get('platform'), all))), docsHeaders),
    )
    serve(
      app,
      errorsOperation,
      cachedText(() => docsPage('Errors', errorsPage()), docsHeaders),
    )
    serve(
      app,
      eventsOperation,
      cachedText(() => docsPage('Events', eventsPage()), docsHeaders),
    )
  },
}
