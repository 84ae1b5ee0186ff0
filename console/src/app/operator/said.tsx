import { Note } from '../../parts/feedback.tsx'

/** Says what came of an act whose row is gone from its list by then; nothing while there is none. */
export const Said = ({ what }: { what: string | null }) => (
  <div role="status">{what === null ? null : <Note tone="good">{what}</Note>}</div>
)
