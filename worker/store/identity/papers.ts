import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import type { Company, PapersStatus } from '#worker/domain/identity/papers.ts'
import type { PapersId, PersonId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask } from '#worker/store/control/ask.ts'
import { alteredMark, type MaybeAltered, textOrNull } from '#worker/store/keys/altered.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { keyedHash, openTexts, type Place, sealText } from '#worker/store/keys/sealed.ts'
import { type PaperFile, papers } from './schema.ts'

type Stored = typeof papers.$inferSelect

/** Who decided about papers, and why they were refused. */
interface Decision {
  readonly by: string
  readonly reason: string | null
}

/** Papers of a legal person, opened. Null: they do not open, or nothing was decided. */
export type Papers = Omit<Stored, 'companyKey' | 'company' | 'decision'> &
  MaybeAltered & {
    readonly company: Company | null
    readonly decision: Decision | null
    /** Number of other people who named the same legal person. */
    readonly others: number
  }

const placeOf = (id: PapersId, column: 'company' | 'decision'): Place => ['papers', id, column]

type Counted = Stored & { readonly others: number }

async function opened(keyring: Keyring, rows: readonly Counted[]): Promise<readonly Papers[]> {
  const texts = await openTexts(
    keyring,
    '',
    rows.flatMap(({ id, company, decision }) => [
      [company, placeOf(id, 'company')] as const,
      [decision, placeOf(id, 'decision')] as const,
    ]),
  )
  return rows.map(({ companyKey: _key, company: _company, decision: _decision, ...row }, n) => {
    const [company, decision] = [textOrNull(texts[2 * n]), textOrNull(texts[2 * n + 1])]
    return {
      ...row,
      company: company ? (JSON.parse(company) as Company) : null,
      decision: decision ? (JSON.parse(decision) as Decision) : null,
      ...alteredMark(texts[2 * n], texts[2 * n + 1]),
    }
  })
}

/** Other people who named the same legal person. The builder leaves the table of a column out, so it is written by hand. */
const counted = {
  others: sql<number>`(SELECT count(DISTINCT o.person_id) FROM papers o
WHERE o.company_key = papers.company_key AND o.person_id <> papers.person_id)`,
}

const INSERT = `INSERT INTO papers (id, person_id, status, company_key, company, files, created_at, updated_at)
SELECT ?1, ?2, 'draft', ?3, ?4, '{}', ?5, ?5
WHERE NOT EXISTS (SELECT 1 FROM papers WHERE person_id = ?2 AND status <> 'refused' AND id <> ?1) ON CONFLICT DO NOTHING`

/** New papers of a person. */
interface Draft {
  readonly id: PapersId
  readonly personId: PersonId
  readonly company: Company
}

/** Begins papers; false if the person has others that were not refused. */
export async function insertPapers(
  db: D1Database,
  keyring: Keyring,
  { id, personId, company }: Draft,
  now: EpochMs,
): Promise<boolean> {
  const keys = await keyring.standing('')
  const [key, sealed] = await Promise.all([
    keyedHash(keys, ['legal-id', company.nationalId]),
    sealText(keys, JSON.stringify(company), placeOf(id, 'company')),
  ])
  const { meta } = await db.prepare(INSERT).bind(id, personId, key, sealed, now).run()
  return meta.changes === 1
}

/** All papers of a person, the newest first. */
export async function papersOf(db: D1Database, keyring: Keyring, personId: PersonId): Promise<readonly Papers[]> {
  const rows = await ask(db, (control) =>
    control.select().from(papers).where(eq(papers.personId, personId)).orderBy(desc(papers.id)),
  )
  return opened(
    keyring,
    rows.map((row) => ({ ...row, others: 0 })),
  )
}

const columns = { ...papersColumns(), ...counted }
function papersColumns() {
  const { id, personId, status, companyKey, company, files, createdAt, updatedAt, submittedAt, decidedAt, decision } =
    papers
  return { id, personId, status, companyKey, company, files, createdAt, updatedAt, submittedAt, decidedAt, decision }
}

export async function papersById(db: D1Database, keyring: Keyring, id: string): Promise<Papers | null> {
  const rows = await ask(db, (control) =>
    control
      .select(columns)
      .from(papers)
      .where(eq(papers.id, id as PapersId)),
  )
  return (await opened(keyring, rows))[0] ?? null
}

/** Page of papers of one status behind the id `before`. */
interface PapersPage {
  readonly status: PapersStatus
  readonly before: string
  readonly limit: number
}

/** Lists papers of a status, the newest first. */
export async function listPapers(
  db: D1Database,
  keyring: Keyring,
  { status, before, limit }: PapersPage,
): Promise<readonly Papers[]> {
  const rows = await ask(db, (control) =>
    control
      .select(columns)
      .from(papers)
      .where(and(eq(papers.status, status), lt(papers.id, before as PapersId)))
      .orderBy(desc(papers.id))
      .limit(limit),
  )
  return opened(keyring, rows)
}

/** A file's number among those of its papers. */
interface FileSlot {
  readonly id: PapersId
  readonly n: number
}

/** Writes a file of a draft, or takes it away (null). False: the papers are no draft any more. */
export async function writeFile(
  db: D1Database,
  { id, n }: FileSlot,
  file: PaperFile | null,
  now: EpochMs,
): Promise<boolean> {
  const path = `$."${n}"`
  const changed = file
    ? sql`json_set(${papers.files}, ${path}, json(${JSON.stringify(file)}))`
    : sql`json_remove(${papers.files}, ${path})`
  const rows = await ask(db, (control) =>
    control
      .update(papers)
      .set({ files: changed, updatedAt: now })
      .where(and(eq(papers.id, id), eq(papers.status, 'draft')))
      .returning({ id: papers.id }),
  )
  return rows.length === 1
}

/** Hands a draft that has a file to the operators; false: it is none. */
export async function submitPapers(db: D1Database, id: PapersId, now: EpochMs): Promise<boolean> {
  const rows = await ask(db, (control) =>
    control
      .update(papers)
      .set({ status: 'submitted', submittedAt: now, updatedAt: now })
      .where(and(eq(papers.id, id), eq(papers.status, 'draft'), sql`${papers.files} <> '{}'`))
      .returning({ id: papers.id }),
  )
  return rows.length === 1
}

const WAITING: PapersStatus[] = ['submitted']
const DECIDABLE: PapersStatus[] = ['submitted', 'approved']

/** Writes an operator's decision about papers; false: they wait for none. An approval may be taken back. */
export async function decidePapers(
  db: D1Database,
  keyring: Keyring,
  { id, decision }: { readonly id: PapersId; readonly decision: Decision },
  now: EpochMs,
): Promise<boolean> {
  const sealed = await sealText(await keyring.standing(''), JSON.stringify(decision), placeOf(id, 'decision'))
  const rows = await ask(db, (control) =>
    control
      .update(papers)
      .set({
        status: decision.reason === null ? 'approved' : 'refused',
        decidedAt: now,
        updatedAt: now,
        decision: sealed,
      })
      .where(and(eq(papers.id, id), inArray(papers.status, decision.reason === null ? WAITING : DECIDABLE)))
      .returning({ id: papers.id }),
  )
  return rows.length === 1
}

/** Deletes a draft, or papers that nobody has decided about; false: they are none. */
export async function withdrawPapers(db: D1Database, id: PapersId): Promise<boolean> {
  const rows = await ask(db, (control) =>
    control
      .delete(papers)
      .where(and(eq(papers.id, id), sql`${papers.status} IN ('draft', 'submitted')`))
      .returning({ id: papers.id }),
  )
  return rows.length === 1
}
