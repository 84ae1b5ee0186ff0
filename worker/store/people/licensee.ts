import { eq } from 'drizzle-orm'
import { LICENSEE_DEFAULTS, type LicenseeSettings } from '#worker/domain/licensee.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask } from '#worker/store/control/ask.ts'
import { licensee } from './schema.ts'

/** Id of the only row. */
const ONLY = 1

/** Reads the licensee's settings; what was never set is as the defaults say. */
export async function licenseeSettings(db: D1Database): Promise<LicenseeSettings> {
  const [row] = await ask(db, (control) => control.select().from(licensee).where(eq(licensee.id, ONLY)))
  const stored = (row?.settings ?? {}) as Partial<LicenseeSettings>
  return {
    ...LICENSEE_DEFAULTS,
    ...stored,
    signUp: { ...LICENSEE_DEFAULTS.signUp, ...stored.signUp },
    legal: { ...LICENSEE_DEFAULTS.legal, ...stored.legal },
  }
}

export async function writeLicensee(db: D1Database, settings: LicenseeSettings, now: EpochMs): Promise<void> {
  const row = { settings: { ...settings }, updatedAt: now }
  await ask(db, (control) =>
    control
      .insert(licensee)
      .values({ id: ONLY, ...row })
      .onConflictDoUpdate({ target: licensee.id, set: row }),
  )
}
