import { Time } from '../../parts/text.tsx'
import { t } from './words.ts'

/** Up to when the figures of a page are counted; nothing where none are. */
export const CountedUntil = ({ at }: { at: string | null }) =>
  at ? (
    <p className="faint">
      {t.counted} <Time at={at} exact />
    </p>
  ) : null
