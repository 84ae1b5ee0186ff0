/** Channels, as their addresses are read. */
export type Channel = 'sms' | 'voice' | 'push' | 'email' | 'ussd' | 'chat'

/** Why something can be no recipient. */
export type Fault =
  | 'empty'
  | 'unread'
  | 'letters'
  | 'short'
  | 'long'
  | 'rounded'
  | 'mobile'
  | 'email'
  | 'chat'
  | 'device'

/** What was read: the address to send to, and by what its double is known; or why it is none. */
export type Read =
  | { readonly to: string; readonly key: string; readonly fault?: undefined }
  | { readonly fault: Fault; readonly to?: undefined; readonly key?: undefined }

/** Writes Persian and Arabic digits as Latin ones. */
export const fold = (text: string): string =>
  text
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0))
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))

/** Marks that nobody sees, which come along with copied numbers. */
export const UNSEEN = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g

/** What a spreadsheet made of a long number: 9.89121E+11. */
const ROUNDED = /^\d[.,٫]?\d*e\+?\d+$/i

/** A zero for dialling within the country, which stands in brackets behind the country's code: `+44 (0)20 …`. */
const TRUNK = /\(0\d*\)/

/**
 * Reads a number as people's files have it: with blanks, brackets and dashes, an apostrophe before it, without the zero that
 * spreadsheets take away. What has no country code is of the account's own region, and of no other: where that is not Iran the
 * API reads it as it stands. It reads all of them again by the numbering plan; this finds what is surely wrong beforehand.
 */
function readNumber(text: string, region: string | null): Read {
  const folded = fold(text).replace(UNSEEN, '').trim().replace(/^'/, '')
  if (ROUNDED.test(folded)) return { fault: 'rounded' }
  const bracketed = folded.replace(/\.0$/, '').replace(/[\s.\-–—/\u00a0]/g, '')
  const compact = bracketed.replace(/[()]/g, '')
  if (compact === '') return { fault: 'empty' }
  if (!/^\+?\d+$/.test(compact)) return { fault: 'letters' }
  const isForeign = compact.startsWith('+') || compact.startsWith('00')
  const digits = compact.replace(/^\+/, '').replace(isForeign ? /^00/ : /^0/, '')
  if (digits.length < 7) return { fault: 'short' }
  if (digits.length > 15) return { fault: 'long' }
  if (isForeign && !digits.startsWith('98')) {
    // Which zero is left out, the plan of the country says, which the API has.
    const key = bracketed.replace('(0)', '').replace(/\D/g, '').replace(/^00/, '')
    return { to: TRUNK.test(bracketed) ? bracketed : `+${digits}`, key }
  }
  if (!isForeign && region !== 'IR') return { to: compact, key: compact }
  const national = (/^98\d{9,}$/.test(digits) ? digits.slice(2) : digits).replace(/^0/, '')
  if (national.startsWith('9') && national.length !== 10) return { fault: 'mobile' }
  return { to: national.length === 10 ? `+98${national}` : compact, key: `98${national}` }
}

/** Reads an address of a channel as somebody wrote it. `region`: whose national numbers the account reads; null: none. */
export function readAddress(channel: Channel, text: string, region: string | null): Read {
  const shown = text.replace(UNSEEN, '').trim()
  switch (channel) {
    case 'email':
      if (shown === '') return { fault: 'empty' }
      return /^[^\s@,;"<>]+@[^\s@,;"<>]+\.[^\s@,;"<>.]{2,}$/.test(shown)
        ? { to: shown, key: shown.toLowerCase() }
        : { fault: 'email' }
    case 'chat':
      if (shown === '') return { fault: 'empty' }
      return /^[a-z][a-z-]*:\S+$/.test(shown) ? { to: shown, key: shown } : { fault: 'chat' }
    case 'push':
      if (shown === '') return { fault: 'empty' }
      return /^[\w-]{8,}$/.test(shown) ? { to: shown, key: shown } : { fault: 'device' }
    default:
      return readNumber(shown, region)
  }
}
