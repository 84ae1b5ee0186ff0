import type { Need } from '#worker/domain/carriers/features.ts'
import {
  type Attempt,
  CallbackRefused,
  type Connection,
  type Failure,
  type InboundMessage,
  type Ports,
  type Provider,
  type Received,
  type SettingSpec,
  type Settings,
  type Submission,
} from '#worker/domain/carriers/provider.ts'
import { type OpenSettings, openSettings } from '#worker/domain/carriers/settings.ts'
import { timingSafeEqualText } from '#worker/lib/bytes.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { type BotAccount, botFileUrl, downloadFromBot, isBotAlive, sendByBot } from '#worker/vendors/telegram/bot.ts'
import { type BotEvent, readUpdate } from '#worker/vendors/telegram/bot-update.ts'
import type { Network } from './addresses.ts'
import { botCall } from './bot-message.ts'
import type { ChatContent } from './content.ts'
import { detailsOf, kindOf } from './details.ts'

/** Parts of the driver that differ between networks of bots. */
interface BotSpec {
  readonly network: Network
  readonly features: readonly Need[]
  readonly settings: Readonly<Record<string, SettingSpec>>
  /** Header that must hold the setting `webhookSecret`, beside the secret in the path. */
  readonly secretHeader?: string
  /** True if the answer to a webhook may be a call of the API, which ends the waiting of a pressed button. */
  readonly answersWebhook: boolean
}

const OTHER_BOT: Failure = {
  code: 'sender-refused',
  detail: 'The sender is another bot than this connection’s: assign it with its own connection.',
}

/** Makes the driver of a network's bots. One message a call; the API drops no repeats and reports no delivery. */
export function botProvider(spec: BotSpec): Provider<ChatContent> {
  const provider: Provider<ChatContent> = {
    name: spec.network,
    features: spec.features,
    settings: spec.settings,
    batch: 1,
    // False, although nothing is reported: answers and pressed buttons name the message by the network's id.
    unblocksSilently: true,
    echoesRef: false,
    callbackProof: 'path-secret',
    open: (raw, ports) => openBot(spec, provider, raw, ports),
  }
  return provider
}

function openBot(spec: BotSpec, provider: Provider<ChatContent>, raw: Settings, ports: Ports): Connection<ChatContent> {
  const settings = openSettings(provider, raw)
  const account: BotAccount = { url: settings.url('url'), token: settings.text('token') }
  const self = `${spec.network}:${settings.text('username').toLowerCase()}`
  const bot: Bot = { spec, account, self }

  async function submitOne({ to, from, content }: Attempt<ChatContent>): Promise<Submission> {
    if (from !== self) return { outcome: 'rejected', failure: OTHER_BOT }
    const call = await botCall(to, content, ports)
    if (!('method' in call)) return call
    return sendByBot(ports, account, call)
  }

  return {
    submit: (messages) => mapLimited(messages, OPEN_CONNECTIONS, submitOne),
    async receive(request) {
      checkHeader(spec, settings, request)
      const event = await readUpdate(request)
      return event === null ? { receipts: [], inbound: [] } : receivedOf(bot, event)
    },
    download: (url) => downloadFromBot(ports, account, url),
    health: () => isBotAlive(ports, account),
  }
}

function checkHeader({ secretHeader }: BotSpec, settings: OpenSettings, request: Request): void {
  if (secretHeader === undefined) return
  if (!timingSafeEqualText(request.headers.get(secretHeader) ?? '', settings.text('webhookSecret')))
    throw new CallbackRefused(403, 'wrong secret token')
}

/** Bot of one connection, by its settings. */
interface Bot {
  readonly spec: BotSpec
  readonly account: BotAccount
  /** Address of the bot: `telegram:<user name>`. */
  readonly self: string
}

function contentOf(network: Network, event: BotEvent): ChatContent {
  const { text, reply, location, unsupported, movedTo } = event
  const details = movedTo === undefined ? detailsOf(event.details) : { address: `${network}:${movedTo}` }
  return {
    ...(text === undefined ? {} : { text }),
    ...(reply === undefined ? {} : { reply }),
    ...(location === undefined ? {} : { location }),
    ...(unsupported === undefined ? {} : { unsupported: kindOf(unsupported) }),
    ...(details === undefined ? {} : { details }),
  }
}

function receivedOf({ spec, account, self }: Bot, event: BotEvent): Received<ChatContent> {
  const { ref, chatId, movedTo, answers, files, at, pressId, asks } = event
  const message: InboundMessage<ChatContent> = {
    providerRef: ref,
    from: `${spec.network}:${chatId}`,
    ...(movedTo === undefined ? {} : { also: `${spec.network}:${movedTo}` }),
    to: self,
    content: contentOf(spec.network, event),
    ...(at === undefined ? {} : { carrierAt: at }),
    ...(answers === undefined ? {} : { inReplyTo: { providerRef: answers } }),
    ...(asks === undefined ? {} : { asks }),
    ...(files.length === 0
      ? {}
      : { files: files.map(({ fileId, type, name }) => ({ type, name, url: botFileUrl(account, fileId) })) }),
  }
  const received = { receipts: [], inbound: [message] }
  if (pressId === undefined || !spec.answersWebhook) return received
  return { ...received, reply: Response.json({ method: 'answerCallbackQuery', callback_query_id: pressId }) }
}
