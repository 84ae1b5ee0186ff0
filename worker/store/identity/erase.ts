import type { PapersId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'

/** Rows of a person who is no more: there is no row of him, or he was closed before ?1. */
const gone = (column: string): string =>
  `NOT EXISTS (SELECT 1 FROM people p WHERE p.id = ${column} AND (p.closed_at IS NULL OR p.closed_at >= ?1))`

const PAPERS = `SELECT id FROM papers WHERE (status = 'refused' AND decided_at < ?2) OR (status = 'draft' AND updated_at < ?2)
OR ${gone('person_id')} LIMIT ?3`

/** Times before which what proves an identity is over. */
interface Cutoffs {
  /** End of people. */
  readonly closed: EpochMs
  /** Refusal of papers, and the last change of drafts. */
  readonly papers: EpochMs
}

/** Papers that are over, at most `limit`. Their files go before they do (`deletePapers`). */
export async function papersOver(
  db: D1Database,
  { closed, papers }: Cutoffs,
  limit: number,
): Promise<readonly PapersId[]> {
  const { results } = await db.prepare(PAPERS).bind(closed, papers, limit).all<{ readonly id: PapersId }>()
  return results.map(({ id }) => id)
}

export async function deletePapers(db: D1Database, id: PapersId): Promise<void> {
  await db.prepare('DELETE FROM papers WHERE id = ?1').bind(id).run()
}

/**
 * Deletes what proved the identity of people who are no more, and questions to registries that are older than the same time; at
 * most `limit` of each. Answers how many.
 */
export async function eraseIdentities(db: D1Database, closed: EpochMs, limit: number): Promise<number> {
  const deleted = await db.batch([
    db
      .prepare(
        `DELETE FROM identity_matches WHERE person_id IN
(SELECT m.person_id FROM identity_matches m WHERE ${gone('m.person_id')} LIMIT ?2)`,
      )
      .bind(closed, limit),
    db
      .prepare(
        `DELETE FROM identity_checks WHERE (person_id, id) IN
(SELECT c.person_id, c.id FROM identity_checks c WHERE c.at < ?1 OR ${gone('c.person_id')} LIMIT ?2)`,
      )
      .bind(closed, limit),
  ])
  return deleted.reduce((sum, { meta }) => sum + meta.changes, 0)
}
