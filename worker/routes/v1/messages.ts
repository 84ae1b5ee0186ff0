import type { Context, Hono } from 'hono'
import * as z from 'zod'
import { CHANNELS, channelNamed } from '#worker/domain/carriers/channel.ts'
import { channelOfId, type MessageId, messageId } from '#worker/domain/ids.ts'
import { requireLevelFor, requireLevelOf } from '#worker/domain/limits/identity-rules.ts'
import type { LimitState } from '#worker/domain/limits/lease.ts'
import { requireLicenceOf } from '#worker/domain/limits/licence-rules.ts'
import { limitHeaders } from '#worker/domain/limits/limit-headers.ts'
import { MESSAGE_STATUSES } from '#worker/domain/messages/status.ts'
import { modeOf, type Realm } from '#worker/domain/realm.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { type AcceptedBatch, type AcceptedMessage, acceptBatch, acceptMessage } from '#worker/flows/messages/accept.ts'
import { withAudience } from '#worker/flows/messages/audience.ts'
import { cancel } from '#worker/flows/messages/cancel.ts'
import {
  BATCH_LIMIT,
  batchInput,
  batchInputDocumented,
  messageInput,
  previewInput,
  messageId as resent,
} from '#worker/flows/messages/input.ts'
import { listMessages } from '#worker/flows/messages/list.ts'
import { lookUpMessage, type Queued, requireMessageId } from '#worker/flows/messages/look-up.ts'
import { plainMessage } from '#worker/flows/messages/plain-input.ts'
import type { SendRequest } from '#worker/flows/messages/queue-draft.ts'
import { resolveBody } from '#worker/flows/messages/send-body.ts'
import { byQuery } from '#worker/middleware/json-body.ts'
import { defaultHeaders } from '#worker/middleware/request-id.ts'
import { requestRow } from '#worker/middleware/request-row.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { instant } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { endOf, pageFields } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import {
  acceptedAnswer,
  batchAccepted,
  messageAnswer,
  messageJson,
  messagePage,
  previewAnswer,
} from './message-answers.ts'

const tag = 'Messages'

const send = {
  method: 'POST',
  path: '/v1/messages',
  summary: 'Send a message',
  description:
    'A 202 means that the message is durable: it ends in exactly one final state, whatever fails on the way.',
  tag,
  scope: 'messages:send',
  body: messageInput,
  plain: plainMessage,
  idempotent: true,
  responses: { 202: { description: 'Accepted', schema: acceptedAnswer, located: true } },
} as const satisfies Operation

const sendBatch = {
  method: 'POST',
  path: '/v1/messages/batch',
  summary: 'Send up to 10,000 messages',
  description:
    'Shared content, or each its own. A bad item is rejected by index and never fails the rest. At most 16 MB, also once a gzip body is decompressed; large batches are read one at a time, so a 503 `unavailable` may ask to come again.',
  tag,
  scope: 'messages:send',
  body: batchInput,
  items: {
    member: 'messages',
    most: BATCH_LIMIT,
    lines: 'Lines of JSON: first a `BatchInput` without `messages`, then a `BatchItem` a line.',
    documented: batchInputDocumented,
  },
  example: {
    channel: 'sms',
    content: { text: 'سفارش شما ارسال شد.' },
    messages: [{ to: '+989121234567' }, { to: '+989127654321', content: { text: 'سفارش شما فردا می‌رسد.' } }],
  },
  idempotent: true,
  responses: { 202: { description: 'Accepted, with the rejected items', schema: batchAccepted, located: true } },
} as const satisfies Operation

const preview = {
  method: 'POST',
  path: '/v1/preview',
  summary: 'Encoding and segments, without sending',
  tag,
  scope: 'messages:send',
  body: previewInput,
  responses: { 200: { description: 'How it would travel', schema: previewAnswer } },
} as const satisfies Operation

const read = {
  method: 'GET',
  path: '/v1/messages/:id',
  summary: 'Read a message with its timeline',
  tag,
  scope: 'messages:read',
  responses: {
    200: { description: 'The message', schema: messageAnswer },
    410: { description: 'It is past its retention.' },
  },
} as const satisfies Operation

/** Address as its channel writes it; e-mail addresses are the longest. */
const address = z.string().min(1).max(320).optional()
const listQuery = z.strictObject({
  channel: z
    .enum(CHANNELS)
    .optional()
    .describe('Of this channel; default: of all. Addresses are read as the channel’s, without one as in SMS.'),
  to: address.describe('Outbound messages to this recipient.'),
  person: address.describe('Messages to and from this person, written as in `to`.'),
  from: address.describe('Outbound messages from this sender of the account.'),
  sender: address.describe('Messages from and to this sender of the account.'),
  clientRef: z.string().min(1).max(100).optional().describe('Outbound messages with this reference.'),
  batch: z.string().max(60).optional().describe('A batch id.'),
  resendOf: resent.optional().describe('Messages that send this one again.'),
  after: instant
    .optional()
    .describe(
      'Accepted at or after (RFC 3339); default 24 hours before `before`, or any time with `to`, `person`, `clientRef`, `batch`, `resendOf`, or a `status` of messages that did not succeed.',
    ),
  before: instant.optional().describe('Accepted before (RFC 3339); default: no end.'),
  direction: z.enum(['outbound', 'inbound']).optional(),
  status: z
    .array(z.enum(MESSAGE_STATUSES))
    .max(MESSAGE_STATUSES.length)
    .optional()
    .describe('One of these, with commas between them.'),
  ...pageFields(50, 100, z.string().regex(/^msg_[0-9a-z]{35}$/)),
})

const list = {
  method: 'GET',
  path: '/v1/messages',
  summary: 'List messages, newest first',
  description:
    'All that fits every parameter given; those that exclude each other are a 400. A recipient, a person, a reference, a batch, what sends a message again, what people wrote (`direction=inbound`) and what did not succeed (`unknown`, `failed`, `expired`, `undelivered`, `rejected`, `canceled`, `suppressed`) are found by an index. For anything else one request looks at a few hundred messages: where few of them fit, the page is short, or empty, and `lookedUntil` says how far it looked. Go on until `nextCursor` is null.',
  tag,
  scope: 'messages:read',
  query: listQuery,
  responses: {
    200: { description: 'A page', schema: messagePage },
    404: { description: 'No such batch, or message of `resendOf`.' },
  },
} as const satisfies Operation

const cancelOperation = {
  method: 'POST',
  path: '/v1/messages/:id/cancel',
  summary: 'Cancel a message',
  description: '200 only if no carrier will ever be called for it; else 409 `not-cancelable`.',
  tag,
  scope: 'messages:send',
  idempotent: true,
  responses: {
    200: { description: 'Canceled', schema: z.object({ id: z.string(), status: z.literal('canceled') }) },
    410: { description: 'It is past its retention.' },
  },
} as const satisfies Operation

function acceptedJson(accepted: AcceptedMessage, channel: string): string {
  const { id, to, body, parts, acceptedAt } = accepted
  return JSON.stringify({
    id,
    status: 'accepted',
    direction: 'outbound',
    channel,
    to,
    from: body.from,
    purpose: body.purpose,
    units: body.units,
    encoding: body.encoding,
    parts,
    ...(body.clientRef === undefined ? {} : { clientRef: body.clientRef }),
    ...(body.validUntil === undefined ? {} : { validUntil: toTimestamp(body.validUntil) }),
    ...(body.resendOf === undefined ? {} : { resendOf: body.resendOf }),
    acceptedAt: toTimestamp(acceptedAt),
  })
}

/** JSON of the accepted items, written as text: as objects they were a tenth of what accepting a batch takes. */
function acceptedItemsJson(base: string, indexes: readonly number[]): string {
  let json = ''
  for (const index of indexes) json += `,{"index":${index},"id":"${messageId(base, index)}"}`
  return `[${json.slice(1)}]`
}

function batchJson({ id, base, total, units, accepted, rejected, acceptedAt }: AcceptedBatch): string {
  const counts = { total, acceptedCount: accepted.length, rejectedCount: rejected.length, units }
  const head = JSON.stringify({ id, status: 'accepted', ...counts, acceptedAt: toTimestamp(acceptedAt) })
  const items = `"accepted":${acceptedItemsJson(base, accepted)},"rejected":${JSON.stringify(rejected)}`
  return `${head.slice(0, -1)},${items}}`
}

/** Shows a message that is still queued: only what its id says, and whether its batch was canceled, is known yet. */
function queuedJson(realm: Realm, id: MessageId, { acceptedAt, canceledAt }: Queued) {
  const accepted = { at: toTimestamp(acceptedAt), status: 'accepted', by: 'gateway' }
  const canceled = canceledAt === null ? [] : [{ at: toTimestamp(canceledAt), status: 'canceled', by: 'tenant' }]
  const timeline = [accepted, ...canceled]
  const { at: updatedAt, status } = timeline.at(-1) ?? accepted
  const facts = { id, direction: 'outbound', channel: channelOfId(id), mode: modeOf(realm) }
  return { ...facts, status, acceptedAt: accepted.at, updatedAt, timeline }
}

const sendRequest = (c: Context<AppEnv>, { path }: Operation): SendRequest => ({
  principal: c.get('principal'),
  origin: c.get('originRequestId'),
  row: requestRow(c, 202, { route: path }),
  payment: c.get('payment'),
})

/** Answers a send. Its headers are made at once: each that is set by itself costs a call of the runtime. */
const acceptedResponse = (
  c: Context<AppEnv>,
  json: string,
  { location, limits }: { readonly location: string; readonly limits: readonly LimitState[] },
): Response =>
  new Response(json, {
    status: 202,
    headers: {
      ...defaultHeaders(c.get('requestId'), c.req.url),
      ...limitHeaders(limits),
      'content-type': 'application/json',
      location,
    },
  })

function mountSends(app: Hono<AppEnv>): void {
  serve(app, send, async (c, { body }) => {
    const accepted = await acceptMessage(c.get('platform'), body, sendRequest(c, send))
    const { id, limits } = accepted
    return acceptedResponse(c, acceptedJson(accepted, body.channel), { location: `/v1/messages/${id}`, limits })
  })
  serve(app, sendBatch, async (c, { body: asked }) => {
    const input = asked.messages
      ? { ...asked, messages: asked.messages }
      : await withAudience(c.get('platform'), c.get('principal'), asked)
    const batch = await acceptBatch(c.get('platform'), input, sendRequest(c, sendBatch), c.get('itemFaults'))
    const { id, limits } = batch
    return acceptedResponse(c, batchJson(batch), { location: `/v1/batches/${id}`, limits })
  })
  serve(app, preview, (c, { body: input }) => {
    const { policy, realm } = c.get('principal')
    const channel = channelNamed(c.get('platform').channels, input.channel)
    const mode = modeOf(realm)
    requireLevelFor(policy, mode, 1)
    const { body, parts } = resolveBody({ policy, channel, mode, recipients: 1 }, input)
    requireLevelOf(policy, mode, body.purpose)
    requireLicenceOf(policy, mode, body.purpose)
    const { fromKind: _, ...shown } = body
    return c.json({ channel: input.channel, ...shown, parts })
  })
}

/** `/v1/messages` and `/v1/preview`: sending, reading and canceling messages. */
export const messages: Resource = {
  operations: [send, sendBatch, preview, list, read, cancelOperation],
  mount(app) {
    mountSends(app)
    serve(app, list, async (c, { query }) => {
      const { messages, ...page } = await byQuery(listMessages(c.get('platform'), c.get('principal'), query))
      return c.json({ data: messages.map((message) => messageJson(message, false)), ...endOf(page) })
    })
    serve(app, read, async (c, { params }) => {
      const id = await requireMessageId(c.get('platform'), c.get('principal'), params.id)
      const found = await lookUpMessage(c.get('platform'), c.get('principal'), id)
      return c.json('realm' in found ? messageJson(found, true) : queuedJson(c.get('principal').realm, id, found))
    })
    serve(app, cancelOperation, async (c, { params }) => {
      const id = await requireMessageId(c.get('platform'), c.get('principal'), params.id)
      await cancel(c.get('platform'), c.get('principal'), id)
      return c.json({ id, status: 'canceled' })
    })
  },
}
