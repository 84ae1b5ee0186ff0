import { sandboxProvider } from '#worker/vendors/sandbox-driver.ts'
import type { ChatContent } from './content.ts'

/** The words that stand for a content without text, so that the carrier sees something of each. */
const words = ({ text, media, template, otp }: ChatContent): string =>
  text ?? otp?.code ?? template?.name ?? media?.kind ?? ''

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
    'to:bale-phone',
    'to:whatsapp',
    'to:sandbox',
  ],
  text: words,
  content: (text, kind) => (kind === 'file' ? {} : kind === 'button' ? { text, reply: text } : { text }),
})
