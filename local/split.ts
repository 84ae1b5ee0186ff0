import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { parse, stringify } from 'smol-toml'
import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import type { WranglerConfig } from './build/wrangler-config.ts'

const USAGE = `npm run split

Writes dist/split/: a wrangler.toml for each Worker of the split deployment, and a script for each channel's. What a Worker
has by name is said in worker/split/*.toml, what it is (ids, settings of queues, vars) in wrangler.toml.`

const SOURCES = 'worker/split'
const FOLDER = 'dist/split'
const WRITTEN = 'Written by `npm run split`: change wrangler.toml or worker/split/.'

/** Workers with a file of their own in `worker/split/`, in the order of deploying: each after those that it binds to. */
const BEFORE_CHANNELS = ['state', 'callbacks'] as const
const AFTER_CHANNELS = ['events', 'mail', 'admin', 'verifications', 'account', 'sign-in', 'api'] as const

/** Configurations of the split deployment, in the order of deploying. */
export const SPLIT: readonly string[] = [...BEFORE_CHANNELS, ...CHANNELS, ...AFTER_CHANNELS].map(
  (name) => `${FOLDER}/${name}.toml`,
)

/**
 * Gives the entries that a Worker asks for by name: those of wrangler.toml, with what the Worker says of each. `*`: all
 * that begin so, if any.
 */
function named<Entry, Key extends keyof Entry & string>(
  asked: readonly Partial<Entry>[] = [],
  all: readonly Entry[] = [],
  key: Key,
): readonly Entry[] {
  return asked.flatMap((entry) => {
    const name = String(entry[key])
    const open = name.endsWith('*') ? name.slice(0, -1) : null
    const found = all.filter((one) => (open === null ? one[key] === name : String(one[key]).startsWith(open)))
    if (open === null && found.length === 0) throw new Error(`wrangler.toml has no ${key} ${name}`)
    return found.map((one) => ({ ...one, ...entry, [key]: one[key] }))
  })
}

/** Completes a Worker's configuration with what wrangler.toml says of the names in it. */
export function completed(own: WranglerConfig, single: WranglerConfig): WranglerConfig {
  const { compatibility_date, compatibility_flags, observability, vars } = single
  const common = { compatibility_date, compatibility_flags, observability, vars }
  const databases = named(own.d1_databases, single.d1_databases, 'binding')
  const lists = {
    d1_databases: databases.map((one) => ({ ...one, migrations_dir: `../../${one.migrations_dir}` })),
    r2_buckets: named(own.r2_buckets, single.r2_buckets, 'binding'),
    ratelimits: named(own.ratelimits, single.ratelimits, 'name'),
    send_email: named(own.send_email, single.send_email, 'name'),
    migrations: named(own.migrations, single.migrations, 'tag'),
    durable_objects: { bindings: named(own.durable_objects?.bindings, single.durable_objects?.bindings, 'name') },
    queues: {
      producers: named(own.queues?.producers, single.queues?.producers, 'binding'),
      consumers: named(own.queues?.consumers, single.queues?.consumers, 'queue'),
    },
  }
  const assets = own.assets && { ...single.assets, ...own.assets }
  const has = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== undefined)
  const filled = Object.entries({ ...common, ...own, ...lists, assets }).filter(([, value]) => has(value))
  return Object.fromEntries(filled) as unknown as WranglerConfig
}

const readToml = (text: string): WranglerConfig => parse(text) as unknown as WranglerConfig
const toml = (config: WranglerConfig): string => `# ${WRITTEN}\n${stringify(config)}\n`

function ofChannel(channel: ChannelName, template: string, single: WranglerConfig): [path: string, text: string][] {
  const own = template.replaceAll('<channel>', channel).replaceAll('<CHANNEL>', channel.toUpperCase())
  const script = `// ${WRITTEN}
import { ${channel} } from '#worker/channels/${channel}/index.ts'
import { sendingWorker } from '#worker/split/channel.ts'

export default sendingWorker({ ${channel} })
`
  return [
    [`${FOLDER}/${channel}.ts`, script],
    [`${FOLDER}/${channel}.toml`, toml(completed(readToml(own), single))],
  ]
}

/** Makes the files of the split deployment, by path. */
function splitFiles(): Readonly<Record<string, string>> {
  const single = readToml(readFileSync('wrangler.toml', 'utf8'))
  const template = (name: string): string => readFileSync(`${SOURCES}/${name}.toml`, 'utf8')
  const own = [...BEFORE_CHANNELS, ...AFTER_CHANNELS].map((name): [string, string] => {
    const config = completed(readToml(template(name)), single)
    return [`${FOLDER}/${name}.toml`, toml({ ...config, main: `../../${SOURCES}/${config.main}` })]
  })
  return Object.fromEntries([...own, ...CHANNELS.flatMap((channel) => ofChannel(channel, template('channel'), single))])
}

/**
 * Writes the files of the split deployment, each in one step, because another program may be reading them. Removes those of
 * earlier channels.
 */
export function writeSplit(): void {
  const files = splitFiles()
  mkdirSync(FOLDER, { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    const draft = `${path}.${process.pid}`
    writeFileSync(draft, text)
    renameSync(draft, path)
  }
  const left = readdirSync(FOLDER).map((name) => `${FOLDER}/${name}`)
  for (const path of left.filter((one) => /\.(?:ts|toml)$/.test(one) && !(one in files))) rmSync(path)
}

if (import.meta.main) {
  if (process.argv.includes('--help')) console.log(USAGE)
  else writeSplit()
}
