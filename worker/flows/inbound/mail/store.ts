import { newRequestId } from '#worker/domain/ids.ts'
import { PLAIN_BYTES } from '#worker/domain/media.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { mailPlace, putSealed } from '#worker/flows/media/sealed-object.ts'
import type { MailJob } from '#worker/jobs.ts'
import { errorLabel } from '#worker/lib/log.ts'

/** Most bytes of a mail: about what Cloudflare lets through, and what a file may have. */
export const MOST_RECEIVED_MAIL_BYTES = 25_000_000

/**
 * Stores a mail as it came and queues the work on it. When this returns, both are durable; if it throws, the mail must be
 * refused.
 */
export async function keepMail(
  platform: Platform,
  envelope: Pick<MailJob, 'from' | 'to'>,
  raw: Uint8Array<ArrayBuffer>,
): Promise<MailJob> {
  const { env, now, log } = platform
  const receivedAt = now()
  const id = newRequestId(receivedAt)
  const { to } = envelope
  const from = envelope.from === '<>' ? '' : envelope.from
  const job: MailJob = { kind: 'mail', id, key: `mail/${id}`, from, to, receivedAt }
  await putSealed(platform, mailPlace(job.key), { type: PLAIN_BYTES, name: null }, raw)
  try {
    await env.REPORT.send(job)
  } catch (error) {
    // Deletes the mail, because the sender's server will bring it again. A job that was queued all the same finds nothing
    // and ends.
    await env.MEDIA.delete(job.key).catch((left: unknown) => log('mail.left', { id, reason: errorLabel(left) }))
    throw error
  }
  return job
}
