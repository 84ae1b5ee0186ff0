import type { Platform } from '#worker/flows/core/platform.ts'
import { keepMail, MOST_RECEIVED_MAIL_BYTES } from '#worker/flows/inbound/mail/store.ts'
import { mailTarget } from '#worker/flows/inbound/mail/target.ts'
import { readBounded } from '#worker/lib/http/bounded-http.ts'
import { errorLabel } from '#worker/lib/log.ts'
import type { Env } from './env.ts'

/** SMTP replies to the server of a mail that is not taken; they tell nothing of the mail or of tenants. */
const REFUSALS = {
  nobody: '5.1.1 There is no such mailbox here.',
  'too-large': '5.3.4 The message is larger than 25 MB.',
} as const

type Reception = { readonly taken: string } | { readonly refused: keyof typeof REFUSALS }

async function take(platform: Platform, message: ForwardableEmailMessage): Promise<Reception> {
  const { from, to, rawSize } = message
  if (rawSize > MOST_RECEIVED_MAIL_BYTES) return { refused: 'too-large' }
  if ((await mailTarget(platform, to)) === null) return { refused: 'nobody' }
  const raw = await readBounded(message.raw, MOST_RECEIVED_MAIL_BYTES)
  if (!raw) return { refused: 'too-large' }
  return { taken: (await keepMail(platform, { from, to }, raw)).id }
}

/**
 * Handler for email(). Refuses mail for nobody here while its sender's server still listens; keeps and queues all other.
 * A throw answers a temporary SMTP error, upon which that server comes again
 * (https://github.com/cloudflare/cloudflare-docs/pull/12591).
 */
export function mailHandler(
  platformOf: (env: Env) => Platform | Promise<Platform>,
): (message: ForwardableEmailMessage, env: Env) => Promise<void> {
  return async (message, env) => {
    const platform = await platformOf(env)
    const { rawSize: bytes } = message
    try {
      const reception = await take(platform, message)
      if ('refused' in reception) {
        message.setReject(REFUSALS[reception.refused])
        platform.log('mail.refused', { reason: reception.refused, bytes })
      } else platform.log('mail.received', { id: reception.taken, bytes })
    } catch (error) {
      platform.log('mail.failed', { bytes, reason: errorLabel(error) })
      throw error
    }
  }
}
