import { sandboxProvider } from '#worker/vendors/sandbox-driver.ts'
import type { ChatContent } from './content.ts'

/** Gives words for every content, so that the sandbox carrier sees something of one without text. */
const words = ({ text, media, template, otp }: ChatContent): string =>
  text ?? otp?.code ?? template?.name ?? media?.kind ?? ''

/** Sandbox provider of this channel. */
export const sandbox = sandboxProvider<ChatContent>({
  channel: 'chat',
  features: [
    'outbound',
    'inbound',
    'receipts',
    'read',
    'media',
    'buttons',
    'keyboard',
    'audio-caption',
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
