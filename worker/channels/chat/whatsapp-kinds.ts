import * as z from 'zod'
import type { InboundMessage } from '#worker/domain/carriers/provider.ts'
import { cutText, LONGEST_TEXT } from '#worker/vendors/callback-body.ts'
import type { ChatContent } from './content.ts'
import { type Details, detailsOf, kindOf } from './details.ts'

const LONGEST_WORD = 1_000
const text = cutText(LONGEST_TEXT)
const word = cutText(LONGEST_WORD)
const id = z.string().min(1).max(300)
const digits = z.string().regex(/^\d{5,20}$/)
/** A member that is left out where it has an unknown form, so that no message is lost for it. */
const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined)

const media = z.object({ id, mime_type: maybe(cutText(200)), caption: maybe(text), filename: maybe(word) })
const reply = z.object({ id: word, title: maybe(word) })
const interactive = z.looseObject({
  type: maybe(z.string()),
  button_reply: maybe(reply),
  list_reply: maybe(reply),
  nfm_reply: maybe(z.object({ name: maybe(word), response_json: z.string().max(100_000) })),
})
const contact = z.object({
  name: maybe(z.object({ formatted_name: word })),
  phones: maybe(z.array(z.object({ phone: maybe(word), wa_id: maybe(word) })).max(20)),
  emails: maybe(z.array(z.object({ email: maybe(word) })).max(20)),
})
const system = z.looseObject({
  type: maybe(word),
  /** New number of a person who changed theirs: `wa_id`, in other versions `new_wa_id`. */
  wa_id: maybe(digits),
  new_wa_id: maybe(digits),
  /** Says `stop` or `resume` where the type is `user_preference_changed`. */
  marketing: maybe(word),
})

/** A message as a notification holds it. What has an unknown form is left out, and the message is heard all the same. */
export const heardMessage = z.looseObject({
  id,
  /** Seconds since 1970, as text. */
  timestamp: maybe(z.string().regex(/^\d{1,12}$/)),
  type: z.string().max(100).catch('unknown'),
  /** Digits of the person's number; absent for people who hide it: then `from_user_id` is there. */
  from: maybe(digits),
  from_user_id: maybe(z.string().regex(/^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/)),
  group_id: maybe(word),
  /** Message that this one answers, and the product that it is about. */
  context: maybe(z.object({ id: maybe(id), referred_product: maybe(z.looseObject({})) })),
  /** Advertisement that the person came from. */
  referral: maybe(z.looseObject({})),
  text: maybe(z.object({ body: text })),
  image: maybe(media),
  audio: maybe(media),
  video: maybe(media),
  document: maybe(media),
  sticker: maybe(media),
  location: maybe(z.object({ latitude: z.number(), longitude: z.number(), name: maybe(word), address: maybe(word) })),
  button: maybe(z.object({ payload: maybe(word), text: maybe(word) })),
  interactive: maybe(interactive),
  contacts: maybe(z.array(contact).max(20)),
  order: maybe(z.looseObject({ text: maybe(text) })),
  reaction: maybe(z.object({ message_id: maybe(id), emoji: maybe(word) })),
  system: maybe(system),
  unsupported: maybe(z.looseObject({ type: maybe(z.string()) })),
  errors: maybe(z.array(z.unknown())),
  edit: maybe(z.looseObject({ message: maybe(z.object({ text: maybe(z.object({ body: text })) })) })),
})
export type WhatsappMessage = z.output<typeof heardMessage>

export const mediaIn = ({ image, audio, video, document, sticker }: WhatsappMessage) =>
  image ?? audio ?? video ?? document ?? sticker

const pressedIn = ({ interactive: pressed }: WhatsappMessage) => pressed?.button_reply ?? pressed?.list_reply

/** True if a content has a member for what was said. */
const isPlain = (heard: WhatsappMessage): boolean =>
  heard.text !== undefined ||
  mediaIn(heard) !== undefined ||
  heard.location !== undefined ||
  pressedIn(heard) !== undefined ||
  heard.button?.payload !== undefined ||
  heard.button?.text !== undefined

/** Gives the network's name of a kind; of one that has kinds itself, both: `interactive.nfm_reply`. */
function kindIn({ type, interactive: pressed, unsupported }: WhatsappMessage): string {
  const inner = type === 'interactive' ? pressed?.type : type === 'unsupported' ? unsupported?.type : undefined
  return kindOf(inner === undefined ? type : `${type}.${inner}`)
}

/** Reads the answers of a form, which come as a text of JSON. */
function answersOf(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return json
  }
}

const contactsOf = (contacts: NonNullable<WhatsappMessage['contacts']>) =>
  contacts.map(({ name, phones = [], emails = [] }) => ({
    name: name?.formatted_name ?? '',
    phones: phones.flatMap(({ phone, wa_id: known }) => phone ?? known ?? []),
    ...(emails.length === 0 ? {} : { emails: emails.flatMap(({ email }) => email ?? []) }),
  }))

/** Gives the number that a person has from now on; undefined: it did not change. */
export const newNumberIn = ({ type, system: news }: WhatsappMessage): string | undefined =>
  type === 'system' && /changed_number$/.test(news?.type ?? '') ? (news?.wa_id ?? news?.new_wa_id) : undefined

/** Tells what a kind without a member of its own says; `raw` is its part of the message. */
function partOf(heard: WhatsappMessage): unknown {
  const { type, contacts, interactive: pressed, reaction, edit } = heard
  const moved = newNumberIn(heard)
  if (moved !== undefined) return { type: heard.system?.type, address: `whatsapp:+${moved}` }
  if (type === 'contacts' && contacts) return { contacts: contactsOf(contacts) }
  if (type === 'reaction' && reaction) return { emoji: reaction.emoji ? [reaction.emoji] : [] }
  if (pressed?.nfm_reply) return { name: pressed.nfm_reply.name, answers: answersOf(pressed.nfm_reply.response_json) }
  if (type === 'interactive') return pressed?.type === undefined ? pressed : pressed[pressed.type]
  if (type === 'edit') return { original: edit?.['original_message_id'] }
  return heard[type]
}

/** Gathers what is said beside the words: of a place its name, of an advertisement or a product which one it was. */
function besideIn(heard: WhatsappMessage): Details {
  const { location: { name, address } = {}, referral, context, group_id: group, errors } = heard
  return {
    ...(name === undefined ? {} : { name }),
    ...(address === undefined ? {} : { address }),
    ...(referral === undefined ? {} : { referral }),
    ...(context?.referred_product === undefined ? {} : { product: context.referred_product }),
    ...(group === undefined ? {} : { group }),
    ...(errors === undefined ? {} : { errors }),
  }
}

/** Reads what a message says: into the members of a content, and for all else its kind and what can be read. */
export function contentIn(heard: WhatsappMessage): ChatContent {
  const { text: plain, button, location, order, edit } = heard
  const pressed = pressedIn(heard)
  const edited = edit?.message?.text?.body
  const words = plain?.body ?? button?.text ?? pressed?.title ?? mediaIn(heard)?.caption ?? order?.text ?? edited
  const pressedReply = pressed?.id ?? button?.payload
  const isKnown = isPlain(heard)
  const part = isKnown ? undefined : partOf(heard)
  const details = detailsOf({ ...detailsOf(part), ...besideIn(heard) })
  return {
    ...(words === undefined || words === '' ? {} : { text: words }),
    ...(pressedReply === undefined ? {} : { reply: pressedReply }),
    ...(location === undefined ? {} : { location: { latitude: location.latitude, longitude: location.longitude } }),
    ...(isKnown ? {} : { unsupported: kindIn(heard) }),
    ...(details === undefined ? {} : { details }),
  }
}

/** Words by which people stop and resume what a business advertises to them, in its profile on the network. */
export const PREFERENCES: ReadonlyMap<string, NonNullable<InboundMessage['asks']>> = new Map([
  ['stop', 'block'],
  ['resume', 'unblock'],
])

/** Tells what a person asks for by a switch of the network. */
export const askedIn = ({ system: news }: WhatsappMessage): InboundMessage['asks'] =>
  news?.type === 'user_preference_changed' ? PREFERENCES.get(news.marketing ?? '') : undefined

/** A person's choice in the field `user_preferences`. */
export const whatsappPreference = z.object({
  wa_id: digits,
  category: word,
  value: word,
  detail: maybe(word),
  timestamp: z.union([z.int(), z.string().regex(/^\d{1,12}$/)]).transform(Number),
})
export type WhatsappPreference = z.output<typeof whatsappPreference>
