import { sandboxProvider } from '../../vendors/sandbox-driver.ts'
import type { PushContent } from './content.ts'

/** The carrier that is always there. */
export const sandbox = sandboxProvider<PushContent>({
  features: ['outbound', 'inbound', 'receipts', 'read', 'to:webpush', 'to:fcm', 'to:sandbox'],
  text: (content) => content.body ?? content.title,
  content: (text) => ({ title: text }),
})
