import * as z from 'zod'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { CREDENTIAL_SCOPES } from '#worker/domain/people/scopes.ts'
import { MODES } from '#worker/domain/realm.ts'
import { type EpochMs, toTimestamp } from '#worker/domain/time.ts'
import { isIpRange } from '#worker/lib/http/ip-range.ts'

/** Schemas that several calls share. */

const NAME_MOST = 200

/** No control character, no line or paragraph separator, and nothing that turns the direction of what stands behind it. */
const ONE_LINE = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u
/** Words on one line that show as they stand, also in the midst of other words. */
export const oneLine = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(ONE_LINE, 'must be one line, without control characters and those that turn the direction of text')

export const name = oneLine(NAME_MOST).describe('What people call it.')
export const timestamp = z.iso.datetime().describe('RFC 3339 in UTC.')
/** Time that a caller gives, in any zone; the handler gets epoch milliseconds. */
export const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
export const channel = z.enum(CHANNELS).describe('The channel.')
export const mode = z.enum(MODES).describe('`test` reaches only simulated carriers.')
export const connectionId = z
  .string()
  .max(100)
  .meta({ description: 'Id of a connection (`con_…`).', examples: ['con_01kb2m6q7v4c9h2n01f7w2k9qx'] })
/** Reason of an operator, for the access log. */
export const reason = z
  .string()
  .trim()
  .min(3)
  .max(500)
  .describe('Why you look: a ticket, an order of a court. It is kept with who asked and when.')

/** Body of a call that shows words of a tenant's people. */
export const disclosingBody = z.strictObject({
  reason: reason.describe('Why you read it. It is kept with who asked and when, and the tenant reads it.'),
  underOrder: z
    .strictObject({ reference: oneLine(200).describe('Court, case and number of the order.') })
    .optional()
    .describe('An order of a court under which the tenant must not know of it: the tenant sees it when it is lifted.'),
})

/** Time as `timestamp` has it, or null. */
export const timestampOrNull = (at: EpochMs | null): string | null => (at === null ? null : toTimestamp(at))

/** Domain in the last line of a code's text. */
export const codeDomain = z
  .string()
  .max(100)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/, 'must be a domain in lower case')
/** Hash of an Android app, as the SMS Retriever API makes it. */
export const appHash = z.string().regex(/^[A-Za-z0-9+/]{11}$/, 'must be the 11 characters of the app’s hash')

/** Field of an answer of which something was altered in a database (docs/decisions/0041-altered-records.md). */
export const altered = z.literal(true).optional().describe('Somebody changed in the database what is missing here.')

/** The same as an answer shows it. */
export const alteredJson = ({ isAltered }: { readonly isAltered?: true }): { readonly altered?: true } =>
  isAltered ? { altered: true } : {}

/** Scopes of a program, each named once. */
export const credentialScopes = z
  .array(z.enum(CREDENTIAL_SCOPES))
  .min(1)
  .max(CREDENTIAL_SCOPES.length)
  .refine((scopes) => new Set(scopes).size === scopes.length, 'names a scope twice')

/** Addresses that a program may call from. */
export const allowedIps = z
  .array(z.string().max(64).refine(isIpRange, 'must be an IP address or a CIDR block'))
  .min(1)
  .max(100)
  .nullable()
  .optional()
  .describe('Where it may call from; null or absent: from anywhere.')
