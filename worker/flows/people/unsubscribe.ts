import { eventIdOf } from '#worker/domain/ids.ts'
import type { Message } from '#worker/domain/messages/message.ts'
import { tenantOf } from '#worker/domain/realm.ts'
import { messageOfAttempt } from '#worker/flows/carriers/find-attempt.ts'
import { readPersonToken } from '#worker/flows/carriers/person-links.ts'
import { spokenFor } from '#worker/flows/carriers/spoken-for.ts'
import { policyOf } from '#worker/flows/core/admission.ts'
import { personKey } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { readRequest } from '#worker/lib/http/request-body.ts'
import { applyWishes } from './opt-outs.ts'
import { personCall } from './person-log.ts'
import { askPage, donePage, nowherePage, unsubscribeHeaders } from './unsubscribe-page.ts'

/** Most bytes of a form with one field; mail services send it as a multipart form too (RFC 8058 3.2). */
const MOST_BYTES = 4_096

/** Finds the message that a link was made for; null if the link is none of ours, or the message is past its retention. */
async function messageOfLink(platform: Platform, token: string): Promise<Message | null> {
  const ref = await readPersonToken(platform.config.idKeys, 'unsubscribe', token)
  return ref === null ? null : messageOfAttempt(platform, ref)
}

/**
 * Writes the opt-out of the message's recipient for its sender, with its event and the call in the access log. A repeat changes
 * nothing and writes nothing.
 */
async function optOut(platform: Platform, request: Request, message: Message): Promise<void> {
  const { id, channel, to, from } = message
  const realm = (await spokenFor(platform, message.connectionId))(message.realm)
  const policy = await policyOf(platform, tenantOf(realm))
  if (!policy) return
  const partyKey = await personKey(platform, realm, platform.channels[channel], to)
  const changes = await applyWishes(
    platform,
    [
      {
        asks: 'stop',
        source: 'recipient',
        policy,
        realm,
        channel,
        partyKey,
        line: from,
        party: to,
        messageId: id,
        eventId: eventIdOf(id, 'unsubscribed'),
        call: personCall(platform, request, realm, 'unsubscribe'),
      },
    ],
    platform.now(),
  )
  platform.log('person.unsubscribed', { realm, channel, new: changes > 0 })
}

/** True for the form that a mail program's button or our page sends. A POST of anything else was not meant to opt out. */
async function isOneClick(request: Request): Promise<boolean> {
  const bytes = await readRequest(request, MOST_BYTES)
  const type = request.headers.get('content-type') ?? ''
  if (!bytes || !/^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) return false
  try {
    const form = await new Response(bytes, { headers: { 'content-type': type } }).formData()
    return form.get('List-Unsubscribe') === 'One-Click'
  } catch {
    return false
  }
}

const pageAnswer = async (body: string | null, status = 200): Promise<Response> =>
  new Response(body, { status, headers: await unsubscribeHeaders() })
const emptyAnswer = (status: number, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(null, { status, headers: { 'cache-control': 'no-store', ...headers } })

/**
 * Answers one-click unsubscribe (RFC 8058) and its page for people. Only a POST of the form opts out, because virus scanners
 * and previews open links too. No cookie, no redirect, no script.
 */
export async function unsubscribe(platform: Platform, request: Request, token: string): Promise<Response> {
  const { method } = request
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') return emptyAnswer(405, { allow: 'GET, HEAD, POST' })
  const message = await messageOfLink(platform, token)
  if (method === 'HEAD') return pageAnswer(null, message ? 200 : 404)
  if (!message) return pageAnswer(await nowherePage(), 404)
  if (method === 'GET') return pageAnswer(await askPage(message.from))
  if (!(await isOneClick(request))) return emptyAnswer(400)
  await optOut(platform, request, message)
  return pageAnswer(await donePage(message.from))
}
