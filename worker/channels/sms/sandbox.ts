import type { Need } from '#worker/domain/carriers/features.ts'
import { type SandboxSpec, sandboxProvider } from '#worker/vendors/sandbox-driver.ts'
import type { SmsContent } from './content.ts'

const features: readonly Need[] = ['outbound', 'inbound', 'receipts']
const spec: SandboxSpec<SmsContent> = {
  channel: 'sms',
  features,
  text: ({ text }) => text,
  content: (text) => ({ text }),
  isPulled: true,
}

/** Sandbox providers: callbacks of the first name our ref, those of the second their own id only (the ledger's look-up). */
export const sandbox = sandboxProvider(spec)
export const sandboxByRef = sandboxProvider({ ...spec, name: 'sandbox-by-ref', echoesRef: false })
