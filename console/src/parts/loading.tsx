import { t } from '../words/common.ts'

/** Stands where something is on its way. */
export const Loading = () => (
  <p className="loading" role="status">
    {t.loading}
  </p>
)
