import { html } from 'hono/html'
import type { FailureCode } from '#worker/domain/carriers/provider.ts'
import { EVENT_TYPES } from '#worker/domain/messages/events.ts'
import { FAILURES } from '#worker/domain/messages/failure.ts'
import { PROBLEMS, type ProblemCode } from '#worker/domain/problem.ts'
import { eventExamples } from '#worker/routes/openapi/event-examples.ts'
import { type Html, prose } from './prose.ts'
import type { DocsWords } from './words.ts'

const sorted = (Object.entries(PROBLEMS) as [ProblemCode, (typeof PROBLEMS)[ProblemCode]][]).sort(
  ([, a], [, b]) => a.status - b.status,
)
const FAILURE_CODES = Object.keys(FAILURES) as readonly FailureCode[]

/** Lists every problem and every failure code, each with an anchor: `type` of a problem links to it. */
export function errorsPage({ errors }: DocsWords): Html {
  const byStatus = [...Map.groupBy(sorted, ([, { status }]) => status)]
  return html`<p>${prose(errors.about)}</p>
${byStatus.map(
  ([status, problems]) => html`<section id="status-${status}"><h2>${status}</h2>
${problems.map(
  ([code]) =>
    html`<article id="${code}"><h3><code>${code}</code></h3><p>${prose(errors.problem(code))}</p></article>\n`,
)}</section>
`,
)}<section id="failures"><h2>${errors.failures}</h2>
<p>${prose(errors.aboutFailures)}</p>
<dl>${FAILURE_CODES.map(
    (code) => html`<dt id="failure-${code}"><code>${code}</code></dt><dd>${prose(errors.failure(code))}</dd>\n`,
  )}</dl></section>`
}

/** Lists every event with an example of its POST's body. */
export function eventsPage({ events }: DocsWords): Html {
  return html`<p>${prose(events.about)}</p>
${EVENT_TYPES.map(
  (type) => html`<article id="${type}"><h2><code>${type}</code></h2><p>${prose(events.event(type))}</p>
${Object.entries(eventExamples(type)).map(
  ([name, example]) =>
    html`${name === type ? null : html`<p>${prose(events.example(name))}</p>`}<pre><code dir="auto" tabindex="0">${JSON.stringify(example, null, 2)}</code></pre>`,
)}</article>
`,
)}`
}
