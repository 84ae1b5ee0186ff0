import type { PolicyPack } from '#worker/domain/tenants/policy-pack.ts'
import { generic } from './generic.ts'
import { ir } from './ir.ts'

/** All packs: ONE LINE PER PACK. */
const PACKS: ReadonlyMap<string, PolicyPack> = new Map([
  [generic.name, generic],
  [ir.name, ir],
])

/** Names that a tenant's `pack` may have. */
export const PACK_NAMES: readonly string[] = [...PACKS.keys()]

/** The pack of this name; throws where there is none, because the admin API lets no other name in. */
export function policyPack(name: string): PolicyPack {
  const pack = PACKS.get(name)
  if (!pack) throw new Error(`there is no policy pack of the name ${JSON.stringify(name)}`)
  return pack
}
