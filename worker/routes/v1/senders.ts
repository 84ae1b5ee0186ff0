import * as z from 'zod'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { MODES, type Mode, modeOf } from '#worker/domain/realm.ts'
import { LINE_CLASSES, type Policy, type Sender } from '#worker/domain/tenants/tenant.ts'
import { usualSender } from '#worker/flows/messages/senders.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { wholeList, wholeListOf } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'

const sender = z
  .object({
    channel: z.enum(CHANNELS),
    address: z.string().describe('As `from` of a message names it.'),
    kind: z.enum(['e164', 'line', 'shortcode', 'alphanumeric', 'email', 'domain', 'app', 'code', 'chat']),
    lineClass: z.enum(LINE_CLASSES).describe('With the purpose it decides what may be sent.'),
    isDefault: z.boolean().describe('It is the sender of messages that name none.'),
    mode: z.enum(MODES).describe('The credential’s. Senders are shared by both modes; what carries them is not.'),
    state: z
      .enum(['active', 'inactive'])
      .describe('`inactive`: nothing carries it now in this mode; ask the operator.'),
  })
  .meta({ id: 'Sender' })

const list = {
  method: 'GET',
  path: '/v1/senders',
  summary: 'List the account’s senders',
  tag: 'Channels',
  scope: 'senders:read',
  query: z.strictObject({ channel: z.enum(CHANNELS).optional().describe('Only of this channel.') }),
  responses: { 200: { description: 'All of them', schema: wholeListOf(sender) } },
} as const satisfies Operation

/** True if an active connection of the route may carry the sender (flows/dispatch/route.ts): a sender may have one of its own. */
function isCarried({ routes }: Policy, { channel, connectionId }: Sender, mode: Mode): boolean {
  const route = routes.find((one) => one.channel === channel && one.mode === mode)
  const open = (route?.connections ?? []).filter(({ features }) => features === null || features.length > 0)
  return open.some(({ id }) => connectionId === null || id === connectionId || mode === 'test')
}

/** `/v1/senders`: what the account sends from and is answered on. Connections stay out: they are the operator’s affair. */
export const ownSenders: Resource = {
  operations: [list],
  mount(app) {
    serve(app, list, (c, { query }) => {
      const { policy, realm } = c.get('principal')
      const mode = modeOf(realm)
      const own = policy.senders
        .filter((one) => query.channel === undefined || one.channel === query.channel)
        .filter((one) => one.mode === null || one.mode === mode)
        .toSorted(
          (a, b) =>
            CHANNELS.indexOf(a.channel) - CHANNELS.indexOf(b.channel) || (a.address.value < b.address.value ? -1 : 1),
        )
      return c.json(
        wholeList(
          own.map((one) => ({
            channel: one.channel,
            address: one.address.value,
            kind: one.address.kind,
            lineClass: one.lineClass,
            isDefault: one === usualSender(policy, one.channel, mode),
            mode,
            state: isCarried(policy, one, mode) ? 'active' : 'inactive',
          })),
        ),
      )
    })
  },
}
