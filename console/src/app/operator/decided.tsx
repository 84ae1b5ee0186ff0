import type { ReactNode } from 'react'
import { Note } from '../../parts/feedback.tsx'

/** Says what an operator decided, also where its row is gone from the list by then; nothing while there is none. */
export const Decided = ({ what }: { what: ReactNode }) => (
  <div role="status">{what === null ? null : <Note tone="good">{what}</Note>}</div>
)
