import { sandboxProvider } from '../../vendors/sandbox-driver.ts'
import type { ChatContent } from './content.ts'

/** The carrier that is always there. */
export const sandbox = sandboxProvider<ChatContent>({
  features: [
    'outbound',
    'inbound',
    'receipts',
    'read',
    'media',
    'buttons',
    'template',
    'otp',
    'to:telegram',
    'to:bale',
    'to:whatsapp',
    'to:sandbox',
  ],
  text: (content) => content.text,
  content: (text) => ({ text }),
})
