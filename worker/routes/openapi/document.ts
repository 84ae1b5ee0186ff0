import type * as z from 'zod'
import { CHANNELS, type Channels } from '#worker/domain/carriers/channel.ts'
import { VERSION } from '#worker/domain/version.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import type { Schema } from './json-schema.ts'
import { type OperationObject, operationObject, templatePath } from './operations.ts'
import { schemaBook } from './schemas.ts'
import { errorResponses, HEADERS, PARAMETERS, problemSchema, securitySchemes } from './shared.ts'
import { webhookItems } from './webhooks.ts'

/** Parts of an OpenAPI 3.1 document that the docs read. */
export interface OpenApi {
  readonly openapi: '3.1.1'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>
  readonly webhooks: Readonly<Record<string, { readonly post: OperationObject }>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
    readonly responses: Readonly<Record<string, { readonly description: string }>>
    readonly headers: Readonly<Record<string, unknown>>
    readonly parameters: typeof PARAMETERS
    readonly securitySchemes: Readonly<Record<string, unknown>>
  }
}

const DESCRIPTION =
  'Send messages, hear what became of them, and receive replies. Every error is a problem document (RFC 9457) with a ' +
  'stable `code`; times are RFC 3339 in UTC; fields that are not known are refused.'

/** Makes the API's description from the operations, whose schemas also validate. */
export function openApiDocument(operations: readonly Operation[], baseUrl: string, channels: Channels): OpenApi {
  const book = schemaBook(
    CHANNELS.map((channel) => ({
      channel,
      sent: channels[channel].contentSchema as z.ZodType,
      received: channels[channel].receivedSchema as z.ZodType,
    })),
  )
  book.output(problemSchema)
  const paths: Record<string, Record<string, OperationObject>> = {}
  for (const operation of operations) {
    const path = templatePath(operation.path)
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: operationObject(operation, book) }
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Chapar', version: VERSION, description: DESCRIPTION },
    servers: [{ url: baseUrl }],
    tags: [...new Set(operations.map(({ tag }) => tag)), 'Events'].map((name) => ({ name })),
    paths,
    webhooks: webhookItems(book),
    components: {
      schemas: book.components,
      responses: errorResponses(),
      headers: HEADERS,
      parameters: PARAMETERS,
      securitySchemes: securitySchemes(baseUrl),
    },
  }
}
