import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Trouble } from '../parts/feedback.tsx'
import { t as common } from '../words/common.ts'
import { entry } from './entry/words.ts'
import { t } from './words.ts'

interface StillInProps {
  readonly error: unknown
  readonly onRetry: () => void
  readonly onClose: () => void
}

/** Says that a sign-out came to nothing. Nothing here pretends it: the cookie is the browser's still. */
export default function StillIn({ error, onRetry, onClose }: StillInProps) {
  return (
    <Dialog title={entry.stillIn} isOpen onClose={onClose}>
      <p>{entry.stillInWhy}</p>
      <Trouble error={error} />
      <div className="actions">
        <Button onPress={onClose}>{common.close}</Button>
        <Button weight="primary" autoFocus onPress={onRetry}>
          {t.signOut}
        </Button>
      </div>
    </Dialog>
  )
}
