import { writeFileSync } from 'node:fs'
import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { readWrangler, type WranglerConfig } from './build/wrangler-config.ts'

const USAGE = `npm run split

Writes worker/split/<channel>.ts and .toml for every channel: the Worker that consumes its queue, with its providers and no
others. Database ids and the public origin are those of wrangler.toml.`

const FOLDER = 'worker/split'
const WRITTEN = 'Written by `npm run split`: change local/split.ts.'

const script = (channel: ChannelName): string => `import { ${channel} } from '#worker/channels/${channel}/index.ts'
import { consumer } from '#worker/consumer.ts'
import type { Env } from '#worker/env.ts'
import { platformFactory } from '#worker/runtime.ts'
import { sandboxInside } from '#worker/sandbox/inside.ts'
import { deliver } from './deliver.ts'

const inside = (env: Env) => sandboxInside(env, (request) => deliver(request, env))
const consume = consumer(platformFactory({ ${channel} }, inside), deliver)

/** Sends on this channel: the consumer of its queue, with its providers only. ${WRITTEN} */
export default {
  queue: (batch, env) => consume(batch, env),
} satisfies ExportedHandler<Env>
`

const table = (name: string, members: Readonly<Record<string, string | number>>): string =>
  [`[[${name}]]`, ...Object.entries(members).map(([key, value]) => `${key} = ${JSON.stringify(value)}`)].join('\n')

/** What every channel's Worker puts on queues, beside its own. */
const QUEUES = { REPORT: 'chapar-report', NOTIFY: 'chapar-notify', AUDIT: 'chapar-audit', SANDBOX: 'chapar-sandbox' }
const OBJECTS = {
  TENANT: 'TenantObject',
  IDEMPOTENCY: 'IdempotencyObject',
  THROTTLE: 'ThrottleObject',
  SESSION: 'SessionObject',
}

function configuration(channel: ChannelName, single: WranglerConfig): string {
  const queue = `chapar-send-${channel}`
  const settings = single.queues?.consumers?.find((consumer) => consumer.queue === queue)
  if (!settings) throw new Error(`wrangler.toml has no consumer of ${queue} (docs/adding-a-channel.md)`)
  const databases = (single.d1_databases ?? []).map((database) =>
    table('d1_databases', {
      ...database,
      ...(database.migrations_dir ? { migrations_dir: `../../${database.migrations_dir}` } : {}),
    }),
  )
  const producers = Object.entries({ [`SEND_${channel.toUpperCase()}`]: queue, ...QUEUES }).map(([binding, name]) =>
    table('queues.producers', { binding, queue: name }),
  )
  const objects = Object.entries(OBJECTS).map(
    ([name, className]) => `  { name = "${name}", class_name = "${className}", script_name = "chapar-state" },`,
  )
  return `# Sends on this channel: the one consumer of its queue. ${WRITTEN}
name = "chapar-${channel}"
main = "${channel}.ts"
compatibility_date = "${single.compatibility_date}"
workers_dev = false

[observability]
enabled = true

[vars]
BASE_URL = "${single.vars?.['BASE_URL']}"

[limits]
cpu_ms = 300000

${databases.join('\n\n')}

[[r2_buckets]]
binding = "MEDIA"
bucket_name = "chapar-media"

[durable_objects]
bindings = [
${objects.join('\n')}
]

[[services]]
binding = "CALLBACKS"
service = "chapar-callbacks"

${producers.join('\n\n')}

${table('queues.consumers', { ...settings })}
`
}

/** The files of the channels' Workers, by path. */
export function splitFiles(single = readWrangler()): Readonly<Record<string, string>> {
  return Object.fromEntries(
    CHANNELS.flatMap((channel) => [
      [`${FOLDER}/${channel}.ts`, script(channel)],
      [`${FOLDER}/${channel}.toml`, configuration(channel, single)],
    ]),
  )
}

if (import.meta.main) {
  if (process.argv.includes('--help')) console.log(USAGE)
  else for (const [path, text] of Object.entries(splitFiles())) writeFileSync(path, text)
}
