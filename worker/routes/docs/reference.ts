import { html } from 'hono/html'
import type { OpenApi } from '#worker/routes/openapi/document.ts'
import type { Schema } from '#worker/routes/openapi/json-schema.ts'
import type { AnswerObject, MediaTypes, OperationObject } from '#worker/routes/openapi/operations.ts'
import { type Call, callsOf, isRef, parametersOf } from './calls.ts'
import { curl } from './curl.ts'
import { GUIDES, GUIDES_PATH, guidePath } from './guides.ts'
import { type Html, prose } from './prose.ts'
import { inJavaScript, inPython, sampleOf } from './samples.ts'
import { byChannel, describe, type FieldRow, fieldRows, mergedRows, typeText } from './schema-rows.ts'

const schemaIn = (content: MediaTypes | undefined): Schema | undefined => Object.values(content ?? {})[0]?.schema

function table(caption: string, heads: readonly string[], rows: readonly (readonly Html[])[]): Html | null {
  if (rows.length === 0) return null
  return html`<div class="wide"><table><caption>${caption}</caption>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table></div>
`
}

function parameterTable(operation: OperationObject, document: OpenApi): Html | null {
  const { schemas } = document.components
  const rows = parametersOf(operation, document).map(({ name, in: place, required, description, schema }) => [
    html`<code>${name}</code>`,
    html`${place}${required ? ', required' : ''}`,
    html`${typeText(schema, schemas)}`,
    prose(describe({ ...schema, ...(description === undefined ? {} : { description }) }, schemas)),
  ])
  return table('Parameters', ['Name', 'In', 'Type', 'Meaning'], rows)
}

function rowTable(caption: string, fields: readonly FieldRow[]): Html | null {
  const rows = mergedRows(fields).map(({ path, type, required, description }) => [
    html`<code>${path}</code>`,
    html`${type}${required ? '' : ', optional'}`,
    prose(description),
  ])
  return table(caption, ['Field', 'Type', 'Meaning'], rows)
}

/** Fields of a body: first those that it always has, then what each channel has of its own, to be opened. */
function fieldTable(caption: string, schema: Schema | undefined, { components }: OpenApi): Html | null {
  if (!schema) return null
  const { common, own } = byChannel(fieldRows(schema, components.schemas))
  return html`${rowTable(caption, common)}${[...own].map(
    ([channel, rows]) =>
      html`<details class="channel"><summary>${caption}: <code>${channel}</code></summary>${rowTable(`${caption}, ${channel}`, rows)}</details>`,
  )}`
}

function answers({ responses }: OperationObject, document: OpenApi): Html {
  const entries = Object.entries(responses)
  const errors = entries.flatMap(([status, answer]) => (isRef(answer) ? [status] : []))
  const own = entries.filter((entry): entry is [string, AnswerObject] => !isRef(entry[1]))
  const links = errors.map((status) => html` <a href="/docs/errors#status-${status}">${status}</a>`)
  return html`${own.map(([status, { description, content }]) => {
    const fields = Number(status) < 400 ? fieldTable(`Answer ${status}`, schemaIn(content), document) : null
    return html`<p><strong>${status}</strong> ${prose(description)}</p>${fields}`
  })}<p>Errors:${links}</p>`
}

function scopeText({ security = [] }: OperationObject): Html {
  const [first] = security
  if (!first) return html`<p>Open to all.</p>`
  if ('client' in first) return html`<p>With the client’s id and secret.</p>`
  const scopes = Object.values(first).flat()
  if ('operator' in first)
    return html`<p>For operators. Scope: ${scopes.map((scope) => html`<code>${scope}</code>`)}</p>`
  return html`<p>Scope: ${scopes.length === 0 ? 'any' : scopes.map((scope) => html`<code>${scope}</code>`)}</p>`
}

function article(call: Call, document: OpenApi): Html {
  const { method, path, operation } = call
  const parameters = parametersOf(operation, document)
  const sample = sampleOf(call, parameters, document)
  return html`<article id="${operation.operationId}" data-method="${method}" data-path="${path}${sample.query}" data-type="${sample.type}" data-body="${sample.text}">
<h3><a href="#${operation.operationId}">${operation.summary}</a></h3>
<p class="call"><code>${method} ${path}</code></p>
${operation.description === undefined ? null : html`<p>${prose(operation.description)}</p>`}
${scopeText(operation)}
${parameterTable(operation, document)}
${fieldTable('Body', schemaIn(operation.requestBody?.content), document)}
<pre><code dir="auto">${curl(call, parameters, document)}</code></pre>
${[
  ['JavaScript', inJavaScript(sample)],
  ['Python', inPython(sample)],
].map(
  ([name, text]) =>
    html`<details class="sample"><summary>${name}</summary><pre><code dir="auto">${text}</code></pre></details>`,
)}
${answers(operation, document)}
</article>
`
}

const anchor = (tag: string): string => `tag-${tag.toLowerCase().replace(/\W+/g, '-')}`

function listing(tag: string, calls: readonly Call[]): Html {
  return html`<li><a href="#${anchor(tag)}">${tag}</a><ul>${calls.map(
    ({ method, path, operation }) =>
      html`<li><a href="#${operation.operationId}" title="${method} ${path}">${operation.summary}</a></li>\n`,
  )}</ul></li>\n`
}

const guideListing = (): Html =>
  html`<li><a href="${GUIDES_PATH}">Guides</a><ul>${GUIDES.flatMap(([, names]) => names).map(
    (name) => html`<li><a href="${guidePath(name)}">${name}</a></li>\n`,
  )}</ul></li>\n`

/** What stands beside the calls: a search, by the page's script, and all of them by tag, then the guides. */
export function referenceSide(document: OpenApi): Html {
  return html`<details id="calls" open><summary>Calls</summary>
<p id="search" hidden><label>Search <input type="search" autocomplete="off"></label> <output></output></p>
<nav aria-label="Calls"><ul>${byTag(document).map(([tag, calls]) => listing(tag, calls))}${guideListing()}</ul></nav></details>`
}

const byTag = (document: OpenApi): readonly (readonly [string, readonly Call[]])[] => [
  ...Map.groupBy(callsOf(document), ({ operation }) => operation.tags[0] ?? ''),
]

/** Lists all calls by tag, each with its fields and a curl. */
export function referencePage(document: OpenApi): Html {
  return html`<p>${prose(document.info.description)}</p>
<p>Version ${document.info.version}. In the examples <code>$BASE</code> is <code>${document.servers[0]?.url}</code>,
<code>$TOKEN</code> an access token of <code>POST /oauth/token</code> or an API key, <code>$PERSON</code> the token of a person who is signed in, <code>$OPERATOR</code> an operator’s token, and
<code>$id</code> or the like an id that an earlier call has answered. All else runs as it stands.</p>
<div id="try" hidden></div>
${byTag(document).map(
  ([tag, calls]) =>
    html`<section id="${anchor(tag)}"><h2>${tag}</h2>${calls.map((call) => article(call, document))}</section>`,
)}`
}
