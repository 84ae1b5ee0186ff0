import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { licenseeQuery } from '../api/licensee.ts'
import { Link } from '../parts/link.tsx'
import { keep, kept, words } from '../words/language.ts'

const t = words(
  { without: 'This gateway names no licence: it is for tests only, and sends nothing in bulk.', more: 'Licence' },
  {
    without: 'این سامانه شمارهٔ پروانه‌ای اعلام نکرده است: تنها برای آزمایش، و ارسال انبوه انجام نمی‌شود.',
    more: 'پروانه',
  },
)

/** Kept in the browser: how the gateway was at the last visit. */
const KEY = 'chapar.licence'
const WITHOUT = 'none'

/**
 * Says on every page that the gateway has no licence, as the regulation wants; nothing where it has one. Until the gateway says,
 * it stands as at the last visit, so that no page moves by a line under somebody's eyes.
 */
export function LicenceNotice() {
  const isLicensed = useQuery(licenseeQuery).data?.isLicensed
  useEffect(() => {
    if (isLicensed !== undefined) keep(KEY, isLicensed ? 'some' : WITHOUT)
  }, [isLicensed])
  if (isLicensed ?? kept(KEY) !== WITHOUT) return null
  return (
    <p className="licence-notice">
      {t.without}{' '}
      <Link to="/legal/$page" params={{ page: 'licence' }}>
        {t.more}
      </Link>
    </p>
  )
}
