import * as z from 'zod'
import { QUEUE_NAMES } from '#worker/flows/upkeep/job-queues.ts'
import { channel, mode, pageOf, pageQuery, pathId, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'

const tag = 'Operations'
const count = z.int().min(0)
const queue = z.enum(QUEUE_NAMES as readonly string[])

const healthAnswer = z.object({
  at: timestamp,
  queues: z.array(
    z.object({
      name: z.string(),
      backlog: count.nullable().describe('Null: the runtime does not tell.'),
      oldestJobAt: timestamp.nullable(),
      deadLetters: count.describe('Those that nobody replayed.'),
    }),
  ),
  deadLetters: count.describe('Of all queues, unreadable ones too.'),
  connections: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      provider: z.string(),
      status: z.string(),
      breaker: z.string().nullable().describe('`closed`, `half-open` or `open`; null: it did not answer.'),
      openedAt: timestamp.nullable(),
      inFlight: count.nullable(),
      outcomes: z.record(z.string(), count).describe('Of the last 24 hours.'),
    }),
  ),
  lost: count.describe('Messages of the last 24 hours that got a 202 and left no trace.'),
  unowned: count.describe('Inbound messages to lines that no tenant has.'),
})

const letter = z.object({
  id: z.string(),
  queue: z.string(),
  kind: z.string(),
  tenantId: z.string().describe('Empty where the job names none.'),
  mode: mode.nullable(),
  reason: z.string().nullable(),
  items: count.describe('Messages, receipts or events in the job.'),
  at: timestamp,
  replayedAt: timestamp.nullable(),
})

const unownedAnswer = z.object({
  id: z.string(),
  mode,
  channel,
  from: z.string(),
  to: z.string(),
  content: z.unknown(),
  connectionId: z.string().nullable(),
  receivedAt: timestamp,
})

const requestAnswer = z.object({
  id: z.string(),
  tenantId: z.string(),
  at: timestamp,
  ip: z.string(),
  country: z.string().nullable(),
  asn: z.int().nullable(),
  ray: z.string().nullable(),
  actor: z.string().nullable(),
  method: z.string(),
  route: z.string(),
  status: z.int(),
  count: count.describe('Calls like this that the row stands for.'),
})

export const readHealth = {
  method: 'GET',
  path: '/admin/v1/health',
  summary: 'Backlogs, dead letters, outcomes and breakers at a glance',
  tag,
  responses: { 200: { description: 'As things stand.', schema: healthAnswer } },
} as const satisfies Operation

export const listLetters = {
  method: 'GET',
  path: '/admin/v1/dead-letters',
  summary: 'List jobs that ran out of retries, without what is in them',
  tag,
  query: pageQuery.extend({
    queue: queue.optional(),
    state: z.enum(['waiting', 'all']).default('waiting').describe('`waiting`: those that nobody replayed.'),
  }),
  responses: { 200: { description: 'A page, newest first.', schema: pageOf(letter) } },
} as const satisfies Operation

export const replayLetter = {
  method: 'POST',
  path: '/admin/v1/dead-letters/:id/replay',
  summary: 'Send a dead job to its queue again, once',
  description: 'Safe to repeat. Messages that have ended stay as they are: nothing is ever sent twice by it.',
  tag,
  idempotent: true,
  params: pathId('id'),
  responses: {
    200: { description: 'When it was sent again.', schema: z.object({ id: z.string(), replayedAt: timestamp }) },
    404: { description: 'There is no such letter.' },
    409: { description: 'No queue takes it: it was no job of this gateway.' },
  },
} as const satisfies Operation

export const replayLetters = {
  method: 'POST',
  path: '/admin/v1/dead-letters/replay',
  summary: 'Send the waiting dead jobs of a queue again, up to 200 a call',
  tag,
  idempotent: true,
  body: z.strictObject({ queue }),
  responses: {
    200: { description: 'How many went.', schema: z.object({ replayed: count, more: z.boolean() }) },
  },
} as const satisfies Operation

export const listUnownedOperation = {
  method: 'GET',
  path: '/admin/v1/unowned',
  summary: 'List inbound messages to lines that no tenant has',
  tag,
  query: pageQuery,
  responses: { 200: { description: 'A page, newest first.', schema: pageOf(unownedAnswer) } },
} as const satisfies Operation

export const listRequestsOperation = {
  method: 'GET',
  path: '/admin/v1/requests',
  summary: 'Read the IP log of a tenant',
  tag,
  query: pageQuery.extend({
    tenantId: z.string().max(40).describe('Empty: calls that no tenant made (operators, refused sign-ins).'),
    from: z.iso.datetime({ offset: true }).optional().describe('Default: 24 hours before `to`.'),
    to: z.iso.datetime({ offset: true }).optional().describe('Default: now.'),
  }),
  responses: { 200: { description: 'A page, newest first.', schema: pageOf(requestAnswer) } },
} as const satisfies Operation

export const watchOperations: readonly Operation[] = [
  readHealth,
  listLetters,
  replayLetters,
  replayLetter,
  listUnownedOperation,
  listRequestsOperation,
]
