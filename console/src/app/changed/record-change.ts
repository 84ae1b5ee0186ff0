import type { UseMutationResult } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { Failure } from '../../api/problem.ts'
import { useAct } from '../act.tsx'

/** A record of the API that tells its version. */
export interface Versioned {
  readonly version: string | number
}

interface Change<Of extends Versioned, Input> {
  /** The record that the form began with; null: it makes one. */
  readonly of: Of | null
  /** Changes it as long as it is as `base` is; null: as long as there is none. Answers what it is then, if the form stays. */
  readonly send: (input: Input, base: Of | null) => Promise<Of | null>
  /** Reads it anew; null: it is gone. */
  readonly read: (input: Input) => Promise<Of | null>
  /** What the form shows of it, where that is not all. */
  readonly shown?: (record: Of) => unknown
  readonly changes: readonly (readonly unknown[])[]
  readonly onDone?: () => void
}

/** The record as somebody else left it; null: he took it away. */
export interface Newer<Of> {
  readonly record: Of | null
}

/** Changes of other parts of a record that may come between before a form gives up. */
const TRIES = 3

/** Where a change names the version that it is for, and a removal. */
const NAMED_AT = ['/version', 'query:version']

/** True of an answer that refuses a change of what is no more as it was read. */
const isStale = (error: unknown): boolean =>
  error instanceof Failure && error.fields.some(({ pointer }) => NAMED_AT.includes(pointer))

/**
 * Change of a record by a form. It counts only as long as the record is what the form began with: of two people at once the
 * second is told, and what he does next counts for what he was told.
 */
export function useRecordChange<Of extends Versioned, Input = void>({
  of,
  send,
  read,
  shown = ({ version }) => version,
  changes,
  onDone,
}: Change<Of, Input>): { readonly save: UseMutationResult<Of | null, Error, Input>; readonly newer: Newer<Of> | null } {
  const base = useRef(of)
  const [newer, setNewer] = useState<Newer<Of> | null>(null)
  const printOf = (record: Of | null): string => JSON.stringify(record && shown(record))
  const act = async (input: Input): Promise<Of | null> => {
    setNewer(null)
    for (let tried = 1; ; tried++) {
      try {
        return await send(input, base.current)
      } catch (error) {
        if (!isStale(error) || tried === TRIES) throw error
        const [was, now] = [base.current, await read(input)]
        base.current = now
        if (printOf(was) === printOf(now)) continue
        setNewer({ record: now })
        throw error
      }
    }
  }
  const save = useAct(act, {
    changes,
    onDone: (record) => {
      base.current = record
      onDone?.()
    },
  })
  return { save, newer }
}
