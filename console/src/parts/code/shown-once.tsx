import '../../styles/code.css'
import { words } from '../../words/language.ts'
import { CopyButton } from '../button.tsx'
import { Note } from '../feedback.tsx'

const t = words(
  { once: 'Copy it now. It is shown only this once, and nobody can read it again.', value: 'The secret' },
  {
    once: 'همین حالا رونوشت بردارید. فقط همین یک بار نشان داده می‌شود و دیگر کسی آن را نمی‌بیند.',
    value: 'مقدار محرمانه',
  },
)

/** A secret that is told once: what it is, how to copy it, and that it does not come back. */
export const ShownOnce = ({ secret, about = t.once }: { secret: string; about?: string }) => (
  <div className="shown-once">
    <Note tone="warn">{about}</Note>
    <output aria-label={t.value}>{secret}</output>
    <div className="row">
      <CopyButton text={secret} />
    </div>
  </div>
)
