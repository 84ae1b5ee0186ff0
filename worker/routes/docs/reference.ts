import { html } from 'hono/html'
import type { OpenApi } from '#worker/routes/openapi/document.ts'
import type { Schema } from '#worker/routes/openapi/json-schema.ts'
import type { AnswerObject, MediaTypes, OperationObject } from '#worker/routes/openapi/operations.ts'
import { type Call, callsOf, isRef, parametersOf } from './calls.ts'
import { curl } from './curl.ts'
import { GUIDES, GUIDES_AT, guideSlug } from './guides.ts'
import { HOMES } from './layout.ts'
import { type Html, prose } from './prose.ts'
import { inJavaScript, inPython, sampleOf } from './samples.ts'
import { byChannel, describe, type FieldRow, fieldRows, limitsOf, mergedRows, typeText } from './schema-rows.ts'
import type { DocsWords } from './words.ts'

/** What the page is made of: the document of the API, and the words around it. */
interface Told {
  readonly document: OpenApi
  readonly words: DocsWords
}

const schemaIn = (content: MediaTypes | undefined): Schema | undefined => Object.values(content ?? {})[0]?.schema

function table(caption: string, heads: readonly string[], rows: readonly (readonly Html[])[]): Html | null {
  if (rows.length === 0) return null
  return html`<div class="wide"><table><caption>${caption}</caption>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table></div>
`
}

/** What the document says, in the page's language, or in English and marked so. */
function said(english: string, { description, foreign }: DocsWords): Html {
  const own = description(english)
  return own === null ? foreign(prose(english)) : prose(own)
}

/** Meaning of a field: what the document says of it, and its bounds. */
function meaning(descriptions: readonly string[], limits: string, words: DocsWords): Html {
  const bounds = limits === '' ? [] : [prose(`(${limits})`)]
  const parts = [...descriptions.filter(Boolean).map((description) => said(description, words)), ...bounds]
  return html`${parts.map((part, at) => (at === 0 ? part : html` ${part}`))}`
}

function parameterTable(operation: OperationObject, { document, words }: Told): Html | null {
  const { schemas } = document.components
  const { heads, places, required: needed, parameters } = words.reference
  const rows = parametersOf(operation, document).map(({ name, in: place, required, description, schema }) => [
    html`<code>${name}</code>`,
    html`${places[place]}${required ? needed : ''}`,
    words.foreign(html`${typeText(schema, schemas)}`),
    meaning([description ?? describe(schema, schemas)], limitsOf(schema, schemas, words.bounds), words),
  ])
  return table(parameters, [heads.name, heads.in, heads.type, heads.meaning], rows)
}

function rowTable(caption: string, fields: readonly FieldRow[], { words }: Told): Html | null {
  const { heads, optional } = words.reference
  const rows = mergedRows(fields, words.bounds).map(({ path, type, required, descriptions, limits }) => [
    html`<code>${path}</code>`,
    html`${words.foreign(html`${type}`)}${required ? '' : optional}`,
    meaning(descriptions, limits, words),
  ])
  return table(caption, [heads.field, heads.type, heads.meaning], rows)
}

/** Fields of a body: first those that it always has, then what each channel has of its own, to be opened. */
function fieldTable(caption: string, schema: Schema | undefined, told: Told): Html | null {
  if (!schema) return null
  const { bounds, reference } = told.words
  const { common, own } = byChannel(fieldRows(schema, told.document.components.schemas, bounds))
  return html`${rowTable(caption, common, told)}${[...own].map(
    ([channel, rows]) =>
      html`<details class="channel"><summary>${caption}: <code>${channel}</code></summary>${rowTable(reference.ofChannel(caption, channel), rows, told)}</details>`,
  )}`
}

function answers({ responses }: OperationObject, told: Told): Html {
  const { language, reference } = told.words
  const entries = Object.entries(responses)
  const errors = entries.flatMap(([status, answer]) => (isRef(answer) ? [status] : []))
  const own = entries.filter((entry): entry is [string, AnswerObject] => !isRef(entry[1]))
  const links = errors.map((status) => html` <a href="${HOMES[language]}/errors#status-${status}">${status}</a>`)
  return html`${own.map(([status, { description, content }]) => {
    const fields = Number(status) < 400 ? fieldTable(reference.answer(status), schemaIn(content), told) : null
    return html`<p><strong>${status}</strong> ${said(description, told.words)}</p>${fields}`
  })}<p>${reference.errors}${links}</p>`
}

function scopeText({ security = [] }: OperationObject, { reference }: DocsWords): Html {
  const [first] = security
  if (!first) return html`<p>${reference.openToAll}</p>`
  if ('client' in first) return html`<p>${reference.byClient}</p>`
  const scopes = Object.values(first)
    .flat()
    .map((scope) => html`<code>${scope}</code>`)
  if ('operator' in first) return html`<p>${reference.operatorScope} ${scopes}</p>`
  return html`<p>${reference.scope} ${scopes.length === 0 ? reference.anyScope : scopes}</p>`
}

function article(call: Call, told: Told): Html {
  const { document, words } = told
  const { method, path, operation } = call
  const parameters = parametersOf(operation, document)
  const sample = sampleOf(call, parameters, document)
  return html`<article id="${operation.operationId}" data-method="${method}" data-path="${path}${sample.query}" data-type="${sample.type}" data-body="${sample.text}">
<h3><a href="#${operation.operationId}">${words.summaryOf(operation)}</a></h3>
<p class="call"><code>${method} ${path}</code></p>
${operation.description === undefined ? null : html`<p>${said(operation.description, words)}</p>`}
${scopeText(operation, words)}
${parameterTable(operation, told)}
${fieldTable(words.reference.body, schemaIn(operation.requestBody?.content), told)}
<pre><code dir="auto" tabindex="0">${curl(call, parameters, document)}</code></pre>
${[
  ['JavaScript', inJavaScript(sample)],
  ['Python', inPython(sample)],
].map(
  ([name, text]) =>
    html`<details class="sample"><summary>${words.foreign(html`${name}`)}</summary><pre><code dir="auto" tabindex="0">${text}</code></pre></details>`,
)}
${answers(operation, told)}
</article>
`
}

const anchor = (tag: string): string => `tag-${tag.toLowerCase().replace(/\W+/g, '-')}`

/** Names of calls in the list beside the calls, each with what the search finds it by besides: its path, and its English name. */
function listing(tag: string, calls: readonly Call[], words: DocsWords): Html {
  return html`<li><a href="#${anchor(tag)}">${words.tagName(tag)}</a><ul>${calls.map(({ method, path, operation }) => {
    const name = words.summaryOf(operation)
    const besides = `${method} ${path}${name === operation.summary ? '' : ` ${operation.summary}`}`
    return html`<li><a href="#${operation.operationId}" data-besides="${besides}">${name}</a></li>\n`
  })}</ul></li>\n`
}

function guideListing({ pages, language, guideName }: DocsWords): Html {
  const guides = HOMES[language] + GUIDES_AT
  return html`<li><a href="${guides}">${pages.guides}</a><ul>${GUIDES.flatMap(([, names]) => names).map(
    (name) => html`<li><a href="${guides}/${guideSlug(name)}">${guideName(name)}</a></li>\n`,
  )}</ul></li>\n`
}

/** What stands beside the calls: a search, by the page's script, and all of them by tag, then the guides. */
export function referenceSide({ document, words }: Told): Html {
  const { pages, reference } = words
  return html`<details id="calls" open><summary>${pages.calls}</summary>
<p id="search" hidden><label>${reference.search} <input type="search" autocomplete="off"></label> <output></output></p>
<nav aria-label="${pages.calls}"><ul>${byTag(document).map(([tag, calls]) => listing(tag, calls, words))}${guideListing(words)}</ul></nav></details>`
}

const byTag = (document: OpenApi): readonly (readonly [string, readonly Call[]])[] => [
  ...Map.groupBy(callsOf(document), ({ operation }) => operation.tags[0] ?? ''),
]

/** Lists all calls by tag, each with its fields and a curl. */
export function referencePage(told: Told): Html {
  const { document, words } = told
  const { version, variables } = words.reference
  return html`<p>${said(document.info.description, words)}</p>
<p>${version} ${document.info.version}. ${prose(variables(document.servers[0]?.url))}</p>
<div id="try" data-words="${JSON.stringify(words.script)}" hidden></div>
${byTag(document).map(
  ([tag, calls]) =>
    html`<section id="${anchor(tag)}"><h2>${words.tagName(tag)}</h2>${calls.map((call) => article(call, told))}</section>`,
)}`
}
