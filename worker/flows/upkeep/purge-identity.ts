import { PAPERS_KEPT } from '#worker/domain/identity/papers.ts'
import { retentionCutoff } from '#worker/domain/tenants/retention.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { deletePaperFiles } from '#worker/flows/identity/papers.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { deletePapers, eraseIdentities, papersOver } from '#worker/store/identity/erase.ts'

/** Papers that one run deletes, and rows of each other kind. */
const RUN_PAPERS = 50
const RUN_ROWS = 500

async function purgeIdentity(platform: Platform, now: EpochMs): Promise<void> {
  const { CONTROL } = platform.env
  // The floor of a person's records counts from his end (requirements S6-17), as that of an account does.
  const closed = retentionCutoff(now)
  const over = await papersOver(CONTROL, { closed, papers: now - PAPERS_KEPT }, RUN_PAPERS)
  for (const id of over) {
    await deletePaperFiles(platform, id)
    await deletePapers(CONTROL, id)
  }
  const rows = await eraseIdentities(CONTROL, closed, RUN_ROWS)
  if (over.length + rows > 0) platform.log('purge.identity', { papers: over.length, rows })
}

/**
 * Deletes papers that were refused, or begun and never submitted, a month after, and what proved the identity of people who were
 * closed before the retention floor. Does not throw: the next run finds what is left.
 */
export async function tryPurgeIdentity(platform: Platform, now: EpochMs): Promise<void> {
  try {
    await purgeIdentity(platform, now)
  } catch (error) {
    platform.log('purge.identity-failed', { reason: errorLabel(error) })
  }
}
