import type { Settings } from '#worker/domain/carriers/provider.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask } from '#worker/store/control/ask.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { openText, type Place, sealText } from '#worker/store/keys/sealed.ts'
import { identityRegistry } from './schema.ts'

const ID = 1
const PLACE: Place = ['identity_registry', String(ID), 'settings']

/** Registry that was chosen: its driver, and its settings with their secrets; null: they do not open. */
interface ChosenRegistry {
  readonly driver: string
  readonly settings: Settings | null
  readonly updatedAt: EpochMs
}

/** The registry that an operator chose; null: none. */
export async function chosenRegistry(db: D1Database, keyring: Keyring): Promise<ChosenRegistry | null> {
  const [row] = await ask(db, (control) => control.select().from(identityRegistry))
  if (!row) return null
  const opened = await openText(keyring, '', row.settings, PLACE)
  const settings = typeof opened === 'string' ? (JSON.parse(opened) as Settings) : null
  return { driver: row.driver, settings, updatedAt: row.updatedAt }
}

/** Chooses a registry in the place of the one before. */
export async function chooseRegistry(
  db: D1Database,
  keyring: Keyring,
  { driver, settings }: { readonly driver: string; readonly settings: Settings },
  now: EpochMs,
): Promise<void> {
  const sealed = await sealText(await keyring.standing(''), JSON.stringify(settings), PLACE)
  const row = { driver, settings: sealed, updatedAt: now }
  await ask(db, (control) =>
    control
      .insert(identityRegistry)
      .values({ id: ID, ...row })
      .onConflictDoUpdate({ target: identityRegistry.id, set: row }),
  )
}
