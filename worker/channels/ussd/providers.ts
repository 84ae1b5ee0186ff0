import type { Provider } from '#worker/domain/carriers/provider.ts'
import { africasTalking } from './africas-talking.ts'
import type { UssdContent } from './content.ts'
import { httpJson } from './http-json.ts'
import { sandbox } from './sandbox.ts'

/** ONE LINE PER PROVIDER. */
const all: readonly Provider<UssdContent>[] = [sandbox, africasTalking, httpJson]

/** By name; a null prototype, so that a name from a URL finds nothing but a provider. */
export const providers: Readonly<Record<string, Provider<UssdContent>>> = Object.assign(
  Object.create(null) as Record<string, Provider<UssdContent>>,
  Object.fromEntries(all.map((provider) => [provider.name, provider])),
)
