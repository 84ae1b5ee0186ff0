import { byName } from '#worker/domain/carriers/by-name.ts'
import { africasTalking } from './africas-talking.ts'
import type { VoiceContent } from './content.ts'
import { kavenegar } from './kavenegar.ts'
import { sandbox } from './sandbox.ts'
import { twilio } from './twilio.ts'

/** ONE LINE PER PROVIDER. */
export const providers = byName<VoiceContent>([
  sandbox, //
  kavenegar,
  twilio,
  africasTalking,
])
