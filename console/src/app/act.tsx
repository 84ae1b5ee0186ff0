import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useSyncExternalStore } from 'react'
import { Failure } from '../api/problem.ts'
import { forgetTokens } from '../api/tab-token.ts'

/** A question to the person that waits for its answer: true if he proved that it is he. */
interface Asked {
  readonly answer: (proven: boolean) => void
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

/** Asks for a passkey or a code; false if the person closed the window. */
const askStepUp = (): Promise<boolean> =>
  new Promise((resolve) => {
    set({
      answer: (proven) => {
        set(null)
        resolve(proven)
      },
    })
  })

/** Does something; where it wants a proof that it is still the person, gets that and does it again. */
export async function proven<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'step-up-required') throw error
    if (!(await askStepUp())) throw error
    forgetTokens()
    return act()
  }
}

interface ActOptions<Result> {
  /** Keys of what this changes, to be read anew. */
  readonly changes?: readonly (readonly unknown[])[]
  readonly onDone?: (result: Result) => void
}

/**
 * Something that a person does: a call that changes something. Asks for a step-up where it is wanted, and reads anew what it
 * changed. The error stays in the result: show it with `Trouble`.
 */
export function useAct<Input = void, Result = unknown>(
  act: (input: Input) => Promise<Result>,
  { changes = [], onDone }: ActOptions<Result> = {},
): UseMutationResult<Result, Error, Input> {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (input: Input) => proven(() => act(input)),
    onSuccess: async (result) => {
      onDone?.(result)
      await Promise.all(changes.map((queryKey) => queries.invalidateQueries({ queryKey })))
    },
  })
}

const StepUpDialog = lazy(() => import('./step-up.tsx'))

/** The window in which a person proves that it is he; stands once, in the shell. */
export function StepUp() {
  const open = useSyncExternalStore(subscribe, () => asked)
  return open ? (
    <Suspense>
      <StepUpDialog onAnswer={open.answer} />
    </Suspense>
  ) : null
}
