import { parseArgs } from 'node:util'
import { operatorKey, operatorToken } from './operator-token.ts'
import { program, Refusal, readDemo } from './state.ts'

const USAGE = `npm run admin-token -- [--name <who>] [--base-url <origin>] [--minutes <1 … 480>]

Prints a token for /admin/v1. The private key is that of the local secrets, or the JWK in the environment variable
OPERATOR_KEY; its public half must stand in the Worker's secret OPERATOR_KEYS (docs/operations.md).`

await program(async () => {
  const { values } = parseArgs({
    options: {
      name: { type: 'string', default: process.env['USER'] ?? 'operator' },
      'base-url': { type: 'string' },
      minutes: { type: 'string', default: '480' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(USAGE)
  const audience = values['base-url'] ?? readDemo()?.baseUrl
  if (!audience) throw new Refusal('Which deployment? Name its origin with --base-url.')
  if (!/^[\w.@+-]{1,100}$/.test(values.name)) throw new Refusal('--name may hold letters, digits and . _ @ + - only.')
  const minutes = Number(values.minutes)
  if (!(minutes >= 1 && minutes <= 480)) throw new Refusal('--minutes must be 1 … 480.')
  console.log(
    await operatorToken({ key: operatorKey(), audience, subject: values.name, lifetimeSeconds: minutes * 60 }),
  )
})
