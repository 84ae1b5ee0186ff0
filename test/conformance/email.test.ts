import { cloudflareKit } from './email/cloudflare.ts'
import { resendKit } from './email/resend.ts'
import { sandboxKit } from './email/sandbox.ts'
import { smtpKit } from './email/smtp.ts'
import { conform } from './suite.ts'

/** ONE WORD PER PROVIDER. */
conform('email', [sandboxKit, smtpKit, resendKit, cloudflareKit])
