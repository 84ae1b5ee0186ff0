import { useQuery } from '@tanstack/react-query'
import type { Mode } from '../api/context.ts'
import type { Me } from '../api/queries.ts'
import { unwrap } from '../api/unwrap.ts'
import { Note } from '../parts/feedback.tsx'
import { Link } from '../parts/link.tsx'
import { words } from '../words/language.ts'
import { levelWords } from '../words/levels.ts'
import { useTab } from './tab.tsx'
import { isHeld } from './tenant/held.ts'
import { OperatorSays } from './tenant/operator-says.tsx'

const t = words(
  {
    pending: 'This account waits for the operator’s approval.',
    pendingTest: 'Test mode is open meanwhile; live follows the approval.',
    pendingLive: 'Nothing goes out in live mode until then. Work in test mode meanwhile.',
    suspended: 'This account is suspended: nothing goes out. Ask the operator.',
    level: (name: string) => `The account has identity ${name.toLowerCase()}, at which nothing goes out in live mode.`,
    missing: (name: string, needs: string) => `It still needs ${name.toLowerCase()}: ${needs}.`,
    prove: 'Prove it now',
    raise: (name: string, needs: string) =>
      `Meanwhile you can reach identity ${name.toLowerCase()}, which permits more: ${needs}.`,
    raiseLink: 'Identity level',
  },
  {
    pending: 'این حساب منتظر تأیید گرداننده است.',
    pendingTest: 'حالت آزمایشی تا آن زمان در دسترس است؛ حالت واقعی پس از تأیید.',
    pendingLive: 'تا آن زمان در حالت واقعی چیزی بیرون نمی‌رود. در این میان در حالت آزمایشی کار کنید.',
    suspended: 'این حساب معلق است و چیزی بیرون نمی‌رود. از گرداننده بپرسید.',
    level: (name: string) => `هویت این حساب در ${name} است که با آن در حالت واقعی چیزی بیرون نمی‌رود.`,
    missing: (name: string, needs: string) => `آنچه کم است ${name} است: ${needs}.`,
    prove: 'همین حالا احراز کنید',
    raise: (name: string, needs: string) => `در این میان می‌توانید به ${name} برسید که اجازهٔ بیشتری می‌دهد: ${needs}.`,
    raiseLink: 'سطح هویت',
  },
)

/** Level at which the person's own identity is known, and which a company's papers raise. */
const NEXT = { L0: 'L2', L1: 'L2', L2: 'L3', L3: null } as const

/** Level of the account, where it permits nothing in live; null: it permits something, or is not known yet. */
function useDumbLevel(isOpen: boolean): keyof typeof NEXT | null {
  const { api, key } = useTab()
  const account = useQuery({
    queryKey: [key, 'account'],
    enabled: isOpen,
    staleTime: 60_000,
    queryFn: () => unwrap(api.GET('/v1/account')),
  })
  const { level = null, live } = account.data?.identity ?? {}
  return level !== null && !live?.live ? level : null
}

/** Says what the person lacks, so that his account may send in live. */
function Missing({ me, level }: { me: Me; level: keyof typeof NEXT }) {
  const next = NEXT[me.level]
  return (
    <p>
      {t.level(levelWords[level].name)} {next ? t.missing(levelWords[next].name, levelWords[next].proven) : null}{' '}
      {next ? <Link to="/account/identity">{t.prove}</Link> : null}
    </p>
  )
}

/** Says what raises the level of who waits. */
function Raise({ me }: { me: Me }) {
  const next = NEXT[me.level]
  if (!next) return null
  return (
    <p>
      {t.raise(levelWords[next].name, levelWords[next].proven)} <Link to="/account/identity">{t.raiseLink}</Link>
    </p>
  )
}

interface NoticeProps {
  readonly me: Me
  readonly tenantId: string
  readonly mode: Mode
}

/** Says on every page of an account what it may not do yet, or any more; nothing of one that may do all. */
export default function TenantNotice({ me, tenantId, mode }: NoticeProps) {
  const { status, notice } = me.tenants.find(({ id }) => id === tenantId) ?? {}
  const level = useDumbLevel(!isHeld(status, mode))
  const missing = level === null ? null : <Missing me={me} level={level} />
  if (status === 'suspended')
    return (
      <Note tone="bad">
        <p>{t.suspended}</p>
        <OperatorSays notice={notice} />
      </Note>
    )
  if (status === 'pending')
    return (
      <Note tone="warn">
        <p>
          <strong>{t.pending}</strong> {mode === 'test' ? t.pendingTest : t.pendingLive}
        </p>
        {missing ?? <Raise me={me} />}
      </Note>
    )
  return missing && mode === 'live' ? <Note tone="warn">{missing}</Note> : null
}
