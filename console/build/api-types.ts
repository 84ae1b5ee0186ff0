import { mkdirSync, writeFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'
import { channels } from '../../worker/channels/index.ts'
import { PROBLEMS } from '../../worker/domain/problem.ts'
import { openApiDocument } from '../../worker/routes/openapi/document.ts'
import { operations } from '../../worker/routes/resources.ts'
import { sentences } from './sentences.ts'
import { type Described, eventsModule, packsModule, rolesModule } from './tables.ts'

/** Folder of what is made from the API's description. Git does not keep it, and nobody edits it. */
const FOLDER = new URL('../generated/', import.meta.url)

type Json = { [member: string]: Json } | Json[] | string | number | boolean | null

const isObject = (value: Json | undefined): value is { [member: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Leaves out what the console reads none of: errors, which are all alike (src/api/problem.ts), headers and sentences. The types
 * are a third as long then, and tools that follow them stay quick.
 */
function pruned(value: Json, inside = ''): Json {
  if (Array.isArray(value)) return value.map((item) => pruned(item))
  if (!isObject(value)) return value
  const isNamed = inside === 'properties' || inside === 'schemas'
  const members = Object.entries(value).filter(([name]) => {
    if (isNamed) return true
    if (inside === 'responses' && /^[345]/.test(name)) return false
    return !['description', 'summary', 'headers', 'example', 'examples', 'webhooks'].includes(name)
  })
  // A response keeps its sentence: the format wants one.
  const described = inside === 'response' ? [['description', ''] as const] : []
  return Object.fromEntries([
    ...described,
    ...members.map(([name, member]) => [name, pruned(member, inside === 'responses' ? 'response' : name)] as const),
  ])
}

// JSON there and back, as the API serves it: the document is made of lazy parts.
const document = JSON.parse(JSON.stringify(openApiDocument(operations, 'http://localhost', channels))) as Json

const types = astToString(await openapiTS(JSON.stringify(pruned(document)), { defaultNonNullable: false }))
const codes = Object.keys(PROBLEMS)
  .map((code) => `  | '${code}'`)
  .join('\n')

mkdirSync(FOLDER, { recursive: true })
writeFileSync(new URL('api.d.ts', FOLDER), types)
writeFileSync(
  new URL('problems.d.ts', FOLDER),
  `/** Codes of the API's errors. */\nexport type ProblemCode =\n${codes}\n`,
)
const said = sentences()
  .map((sentence) => `  | ${JSON.stringify(sentence)}`)
  .join('\n')
writeFileSync(
  new URL('sentences.d.ts', FOLDER),
  `/** Sentences of the API's problems and failures; \`{}\` is a gap that is filled at run time. */\nexport type Sentence =\n${said}\n`,
)
// The cast: of the document, the tables read what is POSTed to webhooks.
writeFileSync(new URL('events.ts', FOLDER), eventsModule(document as unknown as Described))
writeFileSync(new URL('roles.ts', FOLDER), rolesModule())
writeFileSync(new URL('packs.ts', FOLDER), packsModule())
