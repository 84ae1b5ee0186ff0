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
import { MOST_FILE_BYTES } from '#worker/domain/media.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { requestIdOf, type SafirAccount, sendBySafir, uploadToSafir } from '#worker/vendors/bale-safir.ts'
import { inNetwork } from './addresses.ts'
import type { ChatContent, ChatFile } from './content.ts'
import { storedFile, UNREAD_FILE } from './stored-file.ts'

/**
 * Seconds that Safir is trusted to drop a repeated `request_id`. The documentation promises that a repeat is not sent again
 * and names no time, so this stays far below any that would make sense.
 */
const DEDUPE_SECONDS = 900

/**
 * Bale's Safir: text, files and one-time codes to phone numbers, without a chat before. Formats and codes are those of
 * https://docs.bale.ai/safir (version 3). It has no reports: messages end `submitted`. Answers of people come to the bot,
 * through a `bale` connection of the same bot. Buttons are left out: what of `reply_markup` it takes is unconfirmed, as is
 * any limit on a code's digits.
 */
export const baleSafir: Provider<ChatContent> = {
  name: 'bale-safir',
  features: ['outbound', 'media', 'audio-caption', 'otp', 'to:bale-phone'],
  settings: {
    accessKey: {
      title: 'API access key',
      help: 'business.bale.ai → Safir. It goes with every call as api-access-key.',
      kind: 'secret',
      required: true,
      pattern: '[\\x21-\\x7e]{8,500}',
    },
    botId: {
      title: 'Bot id',
      help: 'The digits before the colon of the bot’s token.',
      kind: 'text',
      required: true,
      pattern: '[0-9]{3,15}',
    },
    username: {
      title: 'User name',
      help: 'The bot’s, without @. The sender is assigned as bale:<user name>, for this and the bot’s own connection.',
      kind: 'text',
      required: true,
      pattern: '[A-Za-z][A-Za-z0-9_]{2,31}',
    },
    url: {
      title: 'API',
      help: 'Origin of Safir, or of a relay.',
      kind: 'url',
      required: false,
      default: 'https://safir.bale.ai',
    },
  },
  batch: 1,
  dedupeWindow: DEDUPE_SECONDS,
  // Spares the ledger a look-up row, because nothing is ever reported.
  echoesRef: true,
  callbackProof: 'path-secret',
  open: openSafir,
}

const OTHER_BOT: Failure = {
  code: 'sender-refused',
  detail: 'The sender is another bot than this connection’s: assign it with its own connection.',
}
const MISSING: Failure = { code: 'media-missing', detail: 'The file that the message names cannot be had.' }
const UNABLE: Failure = {
  code: 'not-supported',
  detail: 'Safir carries text, a file or a one-time code, nothing else.',
}

/** Fetches a file with its bytes; null: it cannot be had; `unread`: not just now. */
async function fetched(media: ChatFile, ports: Ports): Promise<{ blob: Blob; name: string } | null | 'unread'> {
  if (media.url === undefined) {
    const file = await storedFile(media, ports)
    if (file === 'unread') return file
    return file && { blob: new Blob([file.body], { type: file.type }), name: media.name ?? file.name ?? media.kind }
  }
  try {
    const response = await ports.guarded(new Request(media.url), { maxBytes: MOST_FILE_BYTES, timeoutMs: 30_000 })
    return response.status === 200 ? { blob: await response.blob(), name: media.name ?? media.kind } : null
  } catch {
    return null
  }
}

function openSafir(raw: Settings, ports: Ports): Connection<ChatContent> {
  const settings = openSettings(baleSafir, raw)
  const account: SafirAccount = { url: settings.url('url'), accessKey: settings.text('accessKey') }
  const self = `bale:${settings.text('username').toLowerCase()}`

  async function dataOf({ text, media, otp }: ChatContent): Promise<Record<string, unknown> | Submission> {
    if (otp !== undefined) return { otp_message: { otp: otp.code } }
    if (media === undefined) return { message: { text } }
    const file = await fetched(media, ports)
    if (file === 'unread') return UNREAD_FILE
    if (!file) return { outcome: 'rejected', failure: MISSING }
    const id = await uploadToSafir(ports, account, file.blob, file.name)
    if (typeof id !== 'string') return id
    return { message: { file_id: id, ...(text === undefined ? {} : { text }) } }
  }

  async function submitOne({ ref, to, from, content }: Attempt<ChatContent>): Promise<Submission> {
    if (from !== self) return { outcome: 'rejected', failure: OTHER_BOT }
    if (content.template !== undefined || content.buttons !== undefined) return { outcome: 'rejected', failure: UNABLE }
    const data = await dataOf(content)
    if ('outcome' in data) return data as Submission
    return sendBySafir(ports, account, {
      request_id: await requestIdOf(ref),
      bot_id: Number(settings.text('botId')),
      phone_number: inNetwork(to).slice(1),
      message_data: data,
    })
  }

  return { submit: (messages) => mapLimited(messages, OPEN_CONNECTIONS, submitOne) }
}
