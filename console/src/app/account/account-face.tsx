import type { Me } from '../../api/queries.ts'
import { Words } from '../../parts/text.tsx'
import { t } from '../words.ts'

/** Letter and name of the person, as his menu shows them and, until it has come, the place where it will stand. */
export const AccountFace = ({ me }: { me: Me }) => (
  <>
    <span className="account-avatar" data-letter={(me.name ?? '·').trim().charAt(0)} />
    <Words className="account-name">{me.name ?? t.account}</Words>
  </>
)
