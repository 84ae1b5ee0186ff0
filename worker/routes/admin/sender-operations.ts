import * as z from 'zod'
import { LINE_CLASSES } from '#worker/domain/tenants/tenant.ts'
import { channel, connectionId, mode, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { wholeListOf } from '#worker/routes/operation/page.ts'
import { putVersion, version } from '#worker/routes/operation/versioned.ts'

const tag = 'Senders'

const senderInput = z.strictObject({
  channel,
  address: z
    .string()
    .min(1)
    .max(100)
    .describe('A number, line, short code, alphanumeric sender, address, domain, application or service code.'),
  lineClass: z.enum(LINE_CLASSES).describe('With the purpose it decides what the line may carry.'),
  isDefault: z
    .boolean()
    .optional()
    .describe('Used when a message names no sender. Absent: the first one of a channel is.'),
  connectionId: connectionId.nullable().optional().describe('The connection that carries it; null or absent: any.'),
  version: putVersion,
})

const senderAnswer = z.object({
  tenantId: z.string(),
  channel,
  address: z.string().describe('The canonical form.'),
  kind: z.enum(['e164', 'line', 'shortcode', 'alphanumeric', 'email', 'domain', 'app', 'code', 'chat']),
  lineClass: z.enum(LINE_CLASSES),
  isDefault: z.boolean(),
  connectionId: z.string().nullable(),
  mode: mode.nullable().describe('The one mode that it is of, as what an account has for test alone; null: both.'),
  createdAt: timestamp,
  version,
})

const missing = { 404: { description: 'There is no such tenant or sender.' } }
const unconfirmed = {
  503: { description: 'The change is made, but not confirmed: it is in force within 60 seconds.' },
}

export const assignSenderOperation = {
  method: 'POST',
  path: '/admin/v1/tenants/:tenantId/senders',
  summary: 'Assign a sender to a tenant, or change its assignment',
  tag,
  operatorScope: 'senders:write',
  idempotent: true,
  body: senderInput,
  responses: {
    200: { description: 'The sender.', schema: senderAnswer },
    ...missing,
    409: {
      description:
        'Another tenant has it (a line has one tenant at a time), or the tenant is closed, or it was changed since the `version` that is named.',
    },
    ...unconfirmed,
  },
} as const satisfies Operation

export const putSender = { ...assignSenderOperation, method: 'PUT' } as const satisfies Operation

export const listSenders = {
  method: 'GET',
  path: '/admin/v1/tenants/:tenantId/senders',
  summary: 'List the senders of a tenant',
  tag,
  operatorScope: 'tenants:read',
  responses: { 200: { description: 'All of them.', schema: wholeListOf(senderAnswer) }, ...missing },
} as const satisfies Operation

export const removeSenderOperation = {
  method: 'DELETE',
  path: '/admin/v1/tenants/:tenantId/senders/:channel/:address',
  summary: 'Take a sender from a tenant',
  tag,
  operatorScope: 'senders:write',
  responses: { 204: { description: 'It is free for another tenant.' }, ...missing, ...unconfirmed },
} as const satisfies Operation
