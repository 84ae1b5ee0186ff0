import { mkdirSync, writeFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'
import { channels } from '../../worker/channels/index.ts'
import { PROBLEMS } from '../../worker/domain/problem.ts'
import { openApiDocument } from '../../worker/routes/openapi/document.ts'
import { operations } from '../../worker/routes/resources.ts'

/** Folder of what is made from the API's description. Git does not keep it, and nobody edits it. */
const FOLDER = new URL('../generated/', import.meta.url)

// JSON there and back, as the API serves it: the document is made of lazy parts.
const document = JSON.parse(JSON.stringify(openApiDocument(operations, 'http://localhost', channels)))

const types = astToString(await openapiTS(document, { defaultNonNullable: false }))
const codes = Object.keys(PROBLEMS)
  .map((code) => `  | '${code}'`)
  .join('\n')

mkdirSync(FOLDER, { recursive: true })
writeFileSync(new URL('api.d.ts', FOLDER), types)
writeFileSync(
  new URL('problems.d.ts', FOLDER),
  `/** Codes of the API's errors. */\nexport type ProblemCode =\n${codes}\n`,
)
