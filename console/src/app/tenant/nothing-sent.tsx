import { Empty } from '../../parts/feedback.tsx'
import { Link } from '../../parts/link.tsx'
import { useTenantTab } from '../tab.tsx'

interface Props {
  readonly title: string
  /** What to do about it, in words. */
  readonly advice: string
  /** Name of the way to the page where one writes, for who may send. */
  readonly compose: string
}

/** Says that nothing was sent yet, and leads to where one writes. */
export function NothingSent({ title, advice, compose }: Props) {
  const { can, tenantId, mode } = useTenantTab()
  return (
    <Empty title={title}>
      <p>{advice}</p>
      {can('messages:send') ? (
        <Link weight="plain" to="/t/$tenantId/$mode/compose" params={{ tenantId, mode }}>
          {compose}
        </Link>
      ) : null}
    </Empty>
  )
}
