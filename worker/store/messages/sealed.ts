import { baseOf, type MessageId } from '#worker/domain/ids.ts'
import type { TimelineEntry } from '#worker/domain/messages/message.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { toHex, utf8 } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { ALTERED, alteredMark, type MaybeAltered, type OpenedText, textOrNull } from '#worker/store/keys/altered.ts'
import type { Keyring, Keys } from '#worker/store/keys/keyring.ts'
import { type IdRow, keysToOpen, keysToSeal } from '#worker/store/keys/keys-of-ids.ts'
import { keyOwnerOf } from '#worker/store/keys/rows.ts'
import { type HexOpener, hexOpener, type Opening, type Place, sealHex } from '#worker/store/keys/sealed.ts'
import { fieldsBytes, fieldsOfBytes, NO_FIELDS, type SealedFields } from './sealed-fields.ts'
import { entryHex, hasWords, type ReadTimeline, withWords, wordsOf } from './timeline.ts'

/**
 * What is sealed of messages, and how it is opened. The keys are those of the tenant and of the month that an id names, so that
 * no row holds their number; every nonce is random (docs/decisions/0034-sealed-messages.md). A value whose keys were forgotten
 * reads as gone, and so does one that was altered, but that row is marked.
 */

const decoder = new TextDecoder()
const textOf = (plain: Uint8Array): string => decoder.decode(plain)

/** Stands for a content that there is none of; anything sealed is longer. */
export const NO_CONTENT = '00'
const NONE = 'null'

const fieldsPlace = ({ realm, id }: IdRow) => ['messages', realm, id, 'sealed'] as const
const contentPlace = ({ realm, id }: IdRow) => ['messages', realm, id, 'content'] as const
const wordsPlace = ({ realm, id }: IdRow) => ['messages', realm, id, 'timeline'] as const
const sharedPlace = ({ realm, id }: IdRow) => ['contents', realm, id, 'content'] as const

/** Row that stands for a base: the keys are found by the time in it. */
const baseRow = (realm: Realm, base: string): IdRow => ({ realm, id: `bat_${base}` })

/** Bytes of a client ref's hash. What it finds is compared with the ref itself. */
const CLIENT_KEY_BYTES = 8

/** Hash of a client ref in rows of a table. */
export async function clientKey(
  { index }: Keys,
  table: 'messages' | 'batches',
  realm: Realm,
  ref: string,
): Promise<string> {
  return toHex((await hmac(index, JSON.stringify([table, realm, 'client_ref', ref]))).subarray(0, CLIENT_KEY_BYTES))
}

/** Hashes that a client ref may have in rows since a time: one a month. */
export async function clientKeysOf(
  keyring: Keyring,
  table: 'messages' | 'batches',
  { realm, clientRef, since }: { readonly realm: Realm; readonly clientRef: string; readonly since: EpochMs },
): Promise<readonly string[]> {
  const months = await keyring.indexes(keyOwnerOf(realm), since)
  return Promise.all(months.map((keys) => clientKey(keys, table, realm, clientRef)))
}

/** Change of a message, with its entry of the timeline. */
interface Entered {
  readonly realm: Realm
  readonly id: MessageId
  readonly entry: TimelineEntry
}

/** The same as it is written: the entry as hex. */
export type SealedEntry<Row> = Omit<Row, 'entry'> & { readonly entry: string }

/** Hex of an entry with its words sealed. */
async function sealedEntry(keys: Keys, { realm, id, entry }: Entered): Promise<string> {
  const words = hasWords(entry) ? await sealHex(keys, utf8(wordsOf(entry)), wordsPlace({ realm, id })) : ''
  return entryHex(id, entry, words)
}

/** Seals what entries say, for writing. Most say nothing, and then no keys are asked for. */
export async function sealEntries<Row extends Entered>(
  keyring: Keyring,
  rows: readonly Row[],
): Promise<readonly SealedEntry<Row>[]> {
  const wordy = rows.filter(({ entry }) => hasWords(entry))
  if (wordy.length === 0) return rows.map((row) => ({ ...row, entry: entryHex(row.id, row.entry, '') }))
  const keysOf = await keysToSeal(keyring, wordy)
  return Promise.all(
    rows.map(async (row) => {
      const { id, entry } = row
      return { ...row, entry: hasWords(entry) ? await sealedEntry(keysOf(row), row) : entryHex(id, entry, '') }
    }),
  )
}

/** Fields of a message that are sealed before it is written, as they are in the code. */
interface Open extends IdRow, SealedFields {
  readonly id: MessageId
  /** JSON; null: it stands once for the whole request. */
  readonly content: string | null
  readonly timeline: readonly TimelineEntry[]
}

/** The same as they are written: hex. */
interface Closed {
  readonly sealed: string | null
  readonly clientKey: string | null
  readonly content: string | null
  readonly timeline: string
}

/** Message as it is written. */
export type Sealed<Row> = Omit<Row, keyof SealedFields | 'content' | 'timeline'> & Closed

/** Fields that this isolate sealed, with what they became. */
interface Known {
  readonly realm: Realm
  readonly sealed: string
  readonly fields: SealedFields
}

/** Most messages whose fields are known, and most hex digits of them: twelve megabytes at the worst. */
const KNOWN = 20_000
const KNOWN_HEX = 256

/**
 * Fields of messages that this isolate sealed lately: the carrier's report mostly comes within seconds, and opening them is half
 * of what reading its row costs. The very ciphertext is compared, so that this tells what opening would, and only where the keys
 * are there.
 */
const known = new BoundedMap<string, Known>(KNOWN)

/** Fields of a row as this isolate sealed them; undefined if it did not. Hex is in capitals as SQLite gives it. */
function knownFields({ realm, id, sealed }: ClosedFields): SealedFields | undefined {
  const kept = known.get(id)
  return kept && kept.sealed === sealed && kept.realm === realm ? kept.fields : undefined
}

async function sealedFields(keys: Keys, row: IdRow & SealedFields): Promise<string> {
  const hex = await sealHex(keys, fieldsBytes(row), fieldsPlace(row))
  const { realm, id, party, clientRef, metadata } = row
  if (hex.length <= KNOWN_HEX)
    known.set(id, { realm, sealed: hex.toUpperCase(), fields: { party, clientRef, metadata } })
  return hex
}

/** Timeline of which no entry has words. */
const plainTimeline = ({ id, timeline }: Open): string => {
  let hex = ''
  for (const entry of timeline) hex += entryHex(id, entry, '')
  return hex
}

/** Timeline with its words sealed. */
async function wordyTimeline(keys: Keys, { realm, id, timeline }: Open): Promise<string> {
  return (await Promise.all(timeline.map((entry) => sealedEntry(keys, { realm, id, entry })))).join('')
}

/** Seals a message of which more is to be sealed than its fields. */
async function closedWhole<Row extends Open>(keys: Keys, row: Row): Promise<Sealed<Row>> {
  const { realm, party, clientRef, content } = row
  const [sealed, hash, body, timeline] = await Promise.all([
    party === '' ? null : sealedFields(keys, row),
    party === '' || clientRef === null ? null : clientKey(keys, 'messages', realm, clientRef),
    content === null || content === NONE ? null : sealHex(keys, utf8(content), contentPlace(row)),
    wordyTimeline(keys, row),
  ])
  return { ...row, sealed, clientKey: hash, content: content === NONE ? NO_CONTENT : body, timeline }
}

/** Seals a message for writing. The copy keeps what was open in it, because a copy without some members is slow. */
function closed<Row extends Open>(keys: Keys, row: Row): Promise<Sealed<Row>> | Sealed<Row> {
  const { party, clientRef, content } = row
  const hasOwn = content !== null && content !== NONE
  if (hasOwn || clientRef !== null || row.timeline.some(hasWords)) return closedWhole(keys, row)
  // Most rows of a batch have nothing to seal but their fields.
  const rest = { clientKey: null, content: content === NONE ? NO_CONTENT : null, timeline: plainTimeline(row) }
  if (party === '') return { ...row, sealed: null, ...rest }
  return sealedFields(keys, row).then((sealed) => ({ ...row, sealed, ...rest }))
}

/** Seals messages for writing. */
export async function sealMessages<Row extends Open>(
  keyring: Keyring,
  rows: readonly Row[],
): Promise<readonly Sealed<Row>[]> {
  const keysOf = await keysToSeal(keyring, rows)
  return Promise.all(rows.map((row) => closed(keysOf(row), row)))
}

/** Content that the messages of a request share. */
export interface SharedContent {
  readonly realm: Realm
  readonly base: string
  readonly content: string
}

/** Seals shared contents for writing. */
export async function sealContents(
  keyring: Keyring,
  rows: readonly SharedContent[],
): Promise<readonly SharedContent[]> {
  const keysOf = await keysToSeal(
    keyring,
    rows.map(({ realm, base }) => baseRow(realm, base)),
  )
  return Promise.all(
    rows.map(async ({ realm, base, content }) => {
      const row = baseRow(realm, base)
      return { realm, base, content: await sealHex(keysOf(row), utf8(content), sharedPlace(row)) }
    }),
  )
}

/** Row as it was read, with what is sealed as hex. */
interface ClosedFields extends IdRow {
  readonly sealed: string | null
}

/** Row as it was read, with its sealed fields opened. */
export type WithFields<Row> = Omit<Row, 'sealed'> & SealedFields & MaybeAltered

/** What opens the values of some rows. */
interface Opener {
  readonly keysOf: (row: IdRow) => Keys | null
  readonly hex: HexOpener
}

const ALTERED_FIELDS = { ...NO_FIELDS, ...alteredMark(ALTERED) }

async function fieldsOf({ keysOf, hex }: Opener, row: ClosedFields): Promise<SealedFields & MaybeAltered> {
  const keys = row.sealed === null ? null : keysOf(row)
  if (keys === null || row.sealed === null) return NO_FIELDS
  const kept = knownFields(row)
  if (kept) return kept
  const fields = await hex.open(keys, row.sealed, fieldsPlace(row), fieldsOfBytes)
  return fields === ALTERED ? ALTERED_FIELDS : fields
}

/** Opens the sealed fields of rows. */
export async function openFields<Row extends ClosedFields>(
  keyring: Opening,
  rows: readonly Row[],
): Promise<readonly WithFields<Row>[]> {
  const opener = { keysOf: await keysToOpen(keyring, rows), hex: hexOpener(keyring) }
  const opened: WithFields<Row>[] = []
  const others: Promise<void>[] = []
  for (const [at, row] of rows.entries()) {
    const fields = opener.keysOf(row) === null ? NO_FIELDS : knownFields(row)
    if (fields) opened[at] = { ...row, ...fields }
    else
      others.push(
        fieldsOf(opener, row).then((own) => {
          opened[at] = { ...row, ...own }
        }),
      )
  }
  // Promises for rows that need none would cost more than the rows.
  await Promise.all(others)
  await opener.hex.tell()
  return opened
}

/** Timeline as it was read. */
interface ClosedTimeline {
  readonly realm: Realm
  readonly id: MessageId
  readonly timeline: ReadTimeline
}

/** Timeline as the code has it. */
interface OpenTimeline extends MaybeAltered {
  readonly timeline: readonly TimelineEntry[]
}

/** Entries of a timeline with their words. Those whose words were forgotten or altered say only their code. */
async function entriesOf({ keysOf, hex }: Opener, { realm, id, timeline }: ClosedTimeline): Promise<OpenTimeline> {
  const { entries, words, isBroken } = timeline
  const place = wordsPlace({ realm, id })
  if (isBroken) {
    hex.note(place)
    return { timeline: entries, ...alteredMark(ALTERED) }
  }
  if (words.every((one) => one === null)) return { timeline: entries }
  const keys = keysOf({ realm, id })
  const said = await Promise.all(words.map((one) => keys && one && hex.open(keys, one, place, textOf)))
  return {
    timeline: entries.map((entry, n) => (words[n] ? withWords(entry, textOrNull(said[n])) : entry)),
    ...alteredMark(...said),
  }
}

/** Opens the words of timelines; no keys are asked for where there are none. */
export async function openTimelines<Row extends ClosedTimeline>(
  keyring: Opening,
  rows: readonly Row[],
): Promise<readonly (Omit<Row, 'timeline'> & OpenTimeline)[]> {
  const wordy = rows.filter(({ timeline: { words } }) => words.some((one) => one !== null))
  const opener = { keysOf: await keysToOpen(keyring, wordy), hex: hexOpener(keyring) }
  const opened = await Promise.all(rows.map(async (row) => ({ ...row, ...(await entriesOf(opener, row)) })))
  await opener.hex.tell()
  return opened
}

/** Whole message as it was read. `shared`: the content of its request, for a message without its own. */
interface ClosedMessage extends ClosedFields, ClosedTimeline {
  readonly id: MessageId
  readonly content: string | null
  readonly clientKey: string | null
  readonly shared: string | null
}

/** Whole message as the code has it. */
type Opened<Row> = Omit<Row, 'sealed' | 'clientKey' | 'content' | 'shared' | 'timeline'> &
  SealedFields &
  OpenTimeline & {
    /** JSON; null: it is gone, or nobody has it yet. */
    readonly content: string | null
  }

/** Opens whole messages. A content that several share is opened once. */
export async function openMessages<Row extends ClosedMessage>(
  keyring: Opening,
  rows: readonly Row[],
): Promise<readonly Opened<Row>[]> {
  const opener = { keysOf: await keysToOpen(keyring, rows), hex: hexOpener(keyring) }
  const contentOf = contentReader(opener)
  const opened = await Promise.all(
    rows.map(async (row) => {
      const { sealed: _, clientKey: __, content: ___, shared: ____, timeline: _____, ...rest } = row
      const [content, fields, entries] = await Promise.all([
        contentOf(row),
        fieldsOf(opener, row),
        entriesOf(opener, row),
      ])
      return { ...rest, ...fields, ...entries, content: textOrNull(content), ...alteredMark(content) }
    }),
  )
  await opener.hex.tell()
  return opened
}

/** Makes what opens the contents of messages: a shared one, of their request, once. */
function contentReader({ keysOf, hex }: Opener): (row: ClosedMessage) => Promise<OpenedText> {
  const open = async (row: IdRow, sealed: string, place: Place): Promise<OpenedText> => {
    const keys = keysOf(row)
    return keys && hex.open(keys, sealed, place, textOf)
  }
  const shared = new Map<string, Promise<OpenedText>>()
  const sharedOf = (row: ClosedMessage, sealed: string): Promise<OpenedText> => {
    const base = baseRow(row.realm, baseOf(row.id))
    const name = `${base.realm} ${base.id}`
    const known = shared.get(name) ?? open(row, sealed, sharedPlace(base))
    shared.set(name, known)
    return known
  }
  return async (row) => {
    if (row.content === NO_CONTENT) return null
    if (row.content !== null) return open(row, row.content, contentPlace(row))
    return row.shared === null ? null : sharedOf(row, row.shared)
  }
}
