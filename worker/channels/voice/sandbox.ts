import { speaks } from '#worker/domain/carriers/features.ts'
import type { SandboxReplyKind } from '#worker/vendors/sandbox.ts'
import { sandboxProvider } from '#worker/vendors/sandbox-driver.ts'
import { scriptOf, type VoiceContent } from './content.ts'

function textOf(content: VoiceContent): string {
  const script = scriptOf(content)
  return script?.say?.text ?? script?.digits?.code ?? script?.play?.url ?? script?.play?.media ?? ''
}

function contentOf(text: string, kind: SandboxReplyKind): VoiceContent {
  if (kind === 'digits') return { digits: text }
  return kind === 'file' ? { recording: {} } : { say: { text, language: 'fa-IR', repeat: 1 } }
}

/** Sandbox provider of this channel. */
export const sandbox = sandboxProvider<VoiceContent>({
  channel: 'voice',
  features: ['outbound', 'inbound', 'receipts', 'say', 'play', 'digits', 'gather', 'record', speaks('*')],
  text: textOf,
  content: contentOf,
})
