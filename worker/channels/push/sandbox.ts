import type { Attempt, Provider, Submission } from '#worker/domain/carriers/provider.ts'
import type { PushTarget } from '#worker/domain/device.ts'
import { sandboxProvider } from '#worker/vendors/sandbox-driver.ts'
import type { PushContent, PushNotification } from './content.ts'
import { targetOf } from './target.ts'

/** Gives the token whose last four digits choose the outcome. Devices of other networks always get the message. */
function fateOf({ target }: Attempt): string {
  const known = target as PushTarget | null | undefined
  return known?.network === 'sandbox' ? known.token : ''
}

/** Gives the token of a device, or the endpoint of a browser. */
function tokenOf({ target }: Attempt): string | undefined {
  const known = target as PushTarget | null | undefined
  return known?.network === 'webpush' ? known.endpoint : known?.token
}

const carrier = sandboxProvider<PushContent>({
  channel: 'push',
  features: ['outbound', 'inbound', 'receipts', 'read', 'topic', 'buttons', 'to:webpush', 'to:fcm', 'to:sandbox'],
  text: (content) => ('text' in content ? content.text : (content.body ?? content.title)),
  content: (text) => ({ text }),
  fate: fateOf,
  phone: tokenOf,
})

/** Sandbox provider of this channel. */
export const sandbox: Provider<PushNotification> = {
  ...(carrier as Provider<PushNotification>),
  open(settings, ports) {
    const connection = carrier.open(settings, ports)
    return {
      ...(connection as ReturnType<Provider<PushNotification>['open']>),
      async submit(messages) {
        const known = messages.map((message) => targetOf(message, 'webpush', 'fcm', 'sandbox'))
        const taken = messages.filter((_, i) => known[i] !== undefined && 'target' in known[i])
        const answers = taken.length > 0 ? await connection.submit(taken) : []
        let next = 0
        return known.map((one) => ('refusal' in one ? one.refusal : (answers[next++] as Submission)))
      },
    }
  },
}
