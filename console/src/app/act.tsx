import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { lazy, useCallback, useEffect, useRef, useSyncExternalStore } from 'react'
import type { TwoPeopleCall } from '../api/approvals.ts'
import { Failure } from '../api/problem.ts'
import { forgetTokens } from '../api/tab-token.ts'
import { Part } from './part.tsx'

/** A question to the person that waits for its answer; `call`: of a call that two people do, else of a proof that it is he. */
interface Asked {
  readonly call: TwoPeopleCall | null
  /** True: what was asked for can be done now. */
  readonly answer: (isSettled: boolean) => void
}

let asked: Asked | null = null
const listeners = new Set<() => void>()
const set = (next: Asked | null): void => {
  asked = next
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Asks in a window over the page; false if the person closed it. What was asked before stands behind it until then. */
const ask = (call: TwoPeopleCall | null): Promise<boolean> => {
  const before = asked
  return new Promise((resolve) => {
    set({
      call,
      answer: (isSettled) => {
        set(before)
        resolve(isSettled)
      },
    })
  })
}

/**
 * Does something. Where it wants a proof that it is still the person, or the approval of a second one, gets that and does it
 * again.
 */
export async function proven<Result>(act: () => Promise<Result>): Promise<Result> {
  const wanted = new Set(['step-up-required', 'approval-required'])
  for (;;) {
    try {
      return await act()
    } catch (error) {
      // Each is asked for once: what is refused again is refused.
      if (!(error instanceof Failure) || !wanted.delete(error.code)) throw error
      if (error.code === 'approval-required' && error.call === null) throw error
      if (!(await ask(error.code === 'approval-required' ? error.call : null))) throw error
      if (error.code === 'step-up-required') forgetTokens()
    }
  }
}

interface ActOptions<Result> {
  /** Keys of what this changes, to be read anew. */
  readonly changes?: readonly (readonly unknown[])[]
  readonly onDone?: (result: Result) => void
}

/** What is done, as a text by which the same is known again; a file is known by what it is called and when it was changed. */
const printOf = (input: unknown): string =>
  JSON.stringify(input, (_, value) => (value instanceof File ? [value.name, value.size, value.lastModified] : value)) ??
  ''

/**
 * Something that a person does: a call that changes something. Asks for a step-up where it is wanted, and reads anew what it
 * changed. The error stays in the result: show it with `Trouble`. While it runs the same is not done again: the second press of a
 * double click comes before the button says that it is pending, and its answer would take the place of the first, secret and all.
 */
export function useAct<Input = void, Result = unknown>(
  act: (input: Input) => Promise<Result>,
  { changes = [], onDone }: ActOptions<Result> = {},
): UseMutationResult<Result, Error, Input> {
  const queries = useQueryClient()
  const running = useRef(new Set<string>())
  const result = useMutation({
    mutationFn: (input: Input) => proven(() => act(input)),
    onSuccess: async (result) => {
      onDone?.(result)
      await Promise.all(changes.map((queryKey) => queries.invalidateQueries({ queryKey })))
    },
    onSettled: (_, __, input) => void running.current.delete(printOf(input)),
  })
  const begin = result.mutate
  const mutate = useCallback(
    (...asked: Parameters<typeof begin>): void => {
      const print = printOf(asked[0])
      if (running.current.has(print)) return
      running.current.add(print)
      begin(...asked)
    },
    [begin],
  )
  return { ...result, mutate }
}

const StepUpDialog = lazy(() => import('./step-up.tsx'))
const ApprovalDialog = lazy(() => import('./approval/approval-dialog.tsx'))

/** Stands for a window that did not come: what was to be done is refused, and its page says so. */
function Unasked({ onSeen }: { onSeen: () => void }) {
  useEffect(onSeen, [onSeen])
  return null
}

/** The window that asks who he is, or for a second person; stands once, in the shell. */
export function StepUp() {
  const open = useSyncExternalStore(subscribe, () => asked)
  if (!open) return null
  return (
    <Part lost={<Unasked onSeen={() => open.answer(false)} />}>
      {open.call ? <ApprovalDialog call={open.call} onAnswer={open.answer} /> : <StepUpDialog onAnswer={open.answer} />}
    </Part>
  )
}
