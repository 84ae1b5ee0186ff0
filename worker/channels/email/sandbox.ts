import { sandboxProvider } from '#worker/vendors/sandbox-driver.ts'
import type { EmailContent } from './content.ts'

/** Most characters that the sandbox carrier takes (vendors/sandbox.ts). */
const MOST_TEXT = 10_000

/** Sandbox provider. The four digits before the @ choose the outcome: `person9901@example.com`. */
export const sandbox = sandboxProvider<EmailContent>({
  channel: 'email',
  features: ['outbound', 'inbound', 'receipts', 'read', 'html', 'attachments', 'headers'],
  fate: ({ to }) => to.slice(0, to.lastIndexOf('@')),
  text: ({ subject, text }) => (typeof text === 'string' ? text : subject).slice(0, MOST_TEXT),
  content: (text) => ({ subject: '', text }),
})
