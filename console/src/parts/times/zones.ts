import { between, zone } from '../../words/format.ts'
import { language } from '../../words/language.ts'
import type { Option } from '../select-field.tsx'

const NAMED = language === 'fa' ? 'fa-IR' : 'en-GB'

/** What the browser calls a zone in a style. */
function said(id: string, timeZoneName: Intl.DateTimeFormatOptions['timeZoneName']): string {
  const parts = new Intl.DateTimeFormat(NAMED, { timeZone: id, timeZoneName }).formatToParts(new Date())
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? id
}

/**
 * Where a zone is: in Persian its country, or its city where the country has several zones, as the browser has them; in English
 * the city of its id, with what stands before it where that is more than the continent.
 */
function placeOf(id: string): string {
  if (id === 'UTC') return said(id, 'long')
  if (language === 'fa') return said(id, 'shortGeneric').replace(/^وقت /, '')
  return id.replaceAll('_', ' ').split('/').slice(1).toReversed().join(', ') || id
}

/** A zone in words, with how far it is from UTC now: ایران، +۰۳:۳۰ گرینویچ. */
export const zoneText = (id: string): string =>
  id === 'UTC' ? placeOf(id) : `${placeOf(id)}${between}${said(id, 'longOffset')}`

let made: readonly Option[] | undefined

/** All zones by their names, but Iran’s, the device’s own and UTC first. Made once, as it takes a moment. */
export function zones(): readonly Option[] {
  if (made) return made
  const first = new Set(['Asia/Tehran', zone, Intl.DateTimeFormat().resolvedOptions().timeZone, 'UTC'])
  const named = (id: string): Option => ({ id, name: zoneText(id) })
  const { compare } = new Intl.Collator(language)
  const others = Intl.supportedValuesOf('timeZone').filter((id) => !first.has(id))
  made = [...[...first].map(named), ...others.map(named).toSorted((a, b) => compare(a.name, b.name))]
  return made
}
