import { channels } from '#worker/channels/index.ts'
import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { FEATURES, type Feature, languagesIn, waysIn } from '#worker/domain/carriers/features.ts'
import type { Provider, SettingSpec } from '#worker/domain/carriers/provider.ts'
import { code, table } from './table.ts'

const NAMES = Object.keys(FEATURES) as Feature[]

/** What the guide to channels says in a language, beside what stands in the code. */
export interface ChannelWords {
  /** What stands before the tables, with the title of the page. */
  readonly top: string
  readonly heads: Readonly<
    Record<'feature' | 'meaning' | 'provider' | 'recipients' | 'setting' | 'kind' | 'default' | 'what', string>
  >
  /** Heading of a channel, and of a provider. */
  readonly channel: (name: ChannelName) => string
  readonly provider: (name: string) => string
  /** Head of a feature's column, and what a feature means. */
  readonly column: (feature: Feature) => string
  readonly feature: (feature: Feature) => string
  readonly callSize: (batch: number) => string
  /** What becomes of an unclear answer; `window`: seconds within which repeats are dropped. */
  readonly unclear: (window: number | undefined) => string
  readonly callbacks: Readonly<Record<Provider['callbackProof'], string>>
  /** Languages that texts are read out in; null: every one. */
  readonly reads: (languages: string | null) => string
  readonly kinds: Readonly<Record<SettingSpec['kind'], string>>
  readonly required: string
  readonly setting: (provider: string, name: string, spec: SettingSpec) => string
  /** Stands between facts, and between codes. */
  readonly semicolon: string
  readonly comma: string
}

const ENGLISH: ChannelWords = {
  top: `<!-- Written by \`npm run docs\` from the code tables; edit those. -->

# Channels and providers

What each provider can do, and what a connection to it must be told (\`POST /admin/v1/connections\`). A tenant sees with
\`GET /v1/channels\` what its own routes can do; a message that asks for more is refused with \`not-supported\`. Messages of a
provider without \`receipts\` stay \`submitted\` once it has taken them: nothing more is ever heard. Addresses, contents and
webhooks of messengers are in [chat.md](chat.md).`,
  heads: {
    feature: 'feature',
    meaning: 'meaning',
    provider: 'provider',
    recipients: 'recipients on',
    setting: 'setting',
    kind: 'kind',
    default: 'default',
    what: 'what it is',
  },
  channel: (name) => name,
  provider: (name) => name,
  column: (feature) => feature,
  feature: (feature) => FEATURES[feature],
  callSize: (batch) => `Up to ${batch === 1 ? 'one message' : `${batch} messages`} a call`,
  unclear: (window) =>
    window === undefined ? 'an unclear answer is `unknown`' : `repeats are dropped for ${window} s`,
  callbacks: {
    signature: 'callbacks are signed',
    'path-secret': 'callbacks are proven by the secret in their path',
  },
  reads: (languages) => (languages === null ? 'reads every language' : `reads ${languages}`),
  kinds: { text: 'text', secret: 'secret', url: 'url', number: 'number', boolean: 'boolean' },
  required: 'required',
  setting: (_provider, _name, { title, help }) => `${title}. ${help}`,
  semicolon: '; ',
  comma: ', ',
}

const has = ({ features }: Provider, feature: Feature): string => (features.includes(feature) ? '✓' : '')
/** Gives the features that some provider of the channel has: a column of nothing tells nothing. */
const columnsOf = (providers: readonly Provider[]): Feature[] =>
  NAMES.filter((feature) => providers.some(({ features }) => features.includes(feature)))

const codes = (names: readonly string[], { comma }: ChannelWords): string => names.map(code).join(comma) || '–'

function settingRows({ name: provider, settings }: Provider, words: ChannelWords): string[][] {
  return Object.entries(settings).map(([name, spec]) => {
    const given = spec.default === undefined || spec.default === '' ? null : code(String(spec.default))
    const need = given ?? (spec.required ? words.required : '')
    return [code(name), words.kinds[spec.kind], need, words.setting(provider, name, spec)]
  })
}

function providerSection(provider: Provider, words: ChannelWords): string {
  const { name, features, batch, dedupeWindow, callbackProof } = provider
  const languages = languagesIn(features)
  const reads = languages.includes('*') ? null : codes(languages, words)
  const facts = [
    words.callSize(batch),
    words.unclear(dedupeWindow),
    words.callbacks[callbackProof],
    ...(languages.length > 0 ? [words.reads(reads)] : []),
  ]
  const { heads } = words
  return `### ${words.provider(name)}

${facts.join(words.semicolon)}.

${table([heads.setting, heads.kind, heads.default, heads.what], settingRows(provider, words))}
`
}

function channelSection(name: ChannelName, words: ChannelWords): string {
  const providers = Object.values(channels[name].providers)
  const columns = columnsOf(providers)
  const networks = providers.some(({ features }) => waysIn(features).length > 0)
  const rows = providers.map((provider) => [
    code(provider.name),
    ...columns.map((feature) => has(provider, feature)),
    ...(networks ? [codes(waysIn(provider.features), words)] : []),
  ])
  const { heads } = words
  return `## ${words.channel(name)}

${table([heads.provider, ...columns.map(words.column), ...(networks ? [heads.recipients] : [])], rows)}

${providers.map((provider) => providerSection(provider, words)).join('\n')}`
}

/** Writes docs/channels.md, or its translation. */
export const channelsMarkdown = (words = ENGLISH): string => `${words.top}

${table(
  [words.heads.feature, words.heads.meaning],
  NAMES.map((name) => [code(name), words.feature(name)]),
)}

${CHANNELS.map((name) => channelSection(name, words)).join('\n')}`
