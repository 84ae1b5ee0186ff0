/** True of a file that is over, or falls on, what takes none: a browser would leave the page to show it. */
function isStray({ defaultPrevented, dataTransfer, target }: DragEvent): boolean {
  const takes = target instanceof HTMLInputElement && target.type === 'file'
  return !defaultPrevented && !takes && (dataTransfer?.types.includes('Files') ?? false)
}

/** Keeps the page, with all that was typed in it, where a file is dropped beside the place for it. */
export function refuseStrayFiles(): void {
  const refuse = (event: DragEvent): void => {
    if (!isStray(event)) return
    event.preventDefault()
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'none'
  }
  addEventListener('dragover', refuse)
  addEventListener('drop', refuse)
}
