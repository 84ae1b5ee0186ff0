import { expect, test } from 'vitest'
import { CARRIERS } from '../../../console/src/words/said/carriers.ts'
import { DETAILS } from '../../../console/src/words/said/details.ts'
import { FIELDS } from '../../../console/src/words/said/fields.ts'
import { persianOf } from '../../../console/src/words/said/index.ts'

const ALL: readonly (readonly [string, string])[] = Object.entries({ ...FIELDS, ...DETAILS, ...CARRIERS })

test.each(ALL)('the Persian of “%s” is Persian', (english, persian) => {
  // What stands between the marks of code keeps its own letters.
  expect(persian.replaceAll(/`[^`]+`/g, '')).not.toMatch(/[A-Za-zيكة٠-٩0-9](?<!\{\d)/)
  expect(persian).not.toMatch(/ {2}| [.،؛:]|\.\.\./)
  const gaps = english.split('{}').length - 1
  const places = [...persian.matchAll(/\{(\d)\}/g)].map(([, place]) => Number(place))
  expect(places.every((place) => place >= 1 && place <= gaps)).toBe(true)
})

const code = (text: string): string => `\u2066${text}\u2069`

test.each([
  ['is required', 'لازم است'],
  ['must take at most 10 segments', 'باید حداکثر ۱۰ بخش باشد'],
  ['Too small: expected string to have >=1 characters', 'کمتر از اندازه است: باید دست‌کم ۱ نویسه داشته باشد'],
  ['Too big: expected number to be <=168', 'بیش از اندازه است: باید حداکثر ۱۶۸ باشد'],
  ['Invalid input: expected string, received number', 'باید متن باشد، اما عدد است'],
  ['the identity level L1 permits 1 recipients in one call', 'با سطح ۱ هر درخواست حداکثر ۱ گیرنده دارد'],
  ['must be one of: kavenegar, twilio', `باید یکی از این‌ها باشد: ${code('kavenegar')}، ${code('twilio')}`],
  ['The quota of devices is 10,000; there are 10,000.', 'سقف دستگاه‌ها ۱۰٬۰۰۰ است و اکنون ۱۰٬۰۰۰ هست.'],
  ['The token lacks the scope messages:send.', `این توکن اجازهٔ ${code('messages:send')} را ندارد.`],
  [
    'must be a phone number in E.164: its country code is not assigned',
    'شمارهٔ تلفن درستی نیست: چنین پیش‌شمارهٔ کشوری نیست',
  ],
  [
    'must be a phone number in E.164, or one as it is dialled within IR: it has too few digits',
    'شمارهٔ تلفن درستی نیست: رقم‌هایش کم است',
  ],
  [
    'the operator of this gateway has no licence number yet: calls with 2 recipients or more are not sent',
    'گرداننده هنوز شمارهٔ پروانه ندارد: درخواستی با ۲ گیرنده یا بیشتر فرستاده نمی‌شود',
  ],
  [
    'Codes to numbers that begin like this one are rarely used. One may be asked for in 30 s.',
    'کدهای شماره‌هایی با این پیش‌شماره به‌ندرت استفاده می‌شود. ۳۰ ثانیهٔ دیگر می‌توانید بخواهید.',
  ],
  ['must have either `url` or `media`', `باید تنها یکی از ${code('url')} و ${code('media')} را داشته باشد`],
])('“%s” is said in Persian', (english, persian) => {
  expect(persianOf(english)).toBe(persian)
})

test('a sentence that the API never said is not guessed', () => {
  expect(persianOf('Number of segments exceeds the plan')).toBeNull()
  expect(persianOf('30007: Message filtered')).toBeNull()
})

test('names that all objects have are texts like others, in a sentence and in place of one', () => {
  for (const name of ['constructor', 'toString', '__proto__']) {
    expect(persianOf(name)).toBeNull()
    expect(persianOf(`has \`${name}\``)).toBe(`${code(name)} را دارد`)
    expect(persianOf(`must be one of: sms, ${name}`)).toBe(`باید یکی از این‌ها باشد: پیامک، ${code(name)}`)
  }
})
