import { html } from 'hono/html'
import { EVENT_TYPES, EVENTS } from '#worker/domain/messages/events.ts'
import { FAILURES } from '#worker/domain/messages/failure.ts'
import { PROBLEMS } from '#worker/domain/problem.ts'
import { eventExamples } from '#worker/routes/openapi/event-examples.ts'
import { type Html, prose } from './prose.ts'

const sorted = Object.entries(PROBLEMS).sort(([, a], [, b]) => a.status - b.status)

/** Lists every problem and every failure code, each with an anchor: `type` of a problem links to it. */
export function errorsPage(): Html {
  const byStatus = [...Map.groupBy(sorted, ([, { status }]) => status)]
  return html`<p>An error is an <code>application/problem+json</code> document (RFC 9457). Decide by <code>code</code>:
titles and details may change. <code>instance</code> is the request id.</p>
${byStatus.map(
  ([status, problems]) => html`<section id="status-${status}"><h2>${status}</h2>
${problems.map(
  ([code, { title, help }]) =>
    html`<article id="${code}"><h3><code>${code}</code></h3><p>${title}. ${prose(help)}</p></article>\n`,
)}</section>
`,
)}<section id="failures"><h2>Why a message failed</h2>
<p>Codes of <code>failure.code</code> in messages and events.</p>
<dl>${Object.entries(FAILURES).map(
    ([code, meaning]) => html`<dt id="failure-${code}"><code>${code}</code></dt><dd>${prose(meaning)}</dd>\n`,
  )}</dl></section>`
}

/** Lists every event with an example of its POST's body. */
export function eventsPage(): Html {
  return html`<p>Events are POSTed to webhook endpoints, signed as Standard Webhooks says. The header
<code>webhook-id</code> is the event’s id and the same at every try: keep it to drop repeats. An endpoint hears events of the mode
of the token that made it. Events may come late, double and
in any order; <code>data.at</code> is when it happened. Endpoints with <code>batch: true</code> get up to 100 events in one
POST: <code>{ "type": "batch", "data": { "events": [{ "id": …, "type": …, "timestamp": …, "data": … }] } }</code>.</p>
${EVENT_TYPES.map(
  (type) => html`<article id="${type}"><h3><code>${type}</code></h3><p>${prose(EVENTS[type])}</p>
${Object.entries(eventExamples(type)).map(
  ([name, example]) =>
    html`${name === type ? null : html`<p>${name}:</p>`}<pre><code dir="auto">${JSON.stringify(example, null, 2)}</code></pre>`,
)}</article>
`,
)}`
}
