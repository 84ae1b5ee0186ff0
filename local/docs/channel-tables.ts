import { channels } from '#worker/channels/index.ts'
import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { FEATURES, type Feature, languagesIn, waysIn } from '#worker/domain/carriers/features.ts'
import type { Provider, SettingSpec } from '#worker/domain/carriers/provider.ts'

const WRITTEN = '<!-- Written by `npm run docs` from the code tables; edit those. -->'
const NAMES = Object.keys(FEATURES) as Feature[]

const cell = (text: string): string => text.replaceAll('|', '\\|')
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ') || '–'

const waysOf = ({ features }: Provider): string => code(waysIn(features))
const has = ({ features }: Provider, feature: Feature): string => (features.includes(feature) ? '✓' : '')
/** Gives the features that some provider of the channel has: a column of nothing tells nothing. */
const columnsOf = (providers: readonly Provider[]): Feature[] =>
  NAMES.filter((feature) => providers.some(({ features }) => features.includes(feature)))

function settingRow(name: string, { title, kind, required, default: given, help }: SettingSpec): string[] {
  const need = given === undefined || given === '' ? (required ? 'required' : '') : `\`${given}\``
  return [`\`${name}\``, kind, need, `${title}. ${help}`]
}

function providerSection(provider: Provider): string {
  const { name, settings, features, batch, dedupeWindow, callbackProof } = provider
  const facts = [
    `Up to ${batch === 1 ? 'one message' : `${batch} messages`} a call`,
    dedupeWindow === undefined ? 'an unclear answer is `unknown`' : `repeats are dropped for ${dedupeWindow} s`,
    callbackProof === 'signature' ? 'callbacks are signed' : 'callbacks are proven by the secret in their path',
  ]
  const languages = languagesIn(features)
  if (languages.length > 0) facts.push(languages.includes('*') ? 'reads every language' : `reads ${code(languages)}`)
  const rows = Object.entries(settings).map(([key, spec]) => settingRow(key, spec))
  return `### ${name}

${facts.join('; ')}.

${table(['setting', 'kind', 'default', 'what it is'], rows)}
`
}

function channelSection(name: ChannelName): string {
  const providers = Object.values(channels[name].providers)
  const columns = columnsOf(providers)
  const networks = providers.some(({ features }) => waysIn(features).length > 0)
  const rows = providers.map((provider) => [
    `\`${provider.name}\``,
    ...columns.map((feature) => has(provider, feature)),
    ...(networks ? [waysOf(provider)] : []),
  ])
  return `## ${name}

${table(['provider', ...columns, ...(networks ? ['recipients on'] : [])], rows)}

${providers.map(providerSection).join('\n')}`
}

/** Writes docs/channels.md. */
export function channelsMarkdown(): string {
  return `${WRITTEN}

# Channels and providers

What each provider can do, and what a connection to it must be told (\`POST /admin/v1/connections\`). A tenant sees with
\`GET /v1/channels\` what its own routes can do; a message that asks for more is refused with \`not-supported\`. Messages of a
provider without \`receipts\` stay \`submitted\` once it has taken them: nothing more is ever heard. Addresses, contents and
webhooks of messengers are in [chat.md](chat.md).

${table(
  ['feature', 'meaning'],
  NAMES.map((name) => [`\`${name}\``, FEATURES[name]]),
)}

${CHANNELS.map(channelSection).join('\n')}`
}
