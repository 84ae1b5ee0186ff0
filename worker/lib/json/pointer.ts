/**
 * One wrong field of the input: where (RFC 6901 JSON Pointer, or `header:Name`, `query:name`, `line:5/name`) and what about it.
 */
export interface FieldError {
  readonly pointer: string
  readonly detail: string
}

/** JSON Pointer (RFC 6901) of a path of names and indexes. */
export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** Faults of one body, and the characters that further ones may take: a body can be made of faults with long pointers. */
export interface Faults {
  readonly list: FieldError[]
  room: number
}

const ROOM = 2_000_000
/** Rough size of a fault beside its pointer. */
const FAULT_SIZE = 100

export const noFaults = (room = ROOM): Faults => ({ list: [], room })

/** True if there were more faults than are told apart: then all of them spoil the whole body. */
export const hasNoRoom = ({ room }: Faults): boolean => room <= 0

/** Notes a fault as long as there is room. */
export function addFault(faults: Faults, path: () => readonly PropertyKey[], detail: string): void {
  if (hasNoRoom(faults)) return
  const pointer = pointerOf(path())
  faults.room -= pointer.length + FAULT_SIZE
  faults.list.push({ pointer, detail })
}
