import { utf8Length } from '#worker/lib/bytes.ts'
import type { PushNotification } from './content.ts'

/**
 * Bytes of plain text in one encrypted message: services take 4,096 (RFC 8030 7.2), of which header, padding delimiter
 * and tag are 103 (RFC 8291 4).
 */
export const LONGEST_PAYLOAD = 3_993

/** Longest id and report URL that are added to a content: a host has at most 253 characters, an attempt ref about 55. */
const LONGEST_ID = 'msg_'.length + 34
const LONGEST_REPORT = 'https://:65535/p/report/'.length + 253 + 55 + 27

/** Payload for the page's service worker, as JSON (examples/push/service-worker.js reads it). */
export function payloadOf(content: PushNotification, id: string, report: string): string {
  const { ttl: _, urgency: __, topic, ...shown } = content
  return JSON.stringify({ id, ...shown, ...(topic === undefined ? {} : { topic }), report })
}

const ENVELOPE = { id: 'x'.repeat(LONGEST_ID), report: 'x'.repeat(LONGEST_REPORT) }

/** Gives the bytes by which a content is too large to be sent for certain; 0 or less: it fits. */
export const oversize = (content: PushNotification): number =>
  utf8Length(payloadOf(content, ENVELOPE.id, ENVELOPE.report)) - LONGEST_PAYLOAD
