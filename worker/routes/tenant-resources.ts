import type { Resource } from '#worker/routes/operation/operation.ts'
import { invitations } from '#worker/routes/people/invitations.ts'
import { apiKeys } from '#worker/routes/people/keys.ts'
import { members } from '#worker/routes/people/members.ts'
import { ownDisclosures } from '#worker/routes/people/own-disclosures.ts'
import { oauth } from '#worker/routes/public/oauth.ts'
import { wellKnown } from '#worker/routes/public/well-known.ts'
import { ownAccount } from '#worker/routes/v1/account.ts'
import { batches } from '#worker/routes/v1/batches.ts'
import { channels } from '#worker/routes/v1/channels.ts'
import { deliveries } from '#worker/routes/v1/deliveries.ts'
import { devices } from '#worker/routes/v1/devices.ts'
import { media } from '#worker/routes/v1/media.ts'
import { messageEvents } from '#worker/routes/v1/message-events.ts'
import { messages } from '#worker/routes/v1/messages.ts'
import { ownRequests } from '#worker/routes/v1/requests.ts'
import { ownSenders } from '#worker/routes/v1/senders.ts'
import { sessions } from '#worker/routes/v1/sessions.ts'
import { statistics } from '#worker/routes/v1/statistics/messages.ts'
import { verificationStatistics } from '#worker/routes/v1/statistics/verifications.ts'
import { suppressions } from '#worker/routes/v1/suppressions.ts'
import { verifications } from '#worker/routes/v1/verifications.ts'
import { webhooks } from '#worker/routes/v1/webhooks.ts'

/**
 * Calls of tenants' programs, a line each, in the order of the docs. The public gateway's script of a
 * split deployment holds these and no others, so that it stays small.
 */
export const tenantResources: readonly Resource[] = [messages, batches, channels, media, devices, oauth, wellKnown]

/**
 * Calls by which tenants manage what they have and read up what was done, as people do now and then: no call on the way of a
 * message. A split deployment serves them by a script of their own.
 */
export const accountResources: readonly Resource[] = [
  ownAccount,
  ownSenders,
  statistics,
  verificationStatistics,
  suppressions,
  webhooks,
  deliveries,
  messageEvents,
  sessions,
  ownRequests,
  ownDisclosures,
  members,
  invitations,
  apiKeys,
]

/** Calls of verifications, which a split deployment serves by a script of their own too. */
export const verificationResources: readonly Resource[] = [verifications]
