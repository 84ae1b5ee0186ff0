import type { MailJob } from '../env.ts'
import type { Platform } from './platform.ts'

/** Works one mail that came in: a message of a person's, or a report on one of ours. */
export async function applyMail(_platform: Platform, _job: MailJob): Promise<void> {
  throw new Error('mail is not worked yet')
}
