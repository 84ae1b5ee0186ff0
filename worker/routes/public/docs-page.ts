import { errorsPage, eventsPage } from '#worker/routes/docs/code-tables.ts'
import { COPY_SCRIPT } from '#worker/routes/docs/copy-script.ts'
import { COPY_PATH, docsHeaders, docsPage, SCRIPT_PATH, scriptedHeaders } from '#worker/routes/docs/layout.ts'
import { referencePage, referenceSide } from '#worker/routes/docs/reference.ts'
import { SCRIPT } from '#worker/routes/docs/script.ts'
import { ENGLISH } from '#worker/routes/docs/words.ts'
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
const scriptAt = (path: string, summary: string): Operation => ({
  method: 'GET',
  path,
  tag: 'About',
  summary,
  responses: { 200: { description: 'A module without imports.', contentType: 'text/javascript' } },
})

const scriptOperation = scriptAt(SCRIPT_PATH, 'The script of the page of calls')
const copyOperation = scriptAt(COPY_PATH, 'The script that copies code')
const eventsOperation = pageAt('/docs/events', 'Every event')

/**
 * `/docs`: the API for readers, made from the document of /openapi.json. The pages load nothing else but scripts of ours. Those
 * in Persian are files beside the console's (local/console/docs-pages.ts).
 */
export const docs: Resource = {
  operations: [referenceOperation, scriptOperation, copyOperation, errorsOperation, eventsOperation],
  mount(app, all) {
    serve(
      app,
      referenceOperation,
      cachedText((c) => {
        const told = { document: documentOf(c.get('platform'), all), words: ENGLISH }
        const { title } = ENGLISH.reference
        return docsPage({
          words: ENGLISH,
          at: '',
          title,
          main: referencePage(told),
          side: referenceSide(told),
          isScripted: true,
        })
      }, scriptedHeaders),
    )
    for (const [operation, text] of [
      [scriptOperation, SCRIPT],
      [copyOperation, COPY_SCRIPT],
    ] as const)
      serve(
        app,
        operation,
        cachedText(
          () => text,
          () => ({ 'content-type': 'text/javascript; charset=utf-8' }),
        ),
      )
    serve(
      app,
      errorsOperation,
      cachedText(
        () => docsPage({ words: ENGLISH, at: '/errors', title: ENGLISH.pages.errors, main: errorsPage(ENGLISH) }),
        docsHeaders,
      ),
    )
    serve(
      app,
      eventsOperation,
      cachedText(
        () => docsPage({ words: ENGLISH, at: '/events', title: ENGLISH.pages.events, main: eventsPage(ENGLISH) }),
        docsHeaders,
      ),
    )
  },
}
