import { Link } from '../../parts/link.tsx'
import { Page } from '../../parts/page.tsx'
import { words } from '../../words/language.ts'
import type { Standing } from './held.ts'

const t = words(
  {
    pending: 'Live mode is not open yet',
    suspended: 'Nothing is shown of this account',
    closed: 'This account is closed',
    closedWhy:
      'Nothing goes out, and nothing of it is shown here. What was sent is kept for as long as the law asks: the operator has it.',
    toTest: 'Go on in test mode',
    toAccount: 'Your account',
  },
  {
    pending: 'حالت واقعی هنوز باز نیست',
    suspended: 'چیزی از این حساب نشان داده نمی‌شود',
    closed: 'این حساب بسته است',
    closedWhy:
      'چیزی بیرون نمی‌رود و چیزی از آن اینجا نشان داده نمی‌شود. سوابق تا زمانی که قانون می‌خواهد نزد گرداننده می‌ماند.',
    toTest: 'ادامه در حالت آزمایشی',
    toAccount: 'حساب شما',
  },
)

interface HeldPageProps {
  readonly tenantId: string
  readonly standing: Standing
}

/** Stands in the place of every page of an account that is held; why it is, the notice above says where there is one. */
export default function HeldPage({ tenantId, standing }: HeldPageProps) {
  if (standing === 'pending')
    return (
      <Page title={t.pending}>
        <p>
          <Link to="/t/$tenantId/$mode" params={{ tenantId, mode: 'test' }} weight="primary">
            {t.toTest}
          </Link>
        </p>
      </Page>
    )
  return (
    <Page
      title={standing === 'closed' ? t.closed : t.suspended}
      about={standing === 'closed' ? t.closedWhy : undefined}
    >
      <p>
        <Link to="/account" weight="primary">
          {t.toAccount}
        </Link>
      </p>
    </Page>
  )
}
