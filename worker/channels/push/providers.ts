import { byName } from '#worker/domain/carriers/by-name.ts'
import type { PushContent } from './content.ts'
import { fcm } from './fcm.ts'
import { sandbox } from './sandbox.ts'
import { webPush } from './web-push.ts'

/** ONE LINE PER PROVIDER. */
export const providers = byName<PushContent>([
  sandbox, //
  webPush,
  fcm,
])
