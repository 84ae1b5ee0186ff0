import { and, desc, eq, lt } from 'drizzle-orm'
import { type DisclosureId, idFloor, type TenantId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask } from '#worker/store/control/ask.ts'
import { alteredMark, type MaybeAltered, textOrNull } from '#worker/store/keys/altered.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { openText, type Place, sealText } from '#worker/store/keys/sealed.ts'
import { disclosures } from './schema.ts'

type DisclosureRow = Readonly<typeof disclosures.$inferSelect>

/** What of a disclosure is sealed. */
interface Told {
  readonly reason: string
  /** Number of the order that it was made under; null: there is none. */
  readonly order: string | null
}

/** Somebody of the licensee's read words of a tenant's people. Null also stands for what was altered. */
export type Disclosure = Omit<DisclosureRow, 'sealed'> & {
  readonly [Name in keyof Told]: Told[Name] | null
} & MaybeAltered

const placeOf = ({ tenantId, id }: Pick<DisclosureRow, 'tenantId' | 'id'>): Place => [
  'disclosures',
  tenantId,
  id,
  'sealed',
]

async function openedOf(keys: Keyring, { sealed, ...row }: DisclosureRow): Promise<Disclosure> {
  const opened = await openText(keys, row.tenantId, sealed, placeOf(row))
  const text = textOrNull(opened)
  const told: Told | { reason: null; order: null } = text === null ? { reason: null, order: null } : JSON.parse(text)
  return { ...row, ...told, ...alteredMark(opened) }
}

/** Writes down a disclosure, under keys of the tenant. */
export async function insertDisclosure(
  db: D1Database,
  keys: Keyring,
  { reason, order, ...row }: Omit<DisclosureRow, 'sealed'> & Told,
): Promise<void> {
  const sealed = await sealText(await keys.standing(row.tenantId), JSON.stringify({ reason, order }), placeOf(row))
  await ask(db, (control) => control.insert(disclosures).values({ ...row, sealed }))
}

/** Page of a list: ids below `before` (empty: from the newest). */
interface DisclosurePage {
  readonly before: string
  readonly limit: number
}

/** Lists disclosures, newest first: those that a tenant sees, or, of any, all that there were. */
export async function listDisclosures(
  db: D1Database,
  keys: Keyring,
  of: { readonly tenantId: TenantId } | 'all',
  { before, limit }: DisclosurePage,
): Promise<readonly Disclosure[]> {
  const seen = of === 'all' ? [] : [eq(disclosures.tenantId, of.tenantId), eq(disclosures.isHidden, false)]
  const below = before === '' ? [] : [lt(disclosures.id, before as DisclosureId)]
  const rows = await ask(db, (control) =>
    control
      .select()
      .from(disclosures)
      .where(and(...seen, ...below))
      .orderBy(desc(disclosures.id))
      .limit(limit),
  )
  return Promise.all(rows.map((row) => openedOf(keys, row)))
}

export async function disclosureById(db: D1Database, keys: Keyring, id: string): Promise<Disclosure | null> {
  const [row] = await ask(db, (control) =>
    control
      .select()
      .from(disclosures)
      .where(eq(disclosures.id, id as DisclosureId)),
  )
  return row ? openedOf(keys, row) : null
}

/** Lets the tenant see a disclosure whose order was lifted. */
export async function showDisclosure(db: D1Database, id: string): Promise<void> {
  await ask(db, (control) =>
    control
      .update(disclosures)
      .set({ isHidden: false })
      .where(eq(disclosures.id, id as DisclosureId)),
  )
}

/** Deletes disclosures of before the cut-off. */
export async function purgeDisclosures(db: D1Database, cutoff: EpochMs): Promise<number> {
  const gone = await ask(db, (control) =>
    control.delete(disclosures).where(lt(disclosures.id, idFloor('dsc', cutoff) as DisclosureId)),
  )
  return gone.meta.changes
}
