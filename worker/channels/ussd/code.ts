import { type Address, compactNumber } from '#worker/domain/addresses/address.ts'
import { invalidField } from '#worker/domain/problem.ts'

/** Longest input that is looked at, in characters; telephones dial shorter codes. */
const MOST = 64
/** Form of a service code: `*384#`, `*384*1#`, `#111#`, `*#06#`. */
const CODE = /^[*#]{1,3}\d{1,10}(?:\*\d{1,20}){0,8}#$/

/**
 * Gives a service code's canonical form, `*384*1#`, or throws a `Problem`. Persian digits are folded and a missing `#` at
 * the end is added.
 */
export function serviceCode(input: string): Address {
  const compact = input.length > MOST ? '' : compactNumber(input)
  const value = compact.endsWith('#') ? compact : `${compact}#`
  if (!CODE.test(value)) throw invalidField('', 'must be a service code, such as *384*1#')
  return { kind: 'code', value }
}

/** Gives the codes whose owner owns this one: itself, then those that it extends (`*384*1*5#`, `*384*1#`, `*384#`). */
export function ownersOf({ value }: Address): readonly string[] {
  const keys = [value]
  for (let star = value.lastIndexOf('*'); star > 1; star = value.lastIndexOf('*', star - 1)) {
    const shorter = `${value.slice(0, star)}#`
    if (CODE.test(shorter)) keys.push(shorter)
  }
  return keys
}
