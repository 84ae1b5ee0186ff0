import { byName } from '#worker/domain/carriers/by-name.ts'
import { cloudflare } from './cloudflare.ts'
import type { EmailContent } from './content.ts'
import { resend } from './resend.ts'
import { sandbox } from './sandbox.ts'
import { smtp } from './smtp.ts'

/** ONE LINE PER PROVIDER. */
export const providers = byName<EmailContent>([
  sandbox, //
  smtp,
  resend,
  cloudflare,
])
