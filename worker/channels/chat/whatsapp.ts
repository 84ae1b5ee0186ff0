import type {
  Attempt,
  Connection,
  Failure,
  Ports,
  Provider,
  Settings,
  Submission,
} from '#worker/domain/carriers/provider.ts'
import { openSettings } from '#worker/domain/carriers/settings.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import {
  downloadFromWhatsapp,
  isWhatsappAlive,
  sendByWhatsapp,
  type WhatsappAccount,
} from '#worker/vendors/whatsapp.ts'
import type { ChatContent } from './content.ts'
import { receiveWhatsapp } from './whatsapp-callback.ts'
import { isFailure, whatsappMessage } from './whatsapp-message.ts'

/**
 * WhatsApp's Cloud API, one business number a connection. Formats, codes and webhooks are those of
 * https://developers.facebook.com/documentation/business-messaging/whatsapp. `biz_opaque_callback_data` is documented for
 * the statuses sent, delivered and read; for failed it is not, so the ledger keeps a look-up row for the network's id too.
 * Business-scoped user ids (people without a visible number) are taken as documented; sending to one is untried.
 *
 * Outside 24 hours after a person's last message only a template goes: else the message ends `rejected`, `session-closed`
 * (131047). The callback URL and the verify token are entered in the app's dashboard (WhatsApp → Configuration), field
 * `messages`. An app has one callback URL: where it has several numbers, each is given its own connection's by an override.
 */
export const whatsapp: Provider<ChatContent> = {
  name: 'whatsapp',
  features: ['outbound', 'inbound', 'receipts', 'read', 'media', 'buttons', 'template', 'to:whatsapp'],
  settings: {
    phoneNumber: {
      title: 'Phone number',
      help: 'The business number, +country number. The sender is assigned as whatsapp:<number>, with this connection.',
      kind: 'text',
      required: true,
      pattern: '\\+[1-9][0-9]{6,14}',
    },
    phoneNumberId: {
      title: 'Phone number id',
      help: 'App dashboard → WhatsApp → API setup.',
      kind: 'text',
      required: true,
      pattern: '[0-9]{5,25}',
    },
    accessToken: {
      title: 'Access token',
      help: 'Of a system user with whatsapp_business_messaging, without expiry.',
      kind: 'secret',
      required: true,
      pattern: '[A-Za-z0-9_.|-]{20,1000}',
    },
    appSecret: {
      title: 'App secret',
      help: 'App dashboard → Settings → Basic. Signs the webhook’s calls.',
      kind: 'secret',
      required: true,
      pattern: '[0-9a-f]{32}',
    },
    verifyToken: {
      title: 'Verify token',
      help: 'Any 16 to 200 letters, digits, _ and -; entered beside the callback URL in the app’s dashboard.',
      kind: 'secret',
      required: true,
      pattern: '[A-Za-z0-9_-]{16,200}',
    },
    version: {
      title: 'API version',
      help: 'Of the Graph API.',
      kind: 'text',
      required: false,
      default: 'v23.0',
      pattern: 'v[0-9]{2}\\.[0-9]',
    },
    url: {
      title: 'API',
      help: 'Origin of the Graph API, or of a relay.',
      kind: 'url',
      required: false,
      default: 'https://graph.facebook.com',
    },
  },
  batch: 1,
  // No dedupeWindow: the API has no key that would drop a repeat.
  echoesRef: false,
  callbackProof: 'signature',
  open: openWhatsapp,
}

const OTHER_NUMBER: Failure = {
  code: 'sender-refused',
  detail: 'The sender is another number than this connection’s: assign it with its own connection.',
}

function openWhatsapp(raw: Settings, ports: Ports): Connection<ChatContent> {
  const settings = openSettings(whatsapp, raw)
  const account: WhatsappAccount = {
    api: `${settings.url('url')}/${settings.text('version')}`,
    phoneNumberId: settings.text('phoneNumberId'),
    accessToken: settings.text('accessToken'),
  }
  const hook = {
    account,
    self: `whatsapp:${settings.text('phoneNumber')}`,
    appSecret: settings.text('appSecret'),
    verifyToken: settings.text('verifyToken'),
  }

  async function submitOne({ ref, to, from, content }: Attempt<ChatContent>): Promise<Submission> {
    if (from !== hook.self) return { outcome: 'rejected', failure: OTHER_NUMBER }
    const message = await whatsappMessage(to, content, ref, ports)
    if (isFailure(message)) return { outcome: 'rejected', failure: message }
    return sendByWhatsapp(ports, account, message)
  }

  return {
    submit: (messages) => mapLimited(messages, OPEN_CONNECTIONS, submitOne),
    receive: (request) => receiveWhatsapp(request, hook),
    download: (url) => downloadFromWhatsapp(ports, account, url),
    health: () => isWhatsappAlive(ports, account),
  }
}
