import { randomUUID } from 'node:crypto'
import { LOCAL_HEADER } from './build/local-calls.ts'
import { Refusal } from './state.ts'

interface Mail {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  /** `Message-ID` of the mail that this one answers. */
  readonly inReplyTo?: string
}

const encoded = (text: string): string => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`

/** Text of a plain mail (RFC 5322). */
function mailText({ from, to, subject, text, inReplyTo }: Mail): string {
  const fields = [
    `From: <${from}>`,
    `To: <${to}>`,
    `Subject: ${encoded(subject)}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${randomUUID()}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    ...(inReplyTo === undefined ? [] : [`In-Reply-To: ${inReplyTo}`]),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
  ]
  const body = (
    Buffer.from(text)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  ).join('\r\n')
  return `${fields.join('\r\n')}\r\n\r\n${body}\r\n`
}

/** Hands a mail to email() of the running gateway, as Cloudflare's mail servers do. */
export async function deliverMail(baseUrl: string, mail: Mail): Promise<void> {
  const query = new URLSearchParams({ from: mail.from, to: mail.to })
  const url = `${baseUrl}/cdn-cgi/local/email?${query}`
  const response = await fetch(url, {
    method: 'POST',
    headers: { [LOCAL_HEADER]: '1' },
    body: mailText(mail),
  }).catch(() => null)
  if (!response) throw new Refusal(`Nothing answers at ${baseUrl}: run \`npm start\` first, in another terminal.`)
  if (!response.ok) throw new Refusal(`The gateway did not take the mail: ${(await response.text()).trim()}`)
}
