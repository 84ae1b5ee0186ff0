import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { EventType } from '#worker/domain/messages/events.ts'

const AT = '2026-11-20T08:30:05.000Z'
const DIGITS = '01kb2m6q7v4c9h2n0000101f7w2k9qx0000'
const ID = `msg_${DIGITS}`

const SESSION = 'ses_7h2k9x4m1p3q01kb2m6q7v4c9h2n01f7w2k9qx'
const DEVICE = 'dev_7h2k9x4m1p3q01kb2m6q7v4c9h2n0w1f7w2k9qx'

const outbound = (status: string, failure?: { readonly code: string; readonly detail: string }) => ({
  id: ID,
  direction: 'outbound',
  channel: 'sms',
  status,
  at: AT,
  to: '+989121234567',
  from: '10004346',
  units: 1,
  purpose: 'transactional',
  clientRef: 'order-1001',
  ...(failure ? { failure } : {}),
})

const verification = (status: string, checks: number) => ({
  id: 'ver_7h2k9x4m1p3q01kb2m6q7v4c9h2n03m8r5t1w6y2z9k4p01f7w2k9q',
  status,
  to: '+989121234567',
  channel: 'sms',
  checks,
  startedAt: '2026-11-20T08:29:40.000Z',
  at: AT,
  clientRef: 'sign-up-1001',
})

const received = (channel: ChannelName, from: string, to: string, content: object) => ({
  id: 'msg_01kb2mgx3r7d5e8k0000101c4t8mz2v0000',
  direction: 'inbound',
  channel,
  status: 'received',
  at: AT,
  to,
  from,
  units: 1,
  purpose: 'transactional',
  content,
})

const FILE = 'med_7h2k9x4m1p3q01kb2m6q7v4c9h2n01f7w2k9qx'

/** What else comes in, by what it is. */
const ALSO_RECEIVED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'keys pressed in a call': received('voice', '+989121234567', '+982112345678', { digits: '12#' }),
  'a voice message': received('voice', '+989121234567', '+982112345678', {
    recording: { seconds: 12, media: FILE, type: 'audio/mpeg', bytes: 48_213 },
  }),
  'a mail': received('email', 'ali@example.com', 'shop@example.org', {
    subject: 'سفارش',
    text: 'سلام',
    html: '<p>سلام</p>',
    fromName: 'Ali',
    attachments: [{ media: FILE, type: 'image/png', bytes: 48_213, name: 'photo.png', contentId: 'photo' }],
  }),
  'an absence note': received('email', 'ali@example.com', 'shop@example.org', {
    subject: 'Away',
    text: 'Back on Monday.',
    automatic: true,
  }),
  'a button of a messenger': received('chat', 'telegram:42', 'telegram:@shop', { text: 'بله', reply: 'yes' }),
  'a file and a place of a messenger': received('chat', 'telegram:42', 'telegram:@shop', {
    text: 'here',
    location: { latitude: 35.7, longitude: 51.4 },
    files: [{ id: FILE, type: 'image/jpeg', name: null, bytes: 48_213 }],
  }),
  'a reply to a notification': received('push', DEVICE, 'shop', { text: 'later' }),
}

const suppression = {
  channel: 'sms',
  recipient: '+989121234567',
  sender: '10004346',
  source: 'keyword',
  messageId: 'msg_01kb2mgx3r7d5e8k0000101c4t8mz2v0000',
  at: AT,
}

const DATA: Readonly<Record<EventType, Readonly<Record<string, unknown>>>> = {
  'message.submitted': { ...outbound('submitted'), price: { amount: 1_520, currency: 'IRR' } },
  'message.delivered': outbound('delivered'),
  'message.read': outbound('read'),
  'message.undelivered': outbound('undelivered', {
    code: 'recipient-unreachable',
    detail: 'The handset did not get the message.',
  }),
  'message.rejected': outbound('rejected', {
    code: 'recipient-invalid',
    detail: 'The carrier knows no such recipient.',
  }),
  'message.failed': outbound('failed', {
    code: 'no-route',
    detail: 'no active connection carries this message',
  }),
  'message.expired': outbound('expired', {
    code: 'validity-expired',
    detail: 'its validity ended before a carrier took it',
  }),
  'message.unknown': outbound('unknown', {
    code: 'provider-timeout',
    detail: 'The carrier did not answer in time.',
  }),
  'message.canceled': outbound('canceled', { code: 'canceled', detail: 'canceled before any carrier was called' }),
  'message.suppressed': outbound('suppressed', {
    code: 'recipient-suppressed',
    detail: 'the recipient has opted out',
  }),
  'message.received': { ...received('sms', '+989121234567', '10004346', { text: 'بله' }), inReplyTo: ID },
  'session.turn': {
    sessionId: SESSION,
    channel: 'ussd',
    event: 'input',
    from: '+989121234567',
    to: '*384*1#',
    input: '2',
    inputs: ['1', '2'],
    turn: 3,
    at: AT,
    answerBy: '2026-11-20T08:30:08.700Z',
  },
  'session.started': { sessionId: SESSION, channel: 'ussd', from: '+989121234567', to: '*384*1#', at: AT },
  'session.ended': {
    sessionId: SESSION,
    channel: 'ussd',
    from: '+989121234567',
    to: '*384*1#',
    reason: 'application',
    startedAt: '2026-11-20T08:29:40.000Z',
    at: AT,
    turns: [{ at: AT, input: '2', screen: 'سپاس', by: 'application', ms: 120 }],
  },
  'verification.approved': verification('approved', 0),
  'verification.failed': verification('failed', 5),
  'verification.blocked': { ...verification('blocked', 0), reason: 'prefix' },
  'verification.ceiling': { scope: 'home', percent: 50, used: 25_000, ceiling: 50_000, at: AT },
  'device.removed': { id: DEVICE, app: 'shop', network: 'webpush', user: 'ali', tags: ['orders'], at: AT },
  'suppression.added': suppression,
  'suppression.removed': suppression,
  'webhook.disabled': {
    endpointId: 'whe_01kb2k4w9a6t3p1z',
    description: 'Orders',
    reason: 'the receiver answered 410 Gone',
    at: AT,
  },
  'webhook.test': { endpointId: 'whe_01kb2k4w9a6t3p1z', at: AT },
}

/** Example of the body of a POST that tells of one event of this type. */
const eventExample = (type: EventType) => ({ type, timestamp: AT, data: DATA[type] })
/** Examples of bodies of this type by what they are, the usual one under the type's own name. */
export const eventExamples = (type: EventType): Readonly<Record<string, ReturnType<typeof eventExample>>> => ({
  [type]: eventExample(type),
  ...(type === 'message.received'
    ? Object.fromEntries(Object.entries(ALSO_RECEIVED).map(([name, data]) => [name, { type, timestamp: AT, data }]))
    : {}),
})
/** Value of the `webhook-id` header of such a POST. */
export const EVENT_ID_EXAMPLE = `evt_${DIGITS}_delivered`
export const EVENT_TIME_EXAMPLE = Date.parse(AT) / 1000
