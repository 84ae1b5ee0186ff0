import { and, eq, gt, lt } from 'drizzle-orm'
import type { PersonId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask, askTogether } from '#worker/store/control/ask.ts'
import { textOrNull } from '#worker/store/keys/altered.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { openText, type Place, sealText } from '#worker/store/keys/sealed.ts'
import { ceremonies } from './schema.ts'

type CeremonyRow = typeof ceremonies.$inferSelect

/** Step that is under way. `key`: keyed hash of what the browser holds of it (flows/accounts/ceremony.ts). */
export interface Ceremony {
  readonly key: string
  readonly kind: string
  readonly personId: PersonId | null
  /** Text of the step, as its kind reads it. */
  readonly step: string
  readonly expiresAt: EpochMs
}

const placeOf = (key: string): Place => ['ceremonies', key, 'sealed']

async function opened(keys: Keyring, row: CeremonyRow | undefined): Promise<Ceremony | null> {
  if (!row) return null
  const { sealed, ...rest } = row
  const step = textOrNull(await openText(keys, '', sealed, placeOf(row.key)))
  return step === null ? null : { ...rest, step }
}

/** Begins a step, and deletes those that ended before now. */
export async function putCeremony(db: D1Database, keys: Keyring, ceremony: Ceremony, now: EpochMs): Promise<void> {
  const { step, ...rest } = ceremony
  const sealed = await sealText(await keys.standing(''), step, placeOf(ceremony.key))
  const row = { ...rest, sealed }
  await askTogether(db, (control) => [
    control.insert(ceremonies).values(row).onConflictDoUpdate({ target: ceremonies.key, set: row }),
    control.delete(ceremonies).where(lt(ceremonies.expiresAt, now)),
  ])
}

const isUnderWay = ({ key, kind }: Pick<Ceremony, 'key' | 'kind'>, now: EpochMs) =>
  and(eq(ceremonies.key, key), eq(ceremonies.kind, kind), gt(ceremonies.expiresAt, now))

/** Reads a step, which goes on; null: there is none of this kind, or it ended. */
export async function readCeremony(
  db: D1Database,
  keys: Keyring,
  named: Pick<Ceremony, 'key' | 'kind'>,
  now: EpochMs,
): Promise<Ceremony | null> {
  const [row] = await ask(db, (control) => control.select().from(ceremonies).where(isUnderWay(named, now)))
  return opened(keys, row)
}

/** Takes a step, which is over then: of two who take it one gets it. */
export async function takeCeremony(
  db: D1Database,
  keys: Keyring,
  named: Pick<Ceremony, 'key' | 'kind'>,
  now: EpochMs,
): Promise<Ceremony | null> {
  const [row] = await ask(db, (control) => control.delete(ceremonies).where(isUnderWay(named, now)).returning())
  return opened(keys, row)
}
