import { type IdentityLevel, numberOfLevel } from '#worker/domain/identity/level.ts'
import { legalIdOf } from '#worker/domain/identity/national-id.ts'
import { type Company, isPaper, MOST_PAPER_BYTES, MOST_PAPERS, PAPER_TYPES } from '#worker/domain/identity/papers.ts'
import { isPapersId, newPapersId, type PapersId, type PersonId, type RequestId } from '#worker/domain/ids.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { getSealed, paperPlace, papersPrefix, putSealed } from '#worker/flows/media/sealed-object.ts'
import { readRequest } from '#worker/lib/http/request-body.ts'
import { levelOfPerson } from '#worker/store/identity/levels.ts'
import {
  decidePapers,
  insertPapers,
  type Papers,
  papersById,
  submitPapers,
  withdrawPapers,
  writeFile,
} from '#worker/store/identity/papers.ts'
import { setLevel } from './level.ts'
import type { Claimant } from './match.ts'

/** Digits of a person's request that made papers, or sent a file of them. */
const digitsOf = (request: RequestId): string => request.slice(4)

/** Papers by their id; throws `not-found`, without a look-up for an id that we did not make. */
export async function requirePapers({ config, env, keys }: Platform, id: string): Promise<Papers> {
  const found = (await isPapersId(config.idKeys, id)) ? await papersById(env.CONTROL, keys, id) : null
  if (!found) throw new Problem('not-found')
  return found
}

/** Papers of this person; those of another are `not-found`. */
async function requireOwn(platform: Platform, personId: PersonId, id: string): Promise<Papers> {
  const found = await requirePapers(platform, id)
  if (found.personId !== personId) throw new Problem('not-found')
  return found
}

async function requireDraft(platform: Platform, personId: PersonId, id: string): Promise<Papers> {
  const found = await requireOwn(platform, personId, id)
  if (found.status === 'draft') return found
  throw new Problem('conflict', { detail: 'These papers were submitted: withdraw them to change them.' })
}

/** Begins the papers of a legal person that this person acts for. */
export async function beginPapers(
  platform: Platform,
  { id: personId, level }: Claimant,
  { name, nationalId, registrationNumber }: Company,
  request: RequestId,
): Promise<Papers> {
  const { config, env, keys, now } = platform
  const legalId = legalIdOf(nationalId)
  if (legalId === null)
    throw invalidField(
      '/nationalId',
      'is no national id of a legal person: eleven digits, of which the last is a check',
    )
  if (numberOfLevel(level) < numberOfLevel('L2'))
    throw new Problem('identity-required', {
      errors: [
        { pointer: '', detail: 'papers are taken from the level L2 on: have your own national id matched first' },
      ],
    })
  const id = await newPapersId(config.idKeys, request)
  const company = { name, nationalId: legalId, registrationNumber }
  if (!(await insertPapers(env.CONTROL, keys, { id, personId, company }, now())))
    throw new Problem('conflict', { detail: 'You have papers already that were not refused.' })
  return requireOwn(platform, personId, id)
}

/** A file that a person sends. */
interface SentFile {
  readonly type: string
  readonly name: string | null
  readonly request: Request
}

async function readPaper({ type, request }: SentFile): Promise<Uint8Array<ArrayBuffer>> {
  const refusal = new Problem('unsupported-media-type', { detail: `Papers are ${PAPER_TYPES.join(', ')}.` })
  if (!PAPER_TYPES.includes(type)) throw refusal
  const bytes = await readRequest(request, MOST_PAPER_BYTES)
  if (bytes === null) throw new Problem('body-too-large', { detail: `At most ${MOST_PAPER_BYTES} bytes.` })
  if (!isPaper(type, bytes))
    throw new Problem('unsupported-media-type', { detail: `The file does not begin as one of the type ${type} does.` })
  return bytes
}

/** Number of a file in a path; throws `not-found` for one that no papers have. */
function fileNumber(text: string): number {
  if (!/^(?:[1-9]|10)$/.test(text) || Number(text) > MOST_PAPERS) throw new Problem('not-found')
  return Number(text)
}

/** Deletes what a number had before, once nothing names it any more. */
async function dropFile({ env }: Platform, { id, files }: Papers, n: number): Promise<void> {
  const before = files[n]
  if (before) await env.MEDIA.delete(paperPlace(id, n, before.upload).key)
}

/** Keeps a file of a draft, sealed, in the place of one of the same number. The bytes come first, then the row. */
export async function putPaper(
  platform: Platform,
  owner: { readonly personId: PersonId; readonly id: string; readonly number: string },
  file: SentFile,
  request: RequestId,
): Promise<Papers> {
  const n = fileNumber(owner.number)
  const draft = await requireDraft(platform, owner.personId, owner.id)
  const bytes = await readPaper(file)
  const upload = digitsOf(request)
  const place = paperPlace(draft.id, n, upload)
  await putSealed(platform, place, file, bytes)
  const row = { type: file.type, bytes: bytes.byteLength, upload }
  if (!(await writeFile(platform.env.CONTROL, { id: draft.id, n }, row, platform.now()))) {
    await platform.env.MEDIA.delete(place.key)
    throw new Problem('conflict', { detail: 'These papers are no draft any more.' })
  }
  await dropFile(platform, draft, n)
  return requireOwn(platform, owner.personId, draft.id)
}

/** Takes a file out of a draft. */
export async function removePaper(
  platform: Platform,
  owner: { readonly personId: PersonId; readonly id: string; readonly number: string },
): Promise<void> {
  const n = fileNumber(owner.number)
  const draft = await requireDraft(platform, owner.personId, owner.id)
  if (!draft.files[n]) throw new Problem('not-found')
  if (!(await writeFile(platform.env.CONTROL, { id: draft.id, n }, null, platform.now())))
    throw new Problem('conflict', { detail: 'These papers are no draft any more.' })
  await dropFile(platform, draft, n)
}

/** Hands a draft to the operators. */
export async function submitDraft(platform: Platform, personId: PersonId, id: string): Promise<Papers> {
  const draft = await requireDraft(platform, personId, id)
  if (!(await submitPapers(platform.env.CONTROL, draft.id, platform.now())))
    throw new Problem('conflict', { detail: 'Papers need at least one file.' })
  return requireOwn(platform, personId, id)
}

/** Deletes all files of papers. */
export async function deletePaperFiles({ env }: Platform, id: PapersId): Promise<void> {
  const { objects } = await env.MEDIA.list({ prefix: papersPrefix(id) })
  if (objects.length > 0) await env.MEDIA.delete(objects.map(({ key }) => key))
}

/** Withdraws papers that nobody has decided about, with their files. */
export async function withdraw(platform: Platform, personId: PersonId, id: string): Promise<void> {
  const own = await requireOwn(platform, personId, id)
  if (!(await withdrawPapers(platform.env.CONTROL, own.id)))
    throw new Problem('conflict', { detail: 'An operator has decided about these papers.' })
  await deletePaperFiles(platform, own.id)
}

/** A file of papers with its bytes; throws `not-found`. */
export async function openPaper(platform: Platform, id: string, number: string) {
  const n = fileNumber(number)
  const { id: known, files } = await requirePapers(platform, id)
  const file = files[n]
  const found = file ? await getSealed(platform, paperPlace(known, n, file.upload)) : null
  if (!file || !found) throw new Problem('not-found')
  return { type: file.type, name: found.name, bytes: found.bytes }
}

/** Operator's decision. `reason`: why the papers are refused; null: they are approved. */
interface Decided {
  readonly id: string
  readonly by: string
  readonly reason: string | null
}

const isBelow = (level: IdentityLevel | null, other: IdentityLevel): boolean =>
  level === null || numberOfLevel(level) < numberOfLevel(other)

const notKnown = (): Problem =>
  new Problem('conflict', { detail: 'Who handed these papers in is closed, or no longer of the level L2.' })

/**
 * Writes an operator's decision: who handed papers in that are approved is raised to L3, and falls to L2 when an approval is
 * taken back. Said once more it goes on where it was interrupted.
 */
export async function decide(platform: Platform, { id, by, reason }: Decided): Promise<Papers> {
  const { env, keys, now } = platform
  const { status, personId, id: known } = await requirePapers(platform, id)
  const level = await levelOfPerson(env.CONTROL, personId)
  const decided = reason === null ? 'approved' : 'refused'
  if (reason === null && isBelow(level, 'L2')) throw notKnown()
  if (status !== decided && !(await decidePapers(env.CONTROL, keys, { id: known, decision: { by, reason } }, now())))
    throw new Problem('conflict', { detail: 'These papers wait for no decision.' })
  if (reason === null && isBelow(level, 'L3')) {
    if (!(await setLevel(platform, { personId, level: 'L3', when: { atLeast: 'L2' } }))) throw notKnown()
  }
  if (reason !== null && level === 'L3') await setLevel(platform, { personId, level: 'L2', when: { atLeast: 'L3' } })
  return requirePapers(platform, id)
}
