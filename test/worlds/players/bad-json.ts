const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
const bytes = (...parts: readonly (string | number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))

/** What a body may have instead of JSON. */
export const MALFORMED: readonly (readonly [string, string | Uint8Array])[] = [
  ['nothing', ''],
  ['spaces', ' \n\t '],
  ['half a document', '{"a":'],
  ['two documents', '{} {}'],
  ['a comma too many', '{"a":1,}'],
  ['single quotes', "{'a':1}"],
  ['NaN', '{"a":NaN}'],
  ['a byte order mark in UTF-16', bytes([0xff, 0xfe], '{}')],
  ['a byte that is no UTF-8', bytes('{"a":"', [0xff], '"}')],
  ['an overlong form', bytes('{"a":"', [0xc0, 0xaf], '"}')],
  ['a surrogate in UTF-8', bytes('{"a":"', [0xed, 0xa0, 0x80], '"}')],
  ['a raw NUL', '{"a":"\0"}'],
  ['33 levels', nested(33)],
  ['100,000 levels', nested(100_000)],
  ['100,000 open brackets', '['.repeat(100_000)],
]

/** Media types that no call with a JSON body takes; empty: none is named. */
export const TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-16',
  'application/xml',
  '',
]
