import { parseArgs } from 'node:util'
import { OPERATOR_SCOPE_HELP } from '#worker/domain/people/operator-scopes.ts'
import { operatorKey, operatorToken } from './operator-token.ts'
import { program, Refusal, readDemo } from './state.ts'

const USAGE = `npm run admin-token -- [--name <who>] [--base-url <origin>] [--minutes <1 … 480>] [--scopes <one,two>]
npm run admin-token -- --break-glass "<why>" [--minutes <1 … 60>] …

Prints a token for /admin/v1. The private key is that of the local secrets, or the JWK in the environment variable
OPERATOR_KEY; its public half must stand in the Worker's secret OPERATOR_KEYS (docs/operations.md). Without --scopes the token permits all but
dangerous acts (docs/roles.md); with --break-glass those too, for an hour at most.`

await program(async () => {
  const { values } = parseArgs({
    options: {
      name: { type: 'string', default: process.env['USER'] ?? 'operator' },
      'base-url': { type: 'string' },
      minutes: { type: 'string' },
      scopes: { type: 'string' },
      'break-glass': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(USAGE)
  const audience = values['base-url'] ?? readDemo()?.baseUrl
  if (!audience) throw new Refusal('Which deployment? Name its origin with --base-url.')
  if (!/^[\w.@+-]{1,100}$/.test(values.name)) throw new Refusal('--name may hold letters, digits and . _ @ + - only.')
  const breakGlass = values['break-glass']?.trim()
  if (breakGlass !== undefined && (breakGlass.length < 3 || breakGlass.length > 500))
    throw new Refusal('--break-glass must say why, in 3 … 500 characters.')
  const most = breakGlass === undefined ? 480 : 60
  const minutes = Number(values.minutes ?? most)
  if (!(minutes >= 1 && minutes <= most)) throw new Refusal(`--minutes must be 1 … ${most}.`)
  const scopes = values.scopes?.split(',').map((scope) => scope.trim())
  const unknown = scopes?.find((scope) => !Object.hasOwn(OPERATOR_SCOPE_HELP, scope))
  if (unknown !== undefined)
    throw new Refusal(`There is no scope ${unknown}: ${Object.keys(OPERATOR_SCOPE_HELP).join(', ')}.`)
  console.log(
    await operatorToken({
      key: operatorKey(),
      audience,
      subject: values.name,
      lifetimeSeconds: minutes * 60,
      ...(scopes && { scopes }),
      ...(breakGlass !== undefined && { breakGlass }),
    }),
  )
})
