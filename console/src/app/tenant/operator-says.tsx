import { Words } from '../../parts/text.tsx'
import { words } from '../../words/language.ts'

const t = words({ says: 'The operator says:' }, { says: 'گرداننده می‌گوید:' })

/** What the operator has to say of a suspended or closed account; nothing where it says nothing. */
export const OperatorSays = ({ notice }: { notice: string | null | undefined }) =>
  notice ? (
    <p>
      {t.says} <Words>{notice}</Words>
    </p>
  ) : null
