import type { Provider } from '#worker/domain/carriers/provider.ts'
import { africasTalking } from './africas-talking.ts'
import type { VoiceContent } from './content.ts'
import { kavenegar } from './kavenegar.ts'
import { sandbox } from './sandbox.ts'
import { twilio } from './twilio.ts'

/** ONE LINE PER PROVIDER. */
const all: readonly Provider<VoiceContent>[] = [
  sandbox, //
  kavenegar,
  twilio,
  africasTalking,
]

/** By name; a null prototype, so that a name from a URL finds nothing but a provider. */
export const providers: Readonly<Record<string, Provider<VoiceContent>>> = Object.assign(
  Object.create(null) as Record<string, Provider<VoiceContent>>,
  Object.fromEntries(all.map((provider) => [provider.name, provider])),
)
