/** A stretch of a file of known size. */
export interface ByteRange {
  readonly offset: number
  readonly length: number
}

/**
 * The range of `size` bytes that a Range header asks for (RFC 9110 14.2), or `unsatisfiable` (416). Null means the whole file,
 * which is also the answer to headers that are malformed or ask for several ranges.
 */
export function byteRange(header: string | null, size: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (!match) return null
  const [, first = '', last = ''] = match
  if (first === '') {
    if (last === '') return null
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { offset: size - length, length }
  }
  const offset = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < offset) return null
  return offset >= size ? 'unsatisfiable' : { offset, length: end - offset + 1 }
}
