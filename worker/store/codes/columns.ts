import { customType } from 'drizzle-orm/sqlite-core'
import {
  BASE,
  BATCH,
  type Bytes,
  CONNECTION,
  MESSAGE_ID,
  OUTCOMES,
  outcomeOf,
  REALM,
  type StoredOutcome,
} from './codes.ts'

/** Columns of the ledger that hold bytes or codes (codes.ts). */
const bytes = <Value extends string>({ encode, decode }: Bytes<Value>) =>
  customType<{ data: Value; driverData: string }>({ dataType: () => 'blob', toDriver: encode, fromDriver: decode })

export const realmBytes = bytes(REALM)
export const baseBytes = bytes(BASE)
export const batchBytes = bytes(BATCH)
export const messageBytes = bytes(MESSAGE_ID)
export const connectionBytes = bytes(CONNECTION)
/** Bytes that have no other form in the code: hex. */
export const hexBytes = bytes<string>({ encode: (hex) => hex, decode: (hex) => hex })

export const outcomeCode = customType<{ data: StoredOutcome; driverData: number }>({
  dataType: () => 'integer',
  toDriver: (outcome) => OUTCOMES[outcome],
  fromDriver: outcomeOf,
})
