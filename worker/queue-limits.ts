/**
 * Sizes and counts that follow from limits of Cloudflare Queues, in UTF-8 bytes of JSON. A queue message holds at most
 * 128,000 bytes, a `sendBatch` 256,000 bytes and 100 messages; each 64,000 bytes begun are billed as one operation
 * (developers.cloudflare.com/queues/platform/limits and /pricing).
 */

// Sizes that are billed as one operation.

/** A whole envelope of messages on its way to dispatch. */
export const ENVELOPE_BYTES = 63_000
/** Messages of an envelope for a next attempt; its other fields come on top. */
export const NEXT_ENVELOPE_BYTES = 60_000
/** Packed events of a notify job; its other fields come on top. */
export const NOTIFY_BYTES = 60_000
/** A whole job of the sandbox carrier. */
export const SANDBOX_JOB_BYTES = 63_000
/** A whole job of joined callbacks. */
export const JOINT_JOB_BYTES = 63_000
/** Fields of such a job beside its records. */
export const JOINT_HEAD_BYTES = 500
/** Rows of the access log in one audit job: about 60,000 bytes. */
export const AUDIT_ROWS = 200

// Sizes that fit one queue message.

/** Reports or inbound messages of one callback. With its other fields, two such jobs fit one `sendBatch`. */
export const CALLBACK_JOB_BYTES = 100_000
/** Work rows of a record job, where the JSON of a row is a string and its quotation marks are escaped. */
export const RECORD_JOB_BYTES = 100_000
/** Outcomes of a record job: about 300 bytes each. */
export const RECORDS = 100
/** Body of one POST to a webhook: the job of its retry holds the same events. */
export const POST_BYTES = 100_000
/** Events of a notify job that still fit one queue message unpacked, with room for the job's other fields. */
export const LARGEST_NOTIFY_BYTES = 110_000
/** Turns of a session, which ends beyond this: with the turn that exceeds it and the last one, all escaped, they fit. */
export const SESSION_BYTES = 50_000
/** Text or HTML of an inbound mail as JSON, where a control character takes six bytes: both and 50 files fit one event. */
export const MAIL_TEXT_BYTES = 28_000

// Sizes and counts of one `sendBatch`.

/** Messages of one `sendBatch`, with room for what the platform adds to each. */
export const SEND_BATCH_BYTES = 250_000
/** What sealing adds to a job at most: its head with the names of key and queue, nonce and tag. */
export const SEALING_BYTES = 100
/** Messages of one `sendBatch`, however small. */
export const MOST_JOBS = 100
/** Jobs of up to 128,000 bytes that one `sendBatch` holds. */
export const LARGE_JOBS = 2
/** Jobs of up to 64,000 bytes that one `sendBatch` holds. */
export const SMALL_JOBS = 4
