import type { ReactNode } from 'react'
import { Dialog as AriaDialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { t } from '../words/common.ts'
import { Button } from './button.tsx'
import type { Weight } from './link.tsx'

interface DialogProps {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  /** False of one that must be answered: neither Escape nor a press outside closes it. */
  readonly isDismissable?: boolean
  /** True of one behind which nothing of the page is seen. */
  readonly isAlone?: boolean
}

/** A window over the page; the focus goes into it, and back to where it was. */
export const Dialog = ({ title, isOpen, onClose, children, isDismissable = true, isAlone = false }: DialogProps) => (
  <ModalOverlay
    className={isAlone ? 'overlay overlay-alone' : 'overlay'}
    isOpen={isOpen}
    isDismissable={isDismissable}
    isKeyboardDismissDisabled={!isDismissable}
    onOpenChange={(open) => !open && onClose()}
  >
    <Modal className="modal">
      <AriaDialog className="dialog">
        <Heading slot="title">{title}</Heading>
        {children}
      </AriaDialog>
    </Modal>
  </ModalOverlay>
)

interface ConfirmProps extends DialogProps {
  /** Name of the button that does it: a verb with its object. */
  readonly action: string
  readonly onConfirm: () => void
  readonly isPending?: boolean
  readonly weight?: Weight
}

/** Asks once more before something is done. */
export const Confirm = ({
  action,
  onConfirm,
  isPending = false,
  weight = 'danger',
  children,
  ...dialog
}: ConfirmProps) => (
  <Dialog {...dialog}>
    <div>{children}</div>
    <div className="actions">
      <Button onPress={dialog.onClose}>{t.back}</Button>
      <Button weight={weight} isPending={isPending} onPress={onConfirm}>
        {action}
      </Button>
    </div>
  </Dialog>
)
