import * as z from 'zod'
import { channel, name, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { pageOf } from '#worker/routes/operation/page.ts'
import { changedVersion, version } from '#worker/routes/operation/versioned.ts'
import { pageQuery } from './page-query.ts'

const tag = 'Connections'

const value = z.union([z.string(), z.number(), z.boolean(), z.null()])
const settings = z
  .record(z.string().max(64), value)
  .describe('As the provider’s table of settings says. In a change, what is left out stays and null takes away.')
const rate = z
  .number()
  .positive()
  .max(100_000)
  .nullable()
  .describe('Messages a second that the account may be given; null: no limit of ours.')
const concurrency = z
  .int()
  .min(1)
  .max(100)
  .describe('Most submits under way at once where the provider cannot drop repeats: so many can end `unknown`.')

export const connectionInput = z.strictObject({
  channel,
  provider: z.string().min(1).max(64).describe('Whose API: a provider of the channel.'),
  name,
  settings: settings.default({}),
  rate: rate.optional(),
  concurrency: concurrency.optional(),
})
const connectionChange = z.strictObject({ name, settings, rate, concurrency, version: changedVersion }).partial()

const connectionAnswer = z.object({
  id: z.string(),
  channel,
  provider: z.string(),
  name: z.string(),
  status: z.enum(['active', 'disabled']),
  settings: z.record(z.string(), value).describe('Secrets are masked.'),
  unopened: z
    .array(z.enum(['settings', 'secrets', 'callbackSecret']))
    .optional()
    .describe('Parts that do not open, so that it carries nothing until they are given anew in full.'),
  rate: z.number().nullable(),
  concurrency: z.int(),
  callbackUrl: z.string().describe('Where the carrier calls back; a secret in it is masked after it was shown once.'),
  createdAt: timestamp,
  updatedAt: timestamp,
  version,
})
const shownOnce = connectionAnswer.extend({
  callbackSecret: z.string().optional().describe('The secret at the end of the callback URL, shown this once.'),
})

const missing = { 404: { description: 'There is no such connection.' } }
const one = { 200: { description: 'The connection.', schema: connectionAnswer }, ...missing }
const changing = {
  ...one,
  409: {
    description:
      'Somebody else changed it at the same time, or since the `version` that is named; or its provider is not deployed.',
  },
}

export const createConnection = {
  method: 'POST',
  path: '/admin/v1/connections',
  summary: 'Connect a provider account; a secret of the callback URL is shown once',
  tag,
  operatorScope: 'connections:write',
  stepUp: true,
  idempotent: true,
  body: connectionInput,
  example: { channel: 'sms', provider: 'sandbox', name: 'Sandbox' },
  responses: { 201: { description: 'The connection.', schema: shownOnce } },
} as const satisfies Operation

export const listConnectionsOperation = {
  method: 'GET',
  path: '/admin/v1/connections',
  summary: 'List connections',
  tag,
  operatorScope: 'connections:read',
  query: pageQuery(/^con_[0-9a-z]{1,60}$/),
  responses: { 200: { description: 'A page of connections, by id.', schema: pageOf(connectionAnswer) } },
} as const satisfies Operation

export const readConnection = {
  method: 'GET',
  path: '/admin/v1/connections/:connectionId',
  summary: 'Read a connection',
  tag,
  operatorScope: 'connections:read',
  responses: one,
} as const satisfies Operation

export const changeConnection = {
  method: 'PATCH',
  path: '/admin/v1/connections/:connectionId',
  summary: 'Change a connection',
  description: 'In effect within 5 seconds.',
  tag,
  operatorScope: 'connections:write',
  stepUp: true,
  body: connectionChange,
  responses: changing,
} as const satisfies Operation

export const rotateCallback = {
  method: 'POST',
  path: '/admin/v1/connections/:connectionId/rotate-callback-secret',
  summary: 'Replace the secret of the callback URL; the one before stays good for 24 h or until the next rotation',
  tag,
  operatorScope: 'connections:write',
  stepUp: true,
  idempotent: true,
  responses: { 200: { description: 'The connection, with the new secret.', schema: shownOnce }, ...missing },
} as const satisfies Operation

const step = <const Verb extends string>(verb: Verb, summary: string) =>
  ({
    method: 'POST',
    path: `/admin/v1/connections/:connectionId/${verb}`,
    summary,
    description: 'In effect within 5 seconds.',
    tag,
    operatorScope: 'connections:write',
    responses: changing,
  }) as const satisfies Operation

export const disableConnection = step('disable', 'Give a connection no more messages; its callbacks are still heard')
export const enableConnection = step('enable', 'Give a disabled connection messages again')
