/** Lines of each mark, on a square of 16; drawn, because no font of ours has them. */
const LINES = {
  open: 'M4 6l4 4 4-4',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3.5 8.5l3 3 6-7',
} as const

/** A small mark beside or in place of a word; who reads it out needs a label besides. */
export const Mark = ({ of }: { of: keyof typeof LINES }) => (
  <svg className="mark" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    <path
      d={LINES[of]}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
)
