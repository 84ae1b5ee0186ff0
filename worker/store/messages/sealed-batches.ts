import { utf8 } from '#worker/lib/bytes.ts'
import { alteredMark, type MaybeAltered, textOrNull } from '#worker/store/keys/altered.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { type IdRow, keysToOpen, keysToSeal } from '#worker/store/keys/keys-of-ids.ts'
import { hexOpener, type Opening, sealHex } from '#worker/store/keys/sealed.ts'
import { clientKey } from './sealed.ts'

const batchPlace = ({ realm, id }: IdRow) => ['batches', realm, id, 'client_ref'] as const

const decoder = new TextDecoder()
const textOf = (plain: Uint8Array): string => decoder.decode(plain)

/** Row of a batch as the code has it. */
interface OpenBatch extends IdRow {
  readonly clientRef: string | null
}

/** Batch as it is written and read: the client ref as hex. */
export type SealedBatch<Row> = Omit<Row, 'clientRef'> & {
  readonly clientRef: string | null
  readonly clientKey: string | null
}

/** Seals the client refs of batches, for writing. */
export async function sealBatches<Row extends OpenBatch>(
  keyring: Keyring,
  rows: readonly Row[],
): Promise<readonly SealedBatch<Row>[]> {
  const named = rows.filter(({ clientRef }) => clientRef !== null)
  const keysOf = await keysToSeal(keyring, named)
  return Promise.all(
    rows.map(async (row) => {
      if (row.clientRef === null) return { ...row, clientKey: null }
      const keys = keysOf(row)
      const [clientRef, hash] = await Promise.all([
        sealHex(keys, utf8(row.clientRef), batchPlace(row)),
        clientKey(keys, 'batches', row.realm, row.clientRef),
      ])
      return { ...row, clientRef, clientKey: hash }
    }),
  )
}

/** Opens the client refs of batches. */
export async function openBatches<Row extends IdRow & SealedBatch<unknown>>(
  keyring: Opening,
  rows: readonly Row[],
): Promise<readonly (Omit<Row, 'clientKey'> & MaybeAltered)[]> {
  const hex = hexOpener(keyring)
  const keysOf = await keysToOpen(
    keyring,
    rows.filter(({ clientRef }) => clientRef !== null),
  )
  const opened = await Promise.all(
    rows.map(async ({ clientKey: _, ...row }) => {
      const keys = row.clientRef === null ? null : keysOf(row)
      if (row.clientRef === null || keys === null) return { ...row, clientRef: null }
      const clientRef = await hex.open(keys, row.clientRef, batchPlace(row), textOf)
      return { ...row, clientRef: textOrNull(clientRef), ...alteredMark(clientRef) }
    }),
  )
  await hex.tell()
  return opened
}
