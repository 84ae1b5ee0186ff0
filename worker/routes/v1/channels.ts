import * as z from 'zod'
import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { FEATURES, type Feature, languagesIn, type Need, waysIn } from '#worker/domain/carriers/features.ts'
import { MODES, type Mode, modeOf } from '#worker/domain/realm.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { wholeList, wholeListOf } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'

const capability = (text: string) => z.boolean().describe(text)
const capabilities = z.object({
  outbound: capability('Messages can be sent.'),
  inbound: capability('Messages of people come in.'),
  receipts: capability('Delivery is reported. Without it a message that the carrier took stays `submitted`.'),
  cancel: capability('A message can be canceled while no carrier has been called.'),
  schedule: capability('A message can be accepted now and sent at a time of your choice.'),
  session: capability('People open sessions that your application answers screen by screen.'),
})
const names = Object.keys(FEATURES) as [Feature, ...Feature[]]

const channel = z
  .object({
    channel: z.enum(CHANNELS),
    mode: z.enum(MODES).describe('The credential’s: what a token of the other mode can do may differ.'),
    available: z.boolean().describe('Some connection carries this channel for the account now.'),
    capabilities,
    features: z
      .array(z.enum(names))
      .describe(
        'What some connection of the account has. A message that needs several is refused with `not-supported` unless one connection has them all.',
      ),
    languages: z
      .array(z.string())
      .describe(
        'Languages that texts are read out in, as BCP 47; `en` stands for all regions, `*` for every language.',
      ),
    recipients: z
      .array(z.string())
      .describe('Networks that recipients may be on, where the channel has several: `telegram`, `webpush`.'),
  })
  .meta({ id: 'Channel' })

const list = {
  method: 'GET',
  path: '/v1/channels',
  summary: 'List channels and what they can do',
  description:
    'For this account and the mode of its token. What a channel does not have here is refused with `not-supported`, never dropped in silence.',
  tag: 'Channels',
  scope: 'messages:read',
  responses: { 200: { description: 'Every channel', schema: wholeListOf(channel) } },
} as const satisfies Operation

/** Tells what a tenant's route of one channel can do, by the features of its active connections. */
function channelAnswer(policy: Policy, name: ChannelName, mode: Mode): z.infer<typeof channel> {
  const route = policy.routes.find((one) => one.channel === name && one.mode === mode)
  const connections = route?.connections ?? []
  const has = new Set<Need>(connections.flatMap(({ features }) => features ?? []))
  // Null: the connection was made before features were written down. Nothing is refused because of it.
  const available = connections.some(({ features }) => features === null || features.length > 0)
  const isUnknown = connections.some(({ features }) => features === null)
  const outbound = has.has('outbound') || isUnknown
  return {
    channel: name,
    mode,
    available,
    capabilities: {
      outbound,
      inbound: has.has('inbound'),
      receipts: has.has('receipts'),
      cancel: outbound,
      schedule: false,
      session: has.has('session'),
    },
    features: names.filter((feature) => has.has(feature)),
    languages: [...languagesIn([...has])],
    recipients: [...waysIn([...has])],
  }
}

/** `/v1/channels`: channels and what they can do for the account. */
export const channels: Resource = {
  operations: [list],
  mount(app) {
    serve(app, list, (c) => {
      const { policy, realm } = c.get('principal')
      return c.json(wholeList(CHANNELS.map((name) => channelAnswer(policy, name, modeOf(realm)))))
    })
  },
}
