import type { Provider } from '#worker/domain/carriers/provider.ts'
import { cloudflare } from './cloudflare.ts'
import type { EmailContent } from './content.ts'
import { resend } from './resend.ts'
import { sandbox } from './sandbox.ts'
import { smtp } from './smtp.ts'

/** ONE LINE PER PROVIDER. */
const all: readonly Provider<EmailContent>[] = [
  sandbox, //
  smtp,
  resend,
  cloudflare,
]

/** By name; a null prototype, so that a name from a URL finds nothing but a provider. */
export const providers: Readonly<Record<string, Provider<EmailContent>>> = Object.assign(
  Object.create(null) as Record<string, Provider<EmailContent>>,
  Object.fromEntries(all.map((provider) => [provider.name, provider])),
)
