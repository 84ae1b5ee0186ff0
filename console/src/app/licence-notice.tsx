import { useQuery } from '@tanstack/react-query'
import { licenseeQuery } from '../api/licensee.ts'
import { Link } from '../parts/link.tsx'
import { words } from '../words/language.ts'

const t = words(
  { without: 'This gateway names no licence: for tests only, and nothing goes out to many at once.', more: 'Licence' },
  {
    without: 'این سامانه شمارهٔ پروانه‌ای اعلام نکرده است: تنها برای آزمایش، و ارسال انبوه انجام نمی‌شود.',
    more: 'پروانه',
  },
)

/** Says on every page that the gateway has no licence, as the regulation wants; nothing where it has one. */
export default function LicenceNotice() {
  const licensee = useQuery(licenseeQuery).data
  if (!licensee || licensee.isLicensed) return null
  return (
    <p className="licence-notice">
      {t.without}{' '}
      <Link to="/legal/$page" params={{ page: 'licence' }}>
        {t.more}
      </Link>
    </p>
  )
}
