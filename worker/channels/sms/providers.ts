import type { Provider } from '#worker/domain/carriers/provider.ts'
import type { SmsContent } from './content.ts'
import { kavenegar } from './kavenegar.ts'
import { sandbox, sandboxByRef } from './sandbox.ts'
import { twilio } from './twilio.ts'

/** ONE LINE PER PROVIDER. */
const all: readonly Provider<SmsContent>[] = [
  sandbox, //
  sandboxByRef,
  kavenegar,
  twilio,
]

/** By name; a null prototype, so that a name from a URL finds nothing but a provider. */
export const providers: Readonly<Record<string, Provider<SmsContent>>> = Object.assign(
  Object.create(null) as Record<string, Provider<SmsContent>>,
  Object.fromEntries(all.map((provider) => [provider.name, provider])),
)
