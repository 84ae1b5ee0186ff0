import { byName } from '#worker/domain/carriers/by-name.ts'
import { bale } from './bale.ts'
import { baleSafir } from './bale-safir.ts'
import type { ChatContent } from './content.ts'
import { sandbox } from './sandbox.ts'
import { telegram } from './telegram.ts'
import { whatsapp } from './whatsapp.ts'

/** ONE LINE PER PROVIDER. */
export const providers = byName<ChatContent>([
  sandbox, //
  telegram,
  bale,
  baleSafir,
  whatsapp,
])
