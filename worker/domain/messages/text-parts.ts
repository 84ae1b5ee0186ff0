import { type EpochMs, MINUTE } from '#worker/domain/time.ts'

/** Time that parts of a text wait for the others; then those that came are the message. Carriers bring parts within seconds. */
export const PARTS_WAIT = 10 * MINUTE

/** Part of a longer text: one of `total`, under the carrier's reference that all of them have. */
export interface TextPart {
  /** Key that tells the part's repeats. */
  readonly ref: string
  readonly number: number
  readonly total: number
  readonly receivedAt: EpochMs
  /** The carrier's time. */
  readonly at: EpochMs
}

/** Parts of one text that are awaited no longer, the first that came in front. */
export interface EndedText<Part> {
  readonly parts: readonly [Part, ...Part[]]
  readonly isWhole: boolean
}

const inOrder = (a: TextPart, b: TextPart): number =>
  a.receivedAt - b.receivedAt || a.at - b.at || (a.ref < b.ref ? -1 : 1)

/**
 * Tells the texts apart whose parts have one reference between the same two. References come back (3GPP TS 23.040 9.2.3.24.1: 8
 * or 16 bits, counted by each telephone as it likes), so a part belongs to the text before it only if that has not got this
 * number yet and neither clock has gone on for longer than parts wait. What cannot be known: which of two texts a part is of, if
 * the telephone uses a reference twice within that time and the carrier drops a part of the first.
 */
export function endedTexts<Part extends TextPart>(parts: readonly Part[], now: EpochMs): readonly EndedText<Part>[] {
  const ended: EndedText<Part>[] = []
  let open: [Part, ...Part[]] | null = null
  for (const part of [...parts].sort(inOrder)) {
    if (open && !belongs(open, part)) {
      ended.push({ parts: open, isWhole: false })
      open = null
    }
    if (open) open.push(part)
    else open = [part]
    if (open.length < part.total) continue
    ended.push({ parts: open, isWhole: true })
    open = null
  }
  if (open && open[0].receivedAt + PARTS_WAIT <= now) ended.push({ parts: open, isWhole: false })
  return ended
}

const belongs = <Part extends TextPart>([first, ...others]: readonly [Part, ...Part[]], part: Part): boolean =>
  part.receivedAt - first.receivedAt < PARTS_WAIT &&
  Math.abs(part.at - first.at) < PARTS_WAIT &&
  ![first, ...others].some(({ number }) => number === part.number)
