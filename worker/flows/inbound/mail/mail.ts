import { getSealed, mailPlace } from '#worker/flows/media/sealed-object.ts'
/*
 * A mail that came in is a report or a message. store.ts kept it in the bucket when the mail server handed it over, and
 * target.ts said whose it is; read.ts parses it; report.ts takes bounces and complaints, message.ts a person's words.
 */

import type { Platform } from '#worker/flows/core/platform.ts'
import type { MailJob } from '#worker/jobs.ts'
import { headerFields } from '#worker/lib/mail/header-fields.ts'
import { receiveMail } from './message.ts'
import { readMail } from './read.ts'
import { applyMailReport } from './report.ts'
import { mailTarget } from './target.ts'

/** Most bytes of a mail's header that a bounce's fields are looked for in. */
const MOST_HEADER = 64_000

/** Outcome of a mail, for the log. */
type Fate = 'report' | 'message' | 'dropped'

async function workMail(
  platform: Platform,
  job: MailJob,
  raw: Uint8Array<ArrayBuffer>,
): Promise<[Fate, string | null]> {
  const target = await mailTarget(platform, job.to, ['now'])
  const mail = await readMail(raw)
  const fields = headerFields(new TextDecoder().decode(raw.subarray(0, MOST_HEADER)))
  const result = await applyMailReport(platform, job, mail, fields)
  if (result === 'applied') return ['report', null]
  // Drops other mail to a bounce address: no person writes there, so it is an absence note or a bounce that is not believed.
  if (target?.kind === 'bounce') return ['dropped', result]
  // The address had an owner when the mail was taken. If it was given up since, the job goes to the dead letters, for the
  // operator.
  if (!target) throw new TypeError('a mail came to an address that is nobody’s any more')
  await receiveMail(platform, job, { mail, bytes: raw.byteLength, connectionId: target.connectionId })
  return ['message', result === 'no-report' ? null : result]
}

/**
 * Takes one mail: a report on a message of ours, or a message of a person's. The mail itself is deleted when that is written,
 * because it is personal: the message holds all that is needed, and has a copy as a file where the reading lost something.
 */
export async function applyMail(platform: Platform, job: MailJob): Promise<void> {
  const stored = await getSealed(platform, mailPlace(job.key))
  if (!stored) {
    platform.log('mail.gone', { id: job.id })
    return
  }
  const { bytes: raw } = stored
  const [fate, reason] = await workMail(platform, job, raw)
  await platform.env.MEDIA.delete(job.key)
  platform.log('mail.worked', { id: job.id, fate, reason, bytes: raw.byteLength })
}
