import { words } from '../words/language.ts'

const t = words({ loading: 'Loading…' }, { loading: 'در حال بار شدن…' })

/** Stands where something is on its way. */
export const Loading = () => (
  <p className="loading" role="status">
    {t.loading}
  </p>
)
