import { EVENT_TYPES, EVENTS } from '#worker/domain/messages/events.ts'
import { FAILURES } from '#worker/domain/messages/failure.ts'
import { PROBLEMS } from '#worker/domain/problem.ts'
import { eventExamples } from '#worker/routes/openapi/event-examples.ts'
import { table } from './table.ts'

const WRITTEN = '<!-- Written by `npm run docs` from the code tables; edit those. -->'

/** Writes docs/errors.md. */
export function errorsMarkdown(): string {
  const problems = Object.entries(PROBLEMS)
    .sort(([, a], [, b]) => a.status - b.status)
    .map(([code, { status, title, help }]) => [String(status), `\`${code}\``, title, help])
  const failures = Object.entries(FAILURES).map(([code, meaning]) => [`\`${code}\``, meaning])
  return `${WRITTEN}

# Errors

An error is an \`application/problem+json\` document (RFC 9457): \`type\`, \`title\`, \`status\`, \`code\`, \`instance\` (the
request id, also in the header \`Request-Id\`), and where they help \`detail\` and \`errors\`, a list of
\`{ "pointer", "detail" }\` that names each wrong field by JSON Pointer (or \`header:Name\`, \`query:name\`; in lines \`line:5\`). Decide by \`code\`:
titles and details may change.

\`/oauth/token\` answers 400 and 401 as RFC 6749 5.2 says instead: \`application/json\` with \`error\` and \`error_description\`. That section has no other
statuses, so these are problems there too: 405, 413, 415, 429 and 503 (each with its \`Retry-After\`), 500.

${table(['status', 'code', 'title', 'what to do'], problems)}

## Why a message failed

Codes of \`failure.code\` in messages and events. \`failure.carrierCode\` is the carrier's own, as it came.

${table(['code', 'meaning'], failures)}
`
}

/** Writes docs/events.md. */
export function eventsMarkdown(): string {
  const sections = EVENT_TYPES.map(
    (type) => `## ${type}

${EVENTS[type]}

${Object.entries(eventExamples(type))
  .map(
    ([name, example]) => `${name === type ? '' : `${name}:\n\n`}\`\`\`json
${JSON.stringify(example, null, 2)}
\`\`\`
`,
  )
  .join('\n')}`,
  )
  return `${WRITTEN}

# Events

Events are POSTed to the webhook endpoints of \`/v1/webhooks\`, signed as [Standard Webhooks](https://www.standardwebhooks.com)
says: \`webhook-id\`, \`webhook-timestamp\` and \`webhook-signature\`. \`webhook-id\` is the event's id and the same at every try:
keep it to drop repeats. Events may come late, double and in any order; \`data.at\` is when it happened, and \`data\` is the
state of that moment, not today's. Answer with any 2xx within 15 seconds; anything else is tried again for about 75 hours.
410 switches the endpoint off. An endpoint hears the mode of the token that made it: test events go to test endpoints only.

An endpoint with \`"batch": true\` gets up to 100 events in one POST, each with an id of its own:

\`\`\`json
{ "type": "batch", "timestamp": "…", "data": { "events": [{ "id": "evt_…", "type": "…", "timestamp": "…", "data": {} }] } }
\`\`\`

${sections.join('\n')}`
}
