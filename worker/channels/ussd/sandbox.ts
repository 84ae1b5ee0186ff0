import { sandboxProvider } from '../../vendors/sandbox-driver.ts'
import type { UssdContent } from './content.ts'

/** The carrier that is always there. */
export const sandbox = sandboxProvider<UssdContent>({
  features: ['outbound', 'inbound', 'receipts', 'session'],
  text: (content) => content.text,
  content: (text) => ({ text }),
})
