import { byName } from '#worker/domain/carriers/by-name.ts'
import { africasTalking } from './africas-talking.ts'
import type { UssdContent } from './content.ts'
import { httpJson } from './http-json.ts'
import { sandbox } from './sandbox.ts'

/** ONE LINE PER PROVIDER. */
export const providers = byName<UssdContent>([
  sandbox, //
  africasTalking,
  httpJson,
])
