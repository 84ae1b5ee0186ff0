import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { importSealKeys, loadConfig } from '#worker/config.ts'
import type { Env } from '#worker/env.ts'
import { faultOf, SAMPLES, type Sample } from '#worker/store/keys/fault.ts'

/** What a check of secrets found: why nothing may be deployed with them, or what could not be checked. */
export type Checked = { readonly fault: string } | { readonly unchecked: string } | { readonly isRight: true }

/** Any origin: the configuration is not read without one. */
const BASE_URL = 'https://gateway.example.org'

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Reads the Worker's secrets from a file as `local/new-secrets.ts` writes it; throws a sentence if it is none. */
async function secretsIn(file: string): Promise<Pick<Env, 'SEAL_KEYS'>> {
  let secrets: Env
  try {
    secrets = JSON.parse(readFileSync(file, 'utf8')) as Env
  } catch {
    throw new Error(`${file} cannot be read as JSON`)
  }
  await loadConfig({ ...secrets, BASE_URL })
  return secrets
}

/** Asks the account's control database for what each key-encryption key has to open; null: wrangler has no answer. */
function samplesOf(database: string): readonly Sample[] | null {
  const args = ['d1', 'execute', database, '--remote', '--json', '--command', SAMPLES.join('; ')]
  const { status, stdout } = spawnSync('wrangler', args, { encoding: 'utf8' })
  try {
    if (status !== 0) return null
    const answers = JSON.parse(stdout) as readonly { readonly results: readonly Sample[] }[]
    return answers.flatMap(({ results }) => results)
  } catch {
    return null
  }
}

/**
 * Checks the Worker's secrets before anything is deployed: their form, and with an account whether SEAL_KEYS opens what lies in
 * the control database. That the account's own secrets are those of the file cannot be known: they are never shown.
 */
export async function checkSecrets(file: string | undefined, database: string | null): Promise<Checked> {
  if (file === undefined)
    return { unchecked: 'SEAL_KEYS was not checked: name the file with the secrets by -- --secrets <file>' }
  try {
    const secrets = await secretsIn(file)
    if (database === null) return { unchecked: 'SEAL_KEYS was not compared with the account: this is a dry run' }
    const samples = samplesOf(database)
    if (samples === null)
      return { unchecked: `SEAL_KEYS was not compared with ${database}: wrangler could not read it` }
    const fault = await faultOf(samples, await importSealKeys(secrets))
    return fault === null ? { isRight: true } : { fault }
  } catch (error) {
    return { fault: messageOf(error) }
  }
}
