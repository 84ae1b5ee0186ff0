import type { Provider } from '#worker/domain/carriers/provider.ts'
import { bale } from './bale.ts'
import { baleSafir } from './bale-safir.ts'
import type { ChatContent } from './content.ts'
import { sandbox } from './sandbox.ts'
import { telegram } from './telegram.ts'
import { whatsapp } from './whatsapp.ts'

/** ONE LINE PER PROVIDER. */
const all: readonly Provider<ChatContent>[] = [
  sandbox, //
  telegram,
  bale,
  baleSafir,
  whatsapp,
]

/** By name; a null prototype, so that a name from a URL finds nothing but a provider. */
export const providers: Readonly<Record<string, Provider<ChatContent>>> = Object.assign(
  Object.create(null) as Record<string, Provider<ChatContent>>,
  Object.fromEntries(all.map((provider) => [provider.name, provider])),
)
