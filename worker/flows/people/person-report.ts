import * as z from 'zod'
import type { ReceiptStatus } from '#worker/domain/carriers/provider.ts'
import { type AttemptRef, newRequestId, parseAttemptRef } from '#worker/domain/ids.ts'
import { STATUS_CODES } from '#worker/domain/messages/status.ts'
import { messageOfAttempt } from '#worker/flows/carriers/find-attempt.ts'
import { readPersonToken } from '#worker/flows/carriers/person-links.ts'
import { channelOf } from '#worker/flows/carriers/ports.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { HeardMessage, InboundJob, ReportJob } from '#worker/jobs.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { toBase64Url } from '#worker/lib/bytes.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import { readRequest } from '#worker/lib/http/request-body.ts'
import { parseJson } from '#worker/lib/json/input.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import { countRefs } from '#worker/store/messages/refs.ts'
import { logReport } from './person-log.ts'

/** Most bytes of a report. */
const MOST_BYTES = 8_192
/** Most replies to one message, because anybody who has its link can send them. */
export const MOST_REPLIES = 20

const reportInput = z.discriminatedUnion('event', [
  z.strictObject({ event: z.enum(['shown', 'clicked', 'closed']) }),
  z.strictObject({ event: z.literal('replied'), text: z.string().trim().min(1).max(2_000) }),
])
type PersonReport = z.infer<typeof reportInput>

/** Headers that let every page read the answers: they hold nothing, and no cookie is looked at. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'content-type',
  'access-control-max-age': '86400',
  'cache-control': 'no-store',
} as const

const answer = (status: number): Response => new Response(null, { status, headers: CORS })

/** Status that each event proves of a message; a notification that was closed must have been shown. */
const STATUS: Readonly<Record<PersonReport['event'], ReceiptStatus>> = {
  shown: 'delivered',
  closed: 'delivered',
  clicked: 'read',
  replied: 'read',
}

async function readReport(request: Request): Promise<PersonReport | 400 | 413> {
  const bytes = await readRequest(request, MOST_BYTES)
  if (!bytes) return 413
  const parsed = parseJson(bytes)
  // Takes any content type: a page may send plain text, which needs no preflight.
  if (!parsed.ok || parsed.faults.list.length > 0) return 400
  const report = reportInput.safeParse(parsed.value)
  return report.success ? report.data : 400
}

/** Reports that this isolate has queued lately, so that a page that repeats itself costs nothing. */
const queued = new BoundedMap<string, true>(10_000)

const nameOf = async (ref: AttemptRef, report: PersonReport): Promise<string> =>
  toBase64Url((await sha256(JSON.stringify([ref, report]))).subarray(0, 18))

const replyPrefix = (ref: AttemptRef): string => `re:${ref}:`

/** Counts of replies that this isolate has queued, by attempt: those on their way are in no ledger yet. */
const replies = new BoundedMap<AttemptRef, number>(10_000)

/** Takes a reply out of the count that could not be queued, because the page will repeat it. */
const giveBack = (ref: AttemptRef): void => replies.set(ref, Math.max(0, (replies.get(ref) ?? 0) - 1))

/**
 * True if the message has all the replies it may have. Asks every shard, because a reply is on the one that took writes
 * when it came.
 */
async function isAnswered(
  platform: Platform,
  connection: ReportJob['connectionId'],
  ref: AttemptRef,
): Promise<boolean> {
  const sent = replies.get(ref) ?? 0
  if (sent >= MOST_REPLIES) return true
  replies.set(ref, sent + 1)
  let count = 0
  try {
    const group = [connection, `in:${replyPrefix(ref)}`] as const
    for (const shard of boundShards(platform.env))
      count += await countRefs(shardOfEnv(platform.env, shard), platform.keys, group, MOST_REPLIES)
  } catch (error) {
    giveBack(ref)
    throw error
  }
  return count >= MOST_REPLIES
}

/**
 * Makes a receipt of a report, and of a reply also an inbound message. None if the message is not known, or its channel
 * takes no replies.
 */
async function reportJobs(
  platform: Platform,
  ref: AttemptRef,
  report: PersonReport,
  name: string,
): Promise<readonly (ReportJob | InboundJob)[]> {
  const message = await messageOfAttempt(platform, ref)
  const channel = message && channelOf(platform, message.channel)
  if (!message || !channel?.reply || message.connectionId === null) return []
  const { connectionId, to, from } = message
  // What the message's status says already is told no second time.
  if (report.event !== 'replied' && STATUS_CODES[message.status] >= STATUS_CODES[STATUS[report.event]]) return []
  // A reply beyond the limit makes no receipt either: those before it have told that the message was read.
  if (report.event === 'replied' && (await isAnswered(platform, connectionId, ref))) return []
  const now = platform.now()
  const base = { id: newRequestId(now), connectionId, receivedAt: now }
  const receipt = { attemptRef: ref, status: STATUS[report.event], at: now }
  const jobs: (ReportJob | InboundJob)[] = [{ kind: 'report', ...base, receipts: [receipt], proof: 'signature' }]
  if (report.event !== 'replied') return jobs
  const reply: HeardMessage = {
    providerRef: `${replyPrefix(ref)}${name}`,
    from: to,
    to: from,
    content: channel.reply(report.text),
    at: now,
    inReplyTo: ref,
  }
  return [...jobs, { kind: 'inbound', ...base, messages: [reply] }]
}

/**
 * Takes a report of a person's device on a message: shown, clicked, closed or replied. The token is the proof, and is good
 * for one message; a repeated report changes nothing. A known token is answered 204 also if nothing was done, because the
 * page could do nothing about it.
 */
export async function reportByPerson(platform: Platform, request: Request, token: string): Promise<Response> {
  if (request.method === 'OPTIONS') return answer(204)
  if (request.method !== 'POST') return answer(405)
  const ref = await readPersonToken(platform.config.idKeys, 'report', token)
  if (ref === null) return answer(404)
  const report = await readReport(request)
  if (typeof report === 'number') return answer(report)
  const name = await nameOf(ref, report)
  if (queued.get(name)) return answer(204)
  const jobs = await reportJobs(platform, ref, report, name)
  const realm = jobs.some(({ kind }) => kind === 'inbound') ? parseAttemptRef(ref)?.realm : undefined
  try {
    if (realm) await logReport(platform, request, realm)
    if (jobs.length > 0) await platform.env.REPORT.sendBatch(jobs.map((body) => ({ body })))
  } catch (error) {
    if (realm) giveBack(ref)
    throw error
  }
  queued.set(name, true)
  platform.log('person.reported', { event: report.event, jobs: jobs.length })
  return answer(204)
}
