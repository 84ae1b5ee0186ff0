import { CallbackRefused, type InboundMessage, type Ports } from '#worker/domain/carriers/provider.ts'
import { MOST_FILE_BYTES, type RemoteFile } from '#worker/domain/media.ts'
import { type TwilioAccount, twilioRequest } from '#worker/vendors/twilio.ts'
import type { TwilioField } from '#worker/vendors/twilio-signature.ts'
import type { SmsContent } from './content.ts'

/** Most files of one message: ten is what Twilio documents. */
const MOST_FILES = 10

/** Readings of a message by Advanced Opt-Out, which then blocks the person for the line, or ends that block. */
const OPT_OUT_TYPES: ReadonlyMap<string, NonNullable<InboundMessage['asks']>> = new Map([
  ['STOP', 'stop'],
  ['START', 'start'],
  ['HELP', 'help'],
])

/** Fields beside the words of a message that came over WhatsApp, and their names in `details`. */
const BESIDE: readonly (readonly [field: string, name: string])[] = [
  ['Latitude', 'latitude'],
  ['Longitude', 'longitude'],
  ['Label', 'name'],
  ['Address', 'address'],
  ['ButtonPayload', 'reply'],
  ['ListId', 'reply'],
]

/** Names the pictures and the like that came with a message (MMS), as far as they lie where this account's do. */
function filesOf(account: TwilioAccount, field: TwilioField): RemoteFile[] {
  const count = Math.min(Number(field('NumMedia') ?? 0) || 0, MOST_FILES)
  return Array.from({ length: count }, (_, i) => {
    const path = mediaPath(account, field(`MediaUrl${i}`) ?? '')
    const url = path === null ? NOWHERE : `${account.url}/2010-04-01/Accounts/${account.accountSid}${path}`
    return { url, type: field(`MediaContentType${i}`), name: null }
  })
}

/** Stands for a file that lies elsewhere: it counts as missing, because the account's credentials go nowhere else. */
const NOWHERE = 'nowhere:'

const MEDIA = /\/Accounts\/(AC[0-9a-fA-F]{32})(\/Messages\/[SM]M[0-9a-fA-F]{32}\/Media\/ME[0-9a-fA-F]{32})$/

/**
 * Gives the path of a file in the account's API; null: it is none of the account's. The host that a callback names is never
 * asked.
 */
function mediaPath({ accountSid }: TwilioAccount, url: string): string | null {
  const [, account, path] = MEDIA.exec(url) ?? []
  return account === accountSid && path !== undefined ? path : null
}

/** Fetches a file of a message. Twilio sends on to where it lies, and no credentials go there. */
export async function downloadMedia(account: TwilioAccount, ports: Ports, url: string): Promise<Response> {
  const path = url.startsWith(`${account.url}/`) ? mediaPath(account, url) : null
  if (path === null) return new Response(null, { status: 410 })
  const limits = { maxBytes: MOST_FILE_BYTES, timeoutMs: 30_000 }
  const answer = await ports.http(twilioRequest(account, path), limits)
  const place = answer.headers.get('location')
  return answer.status >= 300 && answer.status < 400 && place !== null
    ? ports.guarded(new Request(new URL(place, url)), limits)
    : answer
}

/** Reads a message of a person's: its words, its files, and what else Twilio says where there are no words. */
export function inboundOf(account: TwilioAccount, sid: string, field: TwilioField): InboundMessage<SmsContent> {
  const from = field('From')
  const to = field('To')
  if (!from || !to) throw new CallbackRefused(400, 'no sender or line')
  const text = field('Body') ?? ''
  const asks = OPT_OUT_TYPES.get(field('OptOutType')?.trim().toUpperCase() ?? '')
  const files = filesOf(account, field)
  const details = Object.fromEntries(
    BESIDE.flatMap(([name, told]) => {
      const value = field(name)?.slice(0, 1_000)
      return value ? [[told, value]] : []
    }),
  )
  const kind =
    /^\w{1,60}$/.exec(field('MessageType') ?? '')?.[0] ?? (details['latitude'] === undefined ? null : 'location')
  const isMute = text === '' && files.length === 0 && kind !== null && kind !== 'text'
  const content: SmsContent = {
    text,
    ...(isMute ? { unsupported: kind } : {}),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  }
  return {
    providerRef: sid,
    from,
    to,
    content,
    ...(asks === undefined ? {} : { asks }),
    ...(files.length === 0 ? {} : { files }),
  }
}
