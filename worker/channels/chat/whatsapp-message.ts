import type { Failure, Ports } from '#worker/domain/carriers/provider.ts'
import { inNetwork } from './addresses.ts'
import type { ChatButton, ChatContent, ChatFile, ChatTemplate } from './content.ts'
import { MOST_BODY, MOST_LABEL, MOST_REPLIES } from './forms.ts'

type Part = Readonly<Record<string, unknown>>

const unable = (detail: string): Failure => ({ code: 'not-supported', detail })
export const isFailure = (value: Part | Failure): value is Failure => 'code' in value && 'detail' in value

/** Names the recipient: phone numbers go as `to`, business-scoped ids as `recipient`. */
function recipient(to: string): Part {
  const address = inNetwork(to)
  return address.startsWith('+') ? { to: address.slice(1) } : { recipient: address }
}

const linkOf = async ({ id, url }: ChatFile, ports: Ports): Promise<string> =>
  url ?? ports.fileUrl(id as Parameters<Ports['fileUrl']>[0])

async function fileMessage(media: ChatFile, caption: string | undefined, ports: Ports): Promise<Part | Failure> {
  if (media.kind === 'audio' && caption !== undefined) return unable('WhatsApp shows no text below a sound.')
  const named = media.kind === 'document' && media.name !== undefined ? { filename: media.name } : {}
  const file = { link: await linkOf(media, ports), ...named, ...(caption === undefined ? {} : { caption }) }
  return { type: media.kind, [media.kind]: file }
}

function actionOf(buttons: readonly ChatButton[]): Part | Failure {
  if (buttons.some(({ label }) => [...label].length > MOST_LABEL))
    return unable(`WhatsApp shows ${MOST_LABEL} characters on a button.`)
  const [first] = buttons
  if (first?.url !== undefined && buttons.length === 1)
    return {
      type: 'cta_url',
      action: { name: 'cta_url', parameters: { display_text: first.label, url: first.url } },
    }
  if (buttons.length > MOST_REPLIES || buttons.some(({ reply }) => reply === undefined))
    return unable('WhatsApp takes up to three buttons that reply, or one that opens a page.')
  const replies = buttons.map(({ label, reply }) => ({ type: 'reply', reply: { id: reply, title: label } }))
  return { type: 'button', action: { buttons: replies } }
}

async function interactive({ text, media, buttons = [] }: ChatContent, ports: Ports): Promise<Part | Failure> {
  if (text === undefined || text.length > MOST_BODY)
    return { code: 'content-refused', detail: `WhatsApp takes up to ${MOST_BODY} characters above buttons.` }
  const action = actionOf(buttons.flat())
  if (isFailure(action)) return action
  if (media?.kind === 'audio') return unable('WhatsApp takes no sound above buttons.')
  const header =
    media === undefined ? {} : { header: { type: media.kind, [media.kind]: { link: await linkOf(media, ports) } } }
  return { type: 'interactive', interactive: { ...action, ...header, body: { text } } }
}

const bodyOf = (parameters: NonNullable<ChatTemplate['parameters']>): readonly Part[] =>
  Array.isArray(parameters)
    ? parameters.map((text: string) => ({ type: 'text', text }))
    : Object.entries(parameters).map(([name, text]) => ({ type: 'text', parameter_name: name, text }))

async function templateMessage(template: ChatTemplate, ports: Ports): Promise<Part> {
  const { name, language, parameters, header, buttons = [] } = template
  const components: Part[] = []
  if (header !== undefined)
    components.push({
      type: 'header',
      parameters: [{ type: header.kind, [header.kind]: { link: await linkOf(header, ports) } }],
    })
  if (parameters !== undefined) components.push({ type: 'body', parameters: bodyOf(parameters) })
  for (const { index, url, reply } of buttons) {
    const filled =
      url === undefined
        ? { sub_type: 'quick_reply', parameters: [{ type: 'payload', payload: reply ?? '' }] }
        : { sub_type: 'url', parameters: [{ type: 'text', text: url }] }
    components.push({ type: 'button', index: String(index), ...filled })
  }
  return {
    type: 'template',
    template: { name, language: { code: language }, ...(components.length > 0 ? { components } : {}) },
  }
}

async function contentPart(content: ChatContent, ports: Ports): Promise<Part | Failure> {
  const { text, media, buttons, template, otp } = content
  if (template !== undefined) return templateMessage(template, ports)
  if (otp !== undefined) return unable('WhatsApp sends codes by templates of the category authentication.')
  if (buttons !== undefined) return interactive(content, ports)
  if (media !== undefined) return fileMessage(media, text, ports)
  return { type: 'text', text: { body: text } }
}

/**
 * Makes the body of `POST /<phone number id>/messages`, or gives the failure of a content that has none. `opaque` comes
 * back in the statuses sent, delivered and read (at most 512 characters).
 */
export async function whatsappMessage(
  to: string,
  content: ChatContent,
  opaque: string,
  ports: Ports,
): Promise<Part | Failure> {
  const part = await contentPart(content, ports)
  if (isFailure(part)) return part
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...recipient(to),
    ...part,
    biz_opaque_callback_data: opaque,
  }
}
