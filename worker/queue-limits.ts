/**
 * Sizes and counts that follow from limits of Cloudflare Queues, in UTF-8 bytes of JSON. A queue message holds at most
 * 128,000 bytes, a `sendBatch` 256,000 bytes and 100 messages; each 64,000 bytes begun are billed as one operation
 * (developers.cloudflare.com/queues/platform/limits and /pricing).
 */

// One billed operation each.

/** An envelope of messages on its way to dispatch, all of it. */
export const ENVELOPE_BYTES = 63_000
/** The messages of an envelope for a next attempt: the rest of it comes on top. */
export const NEXT_ENVELOPE_BYTES = 60_000
/** The packed events of a notify job: the rest of it comes on top. */
export const NOTIFY_BYTES = 60_000
/** A job of the sandbox carrier, all of it. */
export const SANDBOX_JOB_BYTES = 63_000
/** Rows of the IP log in one audit job: about 60,000 bytes. */
export const AUDIT_ROWS = 200

// One queue message each.

/** What one callback reports or brings: its job takes the rest, and two such jobs fit one `sendBatch`. */
export const CALLBACK_JOB_BYTES = 100_000
/** Work rows of a record job: a row's JSON is escaped once more inside it. */
export const RECORD_JOB_BYTES = 100_000
/** Outcomes of a record job: about 300 bytes each. */
export const RECORDS = 100
/** One POST to a webhook: a retry's job repeats its events. */
export const POST_BYTES = 100_000
/** The events of a notify job that one message still takes unpacked, with room for the rest of the job. */
export const LARGEST_NOTIFY_BYTES = 110_000
/** A session's turns: with the turn that passes the bound and the one that ends it, each escaped, they fit one message. */
export const SESSION_BYTES = 50_000
/** Text or HTML of a mail as JSON, where a control character takes six bytes: both, 50 files and the rest are one event. */
export const MAIL_TEXT_BYTES = 28_000

// One `sendBatch` each.

/** What the gateway hands over at once, with room for what the platform adds to each message. */
export const SEND_BATCH_BYTES = 250_000
/** Jobs of up to 128,000 bytes. */
export const LARGE_JOBS = 2
/** Jobs of up to 64,000 bytes. */
export const SMALL_JOBS = 4
