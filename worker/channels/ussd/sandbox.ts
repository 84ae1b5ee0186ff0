import type { Provider } from '#worker/domain/carriers/provider.ts'
import { SESSION_SETTINGS, withoutSession } from '#worker/domain/sessions/settings.ts'
import { sandboxProvider } from '#worker/vendors/sandbox-driver.ts'
import type { UssdContent } from './content.ts'

const carrier = sandboxProvider<UssdContent>({
  channel: 'ussd',
  features: ['outbound', 'inbound', 'receipts', 'session'],
  text: (content) => content.text,
  content: (text) => ({ text }),
  turns: true,
})

/** Sandbox provider with sessions. */
export const sandbox: Provider<UssdContent> = {
  ...carrier,
  settings: { ...carrier.settings, ...SESSION_SETTINGS },
  open: (settings, ports) => carrier.open(withoutSession(settings), ports),
}
