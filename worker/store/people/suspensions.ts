import type { TenantId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { alteredMark, type MaybeAltered, textOrNull } from '#worker/store/keys/altered.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { openTexts, type Place, sealText } from '#worker/store/keys/sealed.ts'

/** Why an operator suspended a tenant, and since when. */
interface Suspension {
  /** For operators alone. */
  readonly reason: string
  /** What the tenant's people read; null: nothing beyond that it is suspended. */
  readonly notice: string | null
  readonly at: EpochMs
}

/** Suspension that was opened; null: there is none, or it was altered. */
type Opened = { readonly suspension: Suspension | null } & MaybeAltered

const placeOf = (id: TenantId): Place => ['tenants', id, 'suspension']

/** Seals a suspension for the row of its tenant, under the platform's own keys: a tenant's may end before it. */
export const sealSuspension = async (keys: Keyring, id: TenantId, suspension: Suspension): Promise<string> =>
  sealText(await keys.standing(''), JSON.stringify(suspension), placeOf(id))

/** Opens the suspensions of tenants, in their order. */
export async function openSuspensions(
  keys: Keyring,
  rows: readonly { readonly id: TenantId; readonly suspension: string | null }[],
): Promise<readonly Opened[]> {
  const texts = await openTexts(
    keys,
    '',
    rows.map(({ id, suspension }) => [suspension, placeOf(id)]),
  )
  return rows.map((_, n) => {
    const text = textOrNull(texts[n])
    return { suspension: text === null ? null : (JSON.parse(text) as Suspension), ...alteredMark(texts[n] ?? null) }
  })
}
