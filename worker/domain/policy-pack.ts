import { generic } from '#worker/domain/policy-packs/generic.ts'
import { ir } from '#worker/domain/policy-packs/ir.ts'
import type { PolicyPack } from '#worker/domain/policy-packs/pack.ts'

export type { FooterRule, PolicyPack, SuppressionLevel } from '#worker/domain/policy-packs/pack.ts'

/** ONE LINE PER PACK. */
const PACKS: ReadonlyMap<string, PolicyPack> = new Map([
  [generic.name, generic],
  [ir.name, ir],
])

/** Names a tenant's `pack` may have. */
export const PACK_NAMES: readonly string[] = [...PACKS.keys()]

/** The pack of that name. Throws where there is none: the admin route lets no other name in. */
export function policyPack(name: string): PolicyPack {
  const pack = PACKS.get(name)
  if (!pack) throw new Error(`there is no policy pack of the name ${JSON.stringify(name)}`)
  return pack
}
