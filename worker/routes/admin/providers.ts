import * as z from 'zod'
import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { FEATURES, type Feature, languagesIn, waysIn } from '#worker/domain/carriers/features.ts'
import type { Provider, SettingSpec } from '#worker/domain/carriers/provider.ts'
import { callbackUrl } from '#worker/flows/carriers/connections.ts'
import { channelOf } from '#worker/flows/carriers/ports.ts'
import { channel } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { wholeList, wholeListOf } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'

const names = Object.keys(FEATURES) as [Feature, ...Feature[]]

const setting = z.object({
  name: z.string().describe('As in `settings` of a connection.'),
  title: z.string(),
  help: z.string(),
  kind: z
    .enum(['text', 'secret', 'url', 'number', 'boolean'])
    .describe('A `secret` is sealed and masked in every answer; a `url` is an absolute http(s) URL without query.'),
  required: z.boolean(),
  default: z
    .union([z.string(), z.number(), z.boolean()])
    .nullable()
    .describe('Counts where none is given; null: none.'),
  pattern: z.string().nullable().describe('Regular expression (flag `u`) that the whole value matches; null: any.'),
})

const provider = z
  .object({
    channel,
    name: z.string().describe('As `provider` of a connection.'),
    settings: z.array(setting).describe('In the order in which a form asks for them.'),
    features: z.array(z.enum(names)).describe('What it can do, whatever its settings.'),
    languages: z.array(z.string()).describe('Languages that it reads texts out in (BCP 47); `*`: every one.'),
    recipients: z.array(z.string()).describe('Networks that recipients are on, where the channel has several.'),
    batch: z.int().describe('Most messages of one call.'),
    dedupeSeconds: z
      .int()
      .nullable()
      .describe('So long it drops a repeated attempt; null: never, and an unclear answer is `unknown`.'),
    home: z.string().nullable().describe('Country of a carrier that writes numbers as they are dialled there.'),
    simulated: z.boolean().describe('It reaches no person. A route of test may name no other kind.'),
    callback: z
      .object({
        proof: z.enum(['signature', 'path-secret']).describe('By what a callback is believed.'),
        url: z
          .string()
          .describe('Where the carrier calls, with `{connectionId}` and, if it does not sign, `{secret}`.'),
      })
      .describe('For the account at the provider; the whole URL is shown when a connection is made.'),
  })
  .meta({ id: 'Provider' })

const listProviders = {
  method: 'GET',
  path: '/admin/v1/providers',
  summary: 'List providers, with what a connection to each must be told',
  description: 'From the drivers of this deployment. A form for a connection needs nothing else.',
  tag: 'Connections',
  operatorScope: 'connections:read',
  query: z.strictObject({ channel: channel.optional().describe('Only of this channel.') }),
  responses: { 200: { description: 'All of them, by channel and name.', schema: wholeListOf(provider) } },
} as const satisfies Operation

const settingJson = ([name, { title, help, kind, required, default: given, pattern }]: readonly [
  string,
  SettingSpec,
]) => ({ name, title, help, kind, required, default: given ?? null, pattern: pattern ?? null })

function providerJson(
  baseUrl: string,
  of: ChannelName,
  { name, settings, features, batch, dedupeWindow, home, simulated, callbackProof }: Provider,
): z.infer<typeof provider> {
  const connection = { id: '{connectionId}' as `con_${string}`, channel: of, provider: name }
  return {
    channel: of,
    name,
    settings: Object.entries(settings).map(settingJson),
    features: names.filter((feature) => features.includes(feature)),
    languages: [...languagesIn(features)],
    recipients: [...waysIn(features)],
    batch,
    dedupeSeconds: dedupeWindow ?? null,
    home: home ?? null,
    simulated: simulated === true,
    callback: {
      proof: callbackProof,
      url: callbackUrl(baseUrl, connection, callbackProof === 'signature' ? null : '{secret}'),
    },
  }
}

/** `/admin/v1/providers`: the drivers of this deployment, as data. */
export const providers: Resource = {
  operations: [listProviders],
  mount(app) {
    serve(app, listProviders, (c, { query }) => {
      const platform = c.get('platform')
      const asked = CHANNELS.filter((name) => query.channel === undefined || name === query.channel)
      const data = asked.flatMap((name) =>
        Object.values(channelOf(platform, name)?.providers ?? {})
          .toSorted((a, b) => (a.name < b.name ? -1 : 1))
          .map((one) => providerJson(platform.config.baseUrl, name, one)),
      )
      return c.json(wholeList(data))
    })
  },
}
