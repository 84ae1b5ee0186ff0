import type { Attempt, Provider, Submission } from '../../domain/provider.ts'
import { sandboxProvider } from '../../vendors/sandbox-driver.ts'
import type { PushContent, PushNotification } from './content.ts'
import { targetOf } from './target.ts'

/** The carrier picks the outcome by the last four digits of a sandbox device's token; other networks' devices all get it. */
function fateOf({ target }: Attempt): string {
  return target !== null && typeof target === 'object' && 'token' in target ? String(target.token) : ''
}

const carrier = sandboxProvider<PushContent>({
  features: ['outbound', 'inbound', 'receipts', 'read', 'topic', 'buttons', 'to:webpush', 'to:fcm', 'to:sandbox'],
  text: (content) => ('text' in content ? content.text : (content.body ?? content.title)),
  content: (text) => ({ text }),
  fate: fateOf,
})

/** A push service that knows no such device says so in its own way: the registry must hear of it. */
const asPushService = (answer: Submission): Submission =>
  answer.outcome === 'rejected' && answer.failure.code === 'recipient-invalid'
    ? { ...answer, failure: { ...answer.failure, code: 'recipient-unregistered' } }
    : answer

/** The carrier that is always there. */
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
        return known.map((one) => ('refused' in one ? one.refused : asPushService(answers[next++] as Submission)))
      },
    }
  },
}
