import { importSealKeys } from '#worker/config.ts'
import type { Kek } from '#worker/store/keys/keyring.ts'
import type { Secrets } from '../secrets.ts'
import { LEFT, Refusal, SECRETS } from '../state.ts'

/** Imports the local key-encryption keys; throws a `Refusal` if the file does not hold them in their form. */
export async function localSealKeys({ worker }: Secrets): Promise<readonly Kek[]> {
  try {
    return await importSealKeys(worker)
  } catch (error) {
    throw new Refusal(`${SECRETS}: ${error instanceof Error ? error.message : String(error)}.\n${LEFT}`)
  }
}
