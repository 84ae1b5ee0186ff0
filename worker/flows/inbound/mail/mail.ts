/*
 * A mail that came in is a report or a message. store.ts kept it in the bucket when the mail server handed it over, and
 * target.ts said whose it is; read.ts parses it; report.ts takes bounces and complaints, message.ts a person's words.
 */

import type { Platform } from '#worker/flows/core/platform.ts'
import type { MailJob } from '#worker/jobs.ts'
import { receiveMail } from './message.ts'
import { readMail } from './read.ts'
import { applyMailReport } from './report.ts'
import { mailTarget } from './target.ts'

/** What became of a mail, for the log. */
type Fate = 'report' | 'message' | 'dropped'

async function work(platform: Platform, job: MailJob, raw: Uint8Array<ArrayBuffer>): Promise<[Fate, string | null]> {
  const target = await mailTarget(platform, job.to)
  const mail = await readMail(raw)
  const result = await applyMailReport(platform, job, mail)
  if (result === 'applied') return ['report', null]
  // To a bounce address nobody writes: an absence note, or a bounce that cannot be read or believed.
  if (target?.kind === 'bounce') return ['dropped', result]
  // Whose it is was known when it was taken: an address given up since then is for the operator to see.
  if (!target) throw new TypeError('a mail came to an address that is nobody’s any more')
  await receiveMail(platform, job, mail, target.connectionId)
  return ['message', result === 'no-report' ? null : result]
}

/**
 * Works one mail that came in: a report on a message of ours, or a message of a person's. The mail itself is deleted when
 * that is written down, for it is personal and all that is kept of it is in the message.
 */
export async function applyMail(platform: Platform, job: MailJob): Promise<void> {
  const stored = await platform.env.MEDIA.get(job.key)
  if (!stored) {
    platform.log('mail.gone', { id: job.id })
    return
  }
  const raw = new Uint8Array(await stored.arrayBuffer())
  const [fate, reason] = await work(platform, job, raw)
  await platform.env.MEDIA.delete(job.key)
  platform.log('mail.worked', { id: job.id, fate, reason, bytes: raw.byteLength })
}
