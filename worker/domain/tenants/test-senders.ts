import type { ChannelName } from '#worker/domain/channel-names.ts'
import type { TenantId } from '#worker/domain/ids.ts'
import { decodeNumber } from '#worker/lib/base32.ts'

/** Base32 digits of a tenant's id that its numbers are made of: 50 bits. */
const OF_ID = 10
const DIGITS = 10

/**
 * Addresses from which an account that nobody has given a sender sends in test, on each channel: made of its id, and nobody's
 * outside. No line begins with 9999 in 14 digits, and `example` is no domain (RFC 2606).
 */
export function testSenders(tenantId: TenantId): Readonly<Record<ChannelName, string>> {
  const digits = String((decodeNumber(tenantId.slice(-OF_ID)) ?? 0) % 10 ** DIGITS).padStart(DIGITS, '0')
  const name = tenantId.replaceAll('_', '-')
  return {
    sms: `9999${digits}`,
    voice: `9999${digits}`,
    push: name,
    email: `hello@${name}.example`,
    ussd: `*9999*${digits}#`,
    chat: `sandbox:${digits}`,
  }
}
