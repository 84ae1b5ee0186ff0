import { words } from './language.ts'

/** What came of a POST to a webhook, by the API's names: the same words on a message's page and an endpoint's. */
export const postOutcomes = words(
  { succeeded: 'Arrived', failed: 'To be tried again', exhausted: 'Failed for good', skipped: 'Not posted' },
  { succeeded: 'رسید', failed: 'در انتظار تلاش دوباره', exhausted: 'ناموفق', skipped: 'فرستاده نشد' },
)
