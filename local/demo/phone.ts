import { setTimeout as sleep } from 'node:timers/promises'
import { type Api, accessToken, api } from '../api.ts'
import { type Demo, Refusal } from '../state.ts'

/** An item of a test telephone, as far as it is printed. */
interface Item {
  readonly id: string
  readonly direction: 'outbound' | 'inbound'
  readonly channel: string
  readonly from: string
  readonly to: string
  readonly text: string
  readonly content: Readonly<Record<string, unknown>> | null
  readonly state: string
  readonly at: string
}
interface Page {
  readonly data: readonly Item[]
}

/** What the command is asked to do with the telephone; nothing: to print what arrives. */
export interface PhoneValues {
  readonly channel?: string | undefined
  readonly reply?: string | undefined
  readonly press?: string | undefined
  readonly button?: string | undefined
  readonly dial?: string | undefined
  readonly input?: string | undefined
  readonly 'hang-up'?: boolean | undefined
  readonly message?: string | undefined
  readonly to?: string | undefined
  /** Prints what is there, and ends. */
  readonly once: boolean
}

const POLL_MS = 1_000
/** Items of the first page, and of a poll. */
const FIRST = 200
const EACH = 20
/** Time after which a token is fetched anew, far below the hour that it lives. */
const TOKEN_MS = 15 * 60_000

const NAMES: Readonly<Record<string, string>> = {
  sms: 'SMS',
  voice: 'call',
  ussd: 'USSD',
  push: 'notification',
  email: 'mail',
  chat: 'message',
}

/** Text as a terminal may print it: what arrives is the tenant's word, and may hold commands of the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const printable = (text: string): string => text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ')

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Labels of a messenger's buttons, and of a notification's. */
function buttonsOf({ buttons, actions }: Readonly<Record<string, unknown>>): string {
  const all = [buttons, actions].flat(2).filter((one) => typeof one === 'object' && one !== null)
  return (all as readonly Readonly<Record<string, unknown>>[])
    .map(({ label, title, reply, action, url }) => `[${textOf(label ?? title)}: ${textOf(reply ?? action ?? url)}]`)
    .join(' ')
}

const STATES: Readonly<Record<string, string>> = {
  missed: 'nobody answered',
  read: 'read',
  open: 'waits for --input',
  closed: 'the session has ended',
}

/** Prints an item: when, what and from whom, then its words. */
function print({ direction, channel, from, to, text, content, state, at }: Item): void {
  const time = new Date(at).toLocaleTimeString('en-GB')
  const name = NAMES[channel] ?? channel
  const who = direction === 'outbound' ? `${name} from ${from}` : `you → ${to} (${name})`
  const note = STATES[state] ? ` (${STATES[state]})` : ''
  const title = textOf(content?.['subject']) || textOf(content?.['title'])
  const lines = [title === text ? '' : title, text, content ? buttonsOf(content) : '']
  console.log(printable(`${time}  ${who}${note}`))
  for (const line of lines.filter((one) => one !== '').flatMap((one) => one.split('\n')))
    console.log(`          ${printable(line)}`)
}

function newestLast(page: unknown): readonly Item[] {
  return (page as Page).data.toReversed()
}

/** The parameters that name the telephone. */
function named(address: string, channel: string | undefined): Readonly<Record<string, string>> {
  if (channel !== undefined) return { channel, address }
  if (address.includes('@')) return { channel: 'email', address }
  if (/^\w+:/.test(address))
    throw new Refusal(`An account of a messenger needs --channel chat: phone ${printable(address)} --channel chat`)
  return { number: address }
}

/** The one act that the command line asks for; null: none. */
function actOf({ reply, press, button, dial, input, message, to, ...values }: PhoneValues): object | null {
  const hangUp = values['hang-up'] === true ? true : undefined
  const acts = Object.entries({ reply, press, button, dial, input, hangUp }).filter(([, value]) => value !== undefined)
  if (acts.length > 1) throw new Refusal('One at a time: --reply, --press, --button, --dial, --input or --hang-up.')
  if (acts.length === 0) return null
  return { ...Object.fromEntries(acts), ...(message ? { messageId: message } : {}), ...(to ? { to } : {}) }
}

async function clientOf({ baseUrl, clientId, clientSecret }: Demo): Promise<Api> {
  return api(baseUrl, await accessToken(baseUrl, clientId, clientSecret))
}

/** Prints what arrives at a telephone, for ever unless `isOnce`. */
async function follow(demo: Demo, phone: Readonly<Record<string, string>>, isOnce: boolean): Promise<void> {
  let client = await clientOf(demo)
  let fetchedAt = Date.now()
  let since: string | null = null
  const read = async (): Promise<readonly Item[]> => {
    const page = since === null ? { limit: String(FIRST) } : { limit: String(EACH), since }
    return newestLast(await client.get(`/v1/sandbox/phone?${new URLSearchParams({ ...phone, ...page })}`))
  }
  for (;;) {
    const items = await read()
    for (const item of items) print(item)
    since = items.at(-1)?.id ?? since
    if (isOnce) return
    if (items.length < EACH) await sleep(POLL_MS)
    if (Date.now() - fetchedAt < TOKEN_MS) continue
    client = await clientOf(demo)
    fetchedAt = Date.now()
  }
}

/** Plays a test telephone of the demo tenant: does what it is asked to, or prints what arrives and goes on. */
export async function playPhone(demo: Demo, address: string, values: PhoneValues): Promise<void> {
  const phone = named(address, values.channel)
  const act = actOf(values)
  if (act === null) {
    if (!values.once) console.log(`What arrives at ${printable(address)}; Ctrl-C ends.`)
    return follow(demo, phone, values.once)
  }
  const client = await clientOf(demo)
  for (const item of newestLast(await client.post('/v1/sandbox/phone', { ...phone, ...act }))) print(item)
}
