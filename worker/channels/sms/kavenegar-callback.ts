import { foldDigits } from '#worker/domain/addresses/address.ts'
import { CallbackRefused, type InboundMessage, type Receipt, type Received } from '#worker/domain/carriers/provider.ts'
import { unixTime } from '#worker/vendors/carrier-time.ts'
import { toE164, toLine } from '#worker/vendors/kavenegar.ts'
import {
  isMute,
  type KavenegarFields,
  kavenegarIdOf,
  kavenegarReceipt,
  kavenegarRecords,
} from '#worker/vendors/kavenegar-callback.ts'
import type { SmsContent } from './content.ts'

/** Reads a callback in query string, form or JSON (one record, a list, or `entries`), digits in any script. */
export async function receiveKavenegar(request: Request): Promise<Received<SmsContent>> {
  const receipts: Receipt[] = []
  const inbound: InboundMessage<SmsContent>[] = []
  for (const fields of await kavenegarRecords(request)) {
    const receipt = kavenegarReceipt(fields)
    const message = receipt ? null : inboundOf(fields)
    if (receipt) receipts.push(receipt)
    else if (message) inbound.push(message)
    else if (!isMute(fields)) throw new CallbackRefused(400, 'neither a status nor a message')
  }
  return { receipts, inbound }
}

function inboundOf(fields: KavenegarFields): InboundMessage<SmsContent> | null {
  const from = fields.get('from') ?? fields.get('sender')
  const to = fields.get('to') ?? fields.get('receptor')
  const text = fields.get('message')
  if (from === undefined || to === undefined || text === undefined) return null
  return {
    providerRef: kavenegarIdOf(fields),
    from: toE164(from),
    to: toLine(to),
    content: { text },
    carrierAt: unixTime(Number(foldDigits(fields.get('date') ?? ''))),
  }
}
