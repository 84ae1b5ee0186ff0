import { sandboxProvider } from '../../vendors/sandbox-driver.ts'
import type { VoiceContent } from './content.ts'

/** The carrier that is always there. */
export const sandbox = sandboxProvider<VoiceContent>({
  features: ['outbound', 'inbound', 'receipts', 'say'],
  text: (content) => content.say?.text ?? '',
  content: (text) => ({ say: { text, language: 'fa-IR', repeat: 1 } }),
})
