import { hasFooter } from '#worker/domain/addresses/footer.ts'
import type { ChannelRules } from '#worker/domain/carriers/channel.ts'
import type { Need } from '#worker/domain/carriers/features.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { fieldErrors } from '#worker/lib/json/input.ts'
import { chatAddress, chatPerson, chatSender, networkOf, wayTo } from './addresses.ts'
import { type ChatContent, type ChatFile, chatContent, MOST_TEXT } from './content.ts'
import { formAskedAt, formsOf } from './forms.ts'

/** Most characters below a file, the same on Telegram, Bale and WhatsApp. */
const MOST_CAPTION = 1_024

/** Members of a content that stand alone. */
const WHOLE = ['template', 'otp'] as const
/** Members of a content that may stand together. */
const PARTS = ['text', 'media', 'buttons'] as const

function checkParts(content: ChatContent): void {
  const whole = WHOLE.filter((name) => content[name] !== undefined)
  const parts = PARTS.filter((name) => content[name] !== undefined)
  const [alone] = whole
  if (alone !== undefined && whole.length + parts.length > 1)
    throw invalidField(`/${alone}`, 'stands alone: nothing else may be beside it')
  if (alone !== undefined) return
  if (content.text === undefined && content.media === undefined)
    throw invalidField('', 'must have text, media, template or otp')
  if (content.buttons !== undefined && content.text === undefined)
    throw invalidField('/buttons', 'need a text to stand below')
  checkCaption(content)
}

function checkCaption({ text, media }: ChatContent): void {
  if (text !== undefined && media !== undefined && text.length > MOST_CAPTION)
    throw invalidField('/text', `must have at most ${MOST_CAPTION} characters below a file`)
}

function parse(body: unknown): ChatContent {
  const parsed = chatContent.safeParse(body)
  if (!parsed.success) throw new Problem('invalid-fields', { errors: fieldErrors(parsed.error) })
  const content = parsed.data as ChatContent
  checkParts(content)
  return content
}

/** Adds the footer to what the tenant worded. Templates and codes are worded by the network. */
function withFooter(content: ChatContent, footer: string): ChatContent {
  if (content.template !== undefined || content.otp !== undefined) return content
  if (content.text !== undefined && hasFooter(content.text, footer)) return content
  const text = content.text === undefined ? footer.trimStart() : content.text + footer
  if (text.length > MOST_TEXT)
    throw invalidField('/text', `must have at most ${MOST_TEXT} characters with the footer that the line asks for`)
  const footed = { ...content, text }
  checkCaption(footed)
  return footed
}

const PARTED: readonly Need[] = ['media', 'buttons', 'template', 'otp']

function needs(content: ChatContent, to: string): readonly Need[] {
  const asked = PARTED.filter((need) => content[need as keyof ChatContent] !== undefined)
  return ['outbound', wayTo(to), ...asked, ...formsOf(content)]
}

const TYPES: Readonly<Record<ChatFile['kind'], string | undefined>> = {
  image: 'image/',
  audio: 'audio/',
  video: 'video/',
  document: undefined,
}

function filesOf({ media, template }: ChatContent) {
  const named = [
    { file: media, pointer: '/media/id' },
    { file: template?.header, pointer: '/template/header/id' },
  ]
  return named.flatMap(({ file, pointer }) => {
    if (file?.id === undefined) return []
    const type = TYPES[file.kind]
    return [{ id: file.id, pointer, ...(type === undefined ? {} : { type }) }]
  })
}

/** Rules of messengers: all that accepting a message takes, without the providers. */
export const chatRules: ChannelRules<ChatContent> = {
  name: 'chat',
  parse,
  address: chatAddress,
  person: chatPerson,
  aliases: true,
  sender: chatSender,
  measure: ({ text, otp }) => ({ units: 1, encoding: 'text', parts: [(text ?? otp?.code ?? '').length] }),
  withFooter,
  onlyStops: ({ unsupported }) => unsupported?.startsWith('edit') === true,
  join: ([first = {}, ...others]) => ({
    ...first,
    ...(others.length === 0 ? {} : { text: [first, ...others].map(({ text = '' }) => text).join('') }),
  }),
  needs,
  askedAt: (content, need) => (need === 'keyboard' || need === 'audio-caption' ? formAskedAt(content, need) : ''),
  filesOf,
  withFiles: (content, files, missing = 0) => ({
    ...content,
    ...(files.length === 0 ? {} : { files }),
    ...(missing === 0 ? {} : { missing }),
  }),
  /** True if sender and recipient are on one network: no bot writes to people of another. The sandbox plays any network. */
  fits: (from, to) => networkOf(from) === networkOf(to) || [networkOf(from), networkOf(to)].includes('sandbox'),
  contentSchema: chatContent,
}
