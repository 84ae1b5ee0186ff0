import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { checkSecrets } from './build/secrets-check.ts'
import { readWrangler, type WranglerConfig } from './build/wrangler-config.ts'
import { buildConsole } from './console/build.ts'
import { SPLIT, writeSplit } from './split.ts'

const USAGE = `npm run deploy [-- --dry-run] [--secrets <file>]         one script with every surface
npm run deploy:split [-- --dry-run] [--secrets <file>]   the same code as separate Workers

With --secrets, the file that local/new-secrets.ts wrote for the Worker, a wrong or lost key is told before anything is deployed:
the form of all secrets, and (not in a dry run) whether SEAL_KEYS opens the keys in the account's control database.
What must exist in the account first is in docs/deploy.md.`

export const SINGLE = ['wrangler.toml']

const SECRETS = ['ID_KEYS', 'TOKEN_KEYS', 'SEAL_KEYS', 'INDEX_KEY', 'OPERATOR_KEYS']

/**
 * Retention of the queues, by default the longest that Cloudflare offers: what the Workers are told. Only after it do they call
 * a message lost (worker/domain/tenants/retention.ts).
 */
const keepJobs = (configs: readonly WranglerConfig[]): string =>
  `--message-retention-period-secs ${configs[0]?.vars?.['QUEUE_RETENTION_SECONDS'] ?? 1_209_600}`

/** Lists the example values that a configuration still holds, each with what to put in its place. */
export function unfilled(config: WranglerConfig): string[] {
  return [
    ...(config.d1_databases ?? [])
      .filter(({ database_id: id }) => id.startsWith('00000000-'))
      .map(({ binding, database_name: name }) => `${binding}: put the id that \`wrangler d1 create ${name}\` prints`),
    ...(config.vars?.['BASE_URL']?.endsWith('example.com') ? ['BASE_URL: put the public origin'] : []),
  ]
}

/** Wrangler's arguments for one configuration. */
export const wranglerArgs = (toml: string, dryRun: boolean): string[] => [
  'deploy',
  '--config',
  toml,
  ...(dryRun ? ['--dry-run', '--outdir', resolve('dist/deploy', readWrangler(toml).name)] : []),
]

/** Shell commands for what stands beside the Workers: databases, buckets, queues, migrations, secrets. Headings say when. */
export function steps(configs: readonly WranglerConfig[]): string[] {
  const databases = new Map(configs.flatMap((config) => config.d1_databases ?? []).map((d1) => [d1.database_name, d1]))
  const queues = new Set(
    configs.flatMap(({ queues: bound }) => [
      ...(bound?.producers ?? []).map(({ queue }) => queue),
      ...(bound?.consumers ?? []).flatMap(({ queue, dead_letter_queue: dead }) => (dead ? [queue, dead] : [queue])),
    ]),
  )
  const buckets = new Set(
    configs.flatMap(({ r2_buckets: bound }) => (bound ?? []).map(({ bucket_name: name }) => name)),
  )
  return [
    'Once an account:',
    ...[...databases.keys()].map((name) => `  npx wrangler d1 create ${name}`),
    ...[...buckets].map((name) => `  npx wrangler r2 bucket create ${name}`),
    ...[...queues].sort().map((queue) => `  npx wrangler queues create ${queue} ${keepJobs(configs)}`),
    'Before each deploy that brings migrations:',
    ...[...databases.values()].flatMap(({ database_name: name, migrations_dir: folder }) =>
      folder ? [`  npx wrangler d1 migrations apply ${name} --remote`] : [],
    ),
    'After the first deploy:',
    ...configs.flatMap(({ name }) => SECRETS.map((secret) => `  npx wrangler secret put ${secret} --name ${name}`)),
    '',
  ]
}

/** Says what is wrong with the secrets, or could not be checked; true: nothing keeps them from being deployed with. */
async function mayUse(secrets: string | undefined, dryRun: boolean): Promise<boolean> {
  const control = readWrangler().d1_databases?.find(({ binding }) => binding === 'CONTROL')
  const checked = await checkSecrets(secrets, dryRun ? null : (control?.database_name ?? null))
  if ('unchecked' in checked) console.log(`${checked.unchecked}.`)
  if ('fault' in checked) console.error(`${checked.fault}.`)
  return !('fault' in checked)
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'dry-run': { type: 'boolean', default: false },
      split: { type: 'boolean', default: false },
      secrets: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    return
  }
  const { 'dry-run': dryRun, split: isSplit } = values
  if (isSplit) writeSplit()
  const tomls = isSplit ? SPLIT : SINGLE
  for (const line of steps(tomls.map(readWrangler))) console.log(line)
  // wrangler.toml alone is checked: the split configurations are written from it.
  const missing = unfilled(readWrangler())
  for (const line of missing) console.log(`wrangler.toml: ${line}`)
  const isFilled = missing.length === 0 || dryRun
  if (!isFilled || !(await mayUse(values.secrets, dryRun))) {
    console.error('Nothing was deployed.')
    process.exitCode = 1
    return
  }
  await buildConsole()
  for (const toml of tomls) {
    const { status } = spawnSync('wrangler', wranglerArgs(toml, dryRun), { stdio: 'inherit' })
    if (status !== 0) {
      process.exitCode = 1
      return
    }
  }
}

if (import.meta.main) await main()
