import { sandboxProvider } from '../../vendors/sandbox-driver.ts'
import type { EmailContent } from './content.ts'

/** The carrier that is always there. */
export const sandbox = sandboxProvider<EmailContent>({
  features: ['outbound', 'inbound', 'receipts', 'read', 'html', 'attachments', 'headers'],
  text: (content) => content.text,
  content: (text) => ({ subject: '', text }),
})
