import { byName } from '#worker/domain/carriers/by-name.ts'
import type { SmsContent } from './content.ts'
import { kavenegar } from './kavenegar.ts'
import { sandbox, sandboxByRef } from './sandbox.ts'
import { twilio } from './twilio.ts'

/** ONE LINE PER PROVIDER. */
export const providers = byName<SmsContent>([
  sandbox, //
  sandboxByRef,
  kavenegar,
  twilio,
])
