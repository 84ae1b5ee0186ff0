import type { Provider } from '../../domain/provider.ts'
import type { VoiceContent } from './content.ts'
import { sandbox } from './sandbox.ts'

/** ONE LINE PER PROVIDER. */
const all: readonly Provider<VoiceContent>[] = [
  sandbox, //
]

/** By name; a null prototype, so that a name from a URL finds nothing but a provider. */
export const providers: Readonly<Record<string, Provider<VoiceContent>>> = Object.assign(
  Object.create(null) as Record<string, Provider<VoiceContent>>,
  Object.fromEntries(all.map((provider) => [provider.name, provider])),
)
