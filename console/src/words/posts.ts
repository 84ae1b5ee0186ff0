import { words } from './language.ts'

/** What came of a POST to a webhook, by the API's names: the same words on a message's page and an endpoint's. */
export const postOutcomes = words(
  { succeeded: 'Arrived', failed: 'Failed, to be retried', exhausted: 'Failed for good', skipped: 'Not posted' },
  { succeeded: 'رسید', failed: 'ناموفق، با تلاش دوباره', exhausted: 'ناموفق', skipped: 'فرستاده نشد' },
)

const t = words(
  { waits: 'Failed, will retry', over: 'Failed, retried' },
  { waits: 'در انتظار تلاش دوباره', over: 'ناموفق، سپس دوباره تلاش شد' },
)

interface Post {
  readonly outcome: keyof typeof postOutcomes
  /** When it is made anew; null: it is not. */
  readonly nextAt: string | null
}

/** The same of one POST: one that failed waits until its next attempt is due, and no longer. */
export function postOutcome({ outcome, nextAt }: Post): string {
  if (outcome !== 'failed' || nextAt === null) return postOutcomes[outcome]
  return Date.parse(nextAt) > Date.now() ? t.waits : t.over
}
