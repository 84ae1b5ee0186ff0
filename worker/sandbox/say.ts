import { type ChannelName, channelNamed, under } from '#worker/domain/carriers/channel.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import type { Policy, Sender } from '#worker/domain/tenants/tenant.ts'
import { callbackUrl, connectionConfig } from '#worker/flows/carriers/connections.ts'
import { providerOf } from '#worker/flows/carriers/ports.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { senderOfLine } from '#worker/flows/inbound/owner.ts'
import { usualSender } from '#worker/flows/messages/senders.ts'
import { randomDigits } from '#worker/lib/base32.ts'
import { SANDBOX_ORIGIN, type SandboxCallback, type SandboxReplyKind, sandboxScreen } from '#worker/vendors/sandbox.ts'
import { keepItems, type Phone, type PhoneItem, type PlacedItem, readPhone } from './phone.ts'

/** What the person does with the telephone. */
export type Said =
  /** Answers a message, by default the last; without one, writes to `to`, by default the channel's default sender. */
  | { readonly does: 'reply'; readonly text: string; readonly messageId?: string; readonly to?: string }
  | { readonly does: 'press' | 'button'; readonly text: string; readonly messageId?: string }
  | { readonly does: 'dial'; readonly code: string }
  /** Answers the screen of the session that is open. */
  | { readonly does: 'input'; readonly text: string }
  | { readonly does: 'hang-up' }

/** All that one act needs. */
interface Act {
  readonly platform: Platform
  readonly policy: Policy
  readonly phone: Phone
}

const DIGITS = 16
/** Items of the telephone that are looked at for what is answered: all. */
const ALL = { since: null, before: null, limit: 200 }
const inTheWay = (detail: string): Problem => new Problem('conflict', { detail })

/** Has the carrier post a callback, as it posts those of magic numbers, and reads its answer. */
async function post({ platform }: Act, url: string, body: SandboxCallback): Promise<Response> {
  const init = { method: 'POST', body: JSON.stringify({ url, body }) }
  const answer = await platform.inside(new Request(`${SANDBOX_ORIGIN}/v1/callbacks`, init))
  if (!answer) throw inTheWay('This deployment serves no sandbox carrier.')
  if (answer.ok) return answer
  await answer.body?.cancel()
  if (answer.status >= 500 || answer.status === 429)
    throw new Problem('unavailable', { headers: { 'Retry-After': '5' } })
  throw inTheWay('The connection that brought it takes no answer any more.')
}

/**
 * Finds the account's own sender that a line is; null: it is another's, or nobody's. The gateway is asked, which knows whose a
 * line is that several senders cover: nobody writes to a line, or dials a code, of another tenant.
 */
async function ownSender({ platform, policy }: Act, channel: ChannelName, line: string): Promise<Sender | null> {
  const found = await senderOfLine(platform, { channel: channelNamed(platform.channels, channel), to: line })
  return found?.tenantId === policy.tenantId ? found : null
}

/** Finds the sender that a field names, by default the channel's default one. */
async function senderOf(act: Act, field: string, line: string | undefined): Promise<Sender> {
  const { platform, policy, phone } = act
  if (line === undefined) {
    const usual = usualSender(policy, phone.channel, 'test')
    if (usual) return usual
    throw invalidField(field, 'is needed: the channel has no default sender')
  }
  try {
    channelNamed(platform.channels, phone.channel).sender(line)
  } catch (error) {
    throw under(error, field)
  }
  const found = await ownSender(act, phone.channel, line)
  if (!found) throw invalidField(field, 'is none of the account’s senders')
  return found
}

/** Throws if the line of something on the telephone is another's: of a domain of the account, an address may be. */
async function requireOwn(act: Act, channel: ChannelName, line: string): Promise<void> {
  if (!(await ownSender(act, channel, line))) throw inTheWay('The sender that it came from is none of the account’s.')
}

/** Finds the callback URL of a simulated carrier that speaks for a sender. */
async function urlFor({ platform, policy, phone: { channel } }: Act, { connectionId }: Sender): Promise<string> {
  const route = policy.routes.find((one) => one.channel === channel && one.mode === 'test')
  for (const id of [connectionId, ...(route?.connections ?? []).map((one) => one.id)]) {
    const config = id === null ? null : await connectionConfig(platform, id)
    const provider = config ? providerOf(platform, config) : null
    if (config?.status !== 'active' || provider?.simulated !== true) continue
    return callbackUrl(platform.config.baseUrl, config, config.callbackSecrets[0] ?? null)
  }
  throw new Problem('no-route', { detail: 'No simulated carrier is on the test route of this channel.' })
}

const KINDS: Readonly<Record<'reply' | 'press' | 'button', SandboxReplyKind>> = {
  reply: 'text',
  press: 'digits',
  button: 'button',
}

/** Item of what the person said. */
const spoken = (channel: ChannelName, item: Pick<PhoneItem, 'messageId' | 'from' | 'to' | 'text'>): PhoneItem => ({
  ...{ direction: 'inbound', channel, content: null, state: 'sent', way: null },
  ...item,
})

/** Item that a message, or the one that is named, is. */
async function answeredBy(act: Act, { does, ...said }: Extract<Said, { text: string }>): Promise<PlacedItem | null> {
  const messageId = 'messageId' in said ? said.messageId : undefined
  const items = await readPhone(act.platform, act.phone, ALL)
  const isMeant = ({ direction, channel, state, ...item }: PhoneItem): boolean =>
    direction === 'outbound' &&
    (messageId === undefined ? channel === act.phone.channel : item.messageId === messageId) &&
    item.way?.session === undefined &&
    (does !== 'press' || (channel === 'voice' && state !== 'missed'))
  const found = items.find(isMeant)
  if (found || (does === 'reply' && messageId === undefined)) return found ?? null
  throw inTheWay(messageId === undefined ? 'Nothing has arrived that it could answer.' : 'No such message is there.')
}

async function answer(act: Act, said: Extract<Said, { does: 'reply' | 'press' | 'button' }>): Promise<PhoneItem[]> {
  const { channel, address } = act.phone
  const line = 'to' in said ? said.to : undefined
  const item = line === undefined ? await answeredBy(act, said) : null
  const isWritten = channel !== 'push' && channel !== 'voice'
  if (!item && !isWritten) throw inTheWay('Nothing has arrived that it could answer.')
  const sender = item ? null : await senderOf(act, '/to', line)
  if (item) await requireOwn(act, item.channel, item.from)
  const [from, to] = [item?.to ?? address, item?.from ?? line ?? sender?.address.value ?? '']
  const url = item?.way?.callbackUrl ?? (sender ? await urlFor(act, sender) : '')
  const kind = KINDS[said.does]
  const ref = item?.way?.ref
  // Names what it answers as the carrier does: plain words are threaded by line and person.
  const isNamed = ref !== undefined && (kind !== 'text' || ('messageId' in said && said.messageId !== undefined))
  const words = { id: `sbx_${randomDigits(DIGITS)}`, from, to, text: said.text, kind }
  await post(act, url, { at: act.platform.now(), inbound: [isNamed ? { ...words, replyTo: ref } : words] })
  return [spoken(item?.channel ?? channel, { messageId: item?.messageId ?? null, from, to, text: said.text })]
}

/** Session as the telephone holds it: who is on the line, and the turn to come. */
interface Held {
  readonly url: string
  readonly code: string
  readonly id: string
  readonly turn: number
}

async function heldSession(act: Act): Promise<Held> {
  const items = await readPhone(act.platform, act.phone, ALL)
  const last = items.find(({ channel, state }) => channel === 'ussd' && (state === 'open' || state === 'closed'))
  const { way, from, state } = last ?? {}
  if (state !== 'open' || !way?.session || from === undefined) throw inTheWay('No session is open: dial a code first.')
  await requireOwn(act, 'ussd', from)
  return { url: way.callbackUrl, code: from, id: way.session.id, turn: way.session.turn + 1 }
}

/** Takes a turn of a session: what the person did, and the screen that they see. */
async function takeTurn(
  act: Act,
  { url, code, id, turn: number }: Held,
  event: 'start' | 'input' | 'end',
  input: string | undefined,
): Promise<PhoneItem[]> {
  const { address: from } = act.phone
  const turn = { session: id, event, from, to: code, number, ...(input === undefined ? {} : { input }) }
  const response = await post(act, url, { at: act.platform.now(), turn })
  const did = spoken('ussd', { messageId: null, from, to: code, text: event === 'start' ? code : (input ?? '') })
  if (event === 'end') return [{ ...did, state: 'closed' }]
  const screen = sandboxScreen.parse(await response.json())
  const shown: PhoneItem = {
    ...{ direction: 'outbound', channel: 'ussd', messageId: null, from: code, to: from, text: screen.text },
    ...{ content: { text: screen.text }, state: screen.ends ? 'closed' : 'open' },
    way: { callbackUrl: url, session: { id, turn: number } },
  }
  return [did, shown]
}

async function dial(act: Act, code: string): Promise<PhoneItem[]> {
  const url = await urlFor(act, await senderOf(act, '/dial', code))
  return takeTurn(act, { url, code, id: randomDigits(DIGITS), turn: 1 }, 'start', undefined)
}

function actOf(act: Act, said: Said): Promise<PhoneItem[]> {
  const session: Act = { ...act, phone: { ...act.phone, channel: 'ussd' } }
  if (said.does === 'dial') return dial(session, said.code)
  if (said.does === 'input') return heldSession(session).then((held) => takeTurn(session, held, 'input', said.text))
  if (said.does === 'hang-up') return heldSession(session).then((held) => takeTurn(session, held, 'end', undefined))
  return answer(said.does === 'press' ? { ...act, phone: { ...act.phone, channel: 'voice' } } : act, said)
}

/**
 * Does with a test telephone what a person does, by the callbacks that the sandbox carrier posts; answers what then stands on it,
 * newest first. What is said reaches the tenant as all that the carrier brings: in test.
 */
export async function say(
  platform: Platform,
  policy: Policy,
  phone: Phone,
  said: Said,
): Promise<readonly PlacedItem[]> {
  const items = await actOf({ platform, policy, phone }, said)
  const entries = items.map((item) => ({ phone, afterMs: 0, item, characters: 0 }))
  const places = await keepItems(platform, phone.realm, entries)
  return entries.map((entry) => ({ ...entry.item, place: places.get(entry) as PlacedItem['place'] })).toReversed()
}
