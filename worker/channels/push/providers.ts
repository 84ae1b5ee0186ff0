import type { Provider } from '#worker/domain/carriers/provider.ts'
import type { PushContent } from './content.ts'
import { fcm } from './fcm.ts'
import { sandbox } from './sandbox.ts'
import { webPush } from './web-push.ts'

/** ONE LINE PER PROVIDER. */
const all: readonly Provider<PushContent>[] = [sandbox, webPush, fcm]

/** By name; a null prototype, so that a name from a URL finds nothing but a provider. */
export const providers: Readonly<Record<string, Provider<PushContent>>> = Object.assign(
  Object.create(null) as Record<string, Provider<PushContent>>,
  Object.fromEntries(all.map((provider) => [provider.name, provider])),
)
