import { randomBytes, randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { api } from './api.ts'
import { localSealKeys } from './build/seal-keys.ts'
import { operatorKey, operatorToken } from './operator-token.ts'
import { ensureSecrets, program, Refusal, readDemo, refuseIfRunning, writeSecrets } from './state.ts'

const USAGE = `npm run rotate-keys -- [--base-url <origin>]
npm run rotate-keys -- --new-key

Wraps and seals under the first key of SEAL_KEYS what is under older ones, a part a call, until nothing is left. It may be stopped
anywhere and started again. OPERATOR_KEY as for npm run admin-token. --new-key puts a new key first into the local secrets.
How a key is rotated: docs/operations.md.`

interface State {
  readonly fault: string | null
  readonly first: string
  readonly inUse: readonly { readonly kid: string; readonly count: number }[]
}
interface Rotated {
  readonly pairs: number
  readonly secrets: number
  readonly left: boolean
}

/** Puts a new key in the first place of the local secrets; the next start knows it. */
async function addLocalKey(): Promise<void> {
  refuseIfRunning('its secrets change')
  const secrets = ensureSecrets()
  await localSealKeys(secrets)
  const known = JSON.parse(secrets.worker.SEAL_KEYS) as readonly { readonly kid: string }[]
  const key = { kid: randomUUID().slice(0, 8), key: randomBytes(32).toString('base64') }
  writeSecrets({ ...secrets, worker: { ...secrets.worker, SEAL_KEYS: JSON.stringify([key, ...known]) } })
  console.log(`The key ${key.kid} is the first now. Start Chapar, then run this again without --new-key.`)
}

async function rotate(baseUrl: string): Promise<void> {
  const breakGlass = 'npm run rotate-keys'
  const token = await operatorToken({ key: operatorKey(), audience: baseUrl, subject: 'rotate-keys', breakGlass })
  const operator = api(baseUrl, token)
  const before = (await operator.get('/admin/v1/keys')) as State
  if (before.fault !== null) throw new Refusal(`${before.fault}.`)
  for (let left = true; left; ) {
    const done = (await operator.post('/admin/v1/keys/rotate', {})) as Rotated
    console.log(`${done.pairs} pairs of keys, ${done.secrets} secrets`)
    left = done.left
  }
  const { first, inUse } = (await operator.get('/admin/v1/keys')) as State
  const others = inUse.filter(({ kid }) => kid !== first).map(({ kid }) => kid)
  if (others.length > 0) throw new Refusal(`Something is still under ${others.join(', ')}: run this again.`)
  console.log(
    `All is under the key ${first}. The others may leave SEAL_KEYS once no queue keeps a job that one of them sealed.`,
  )
}

await program(async () => {
  const { values } = parseArgs({
    options: {
      'base-url': { type: 'string' },
      'new-key': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(USAGE)
  if (values['new-key']) return await addLocalKey()
  const baseUrl = values['base-url'] ?? readDemo()?.baseUrl
  if (!baseUrl) throw new Refusal('Which deployment? Name its origin with --base-url.')
  await rotate(baseUrl)
})
