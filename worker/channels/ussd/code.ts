import { type Address, compactNumber } from '#worker/domain/addresses/address.ts'
import { invalidField } from '#worker/domain/problem.ts'

/** The longest one that is looked at; what a phone lets people dial is shorter. */
const MOST = 64
/** `*384#`, `*384*1#`, `#111#`, `*#06#`. */
const CODE = /^[*#]{1,3}\d{1,10}(?:\*\d{1,20}){0,8}#$/

/** A service code's canonical form, `*384*1#`, or a `Problem`. Persian digits and a missing `#` at the end are mended. */
export function serviceCode(input: string): Address {
  const compact = input.length > MOST ? '' : compactNumber(input)
  const value = compact.endsWith('#') ? compact : `${compact}#`
  if (!CODE.test(value)) throw invalidField('', 'must be a service code, such as *384*1#')
  return { kind: 'code', value }
}

/** The codes that may own this one: itself, then those that it extends (`*384*1*5#`, `*384*1#`, `*384#`). */
export function ownersOf({ value }: Address): readonly string[] {
  const keys = [value]
  for (let star = value.lastIndexOf('*'); star > 1; star = value.lastIndexOf('*', star - 1)) {
    const shorter = `${value.slice(0, star)}#`
    if (CODE.test(shorter)) keys.push(shorter)
  }
  return keys
}
