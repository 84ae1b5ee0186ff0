import { LEVEL_RULES, type PackName } from '../../generated/packs.ts'
import { listed, num } from './format.ts'
import { words } from './language.ts'
import { type IdentityLevel, levelWords, purposeNames } from './levels.ts'

const t = words(
  {
    packs: {
      ir: {
        name: 'Iran’s',
        means:
          'Informational texts from service lines end in “لغو۱۱”, bulk and advertising want the licence number, and codes go to Iran alone.',
      },
      generic: {
        name: 'General',
        means:
          'The rules of no market: nothing is added to a text, no licence number is asked for, codes go to any country.',
      },
    },
    vouched: 'You vouch for the account: no identity level limits it.',
    nothing: (level: string, next: string, needs: string) =>
      `Its identity is at ${level.toLowerCase()}: nothing goes out in live mode until its owner reaches ${next.toLowerCase()}, ${needs}.`,
    needs: {
      L1: 'by a code to his mobile',
      L2: 'by his national id, on the page of his account',
      L3: 'by the papers of his company, on the page of his account',
    },
    sends: (level: string, purposes: string) =>
      `Its identity is at ${level.toLowerCase()}. In live mode go out: ${purposes}.`,
    recipients: (count: number) =>
      count === 1 ? 'To one recipient per call.' : `To ${num(count)} recipients per call.`,
    daily: (count: number) => `At most ${num(count)} a day.`,
  },
  {
    packs: {
      ir: {
        name: 'ایران',
        means:
          'متن‌های اطلاع‌رسانی خط خدماتی با «لغو۱۱» پایان می‌یابد، ارسال انبوه و تبلیغ شمارهٔ پروانه می‌خواهد و کد تأیید تنها به ایران می‌رود.',
      },
      generic: {
        name: 'عمومی',
        means: 'قواعد هیچ بازاری نیست: چیزی به متن افزوده نمی‌شود، شمارهٔ پروانه لازم نیست و کد تأیید به هر کشوری می‌رود.',
      },
    },
    vouched: 'این حساب مورد تأیید شماست: هیچ سطح هویتی آن را محدود نمی‌کند.',
    nothing: (level: string, next: string, needs: string) =>
      `هویت آن در ${level} است: تا مالکش ${needs} به ${next} نرسد، در حالت واقعی چیزی بیرون نمی‌رود.`,
    needs: {
      L1: 'با کدی به شمارهٔ همراهش',
      L2: 'با کد ملی، در صفحهٔ حساب کاربری خود،',
      L3: 'با مدارک شرکت، در صفحهٔ حساب کاربری خود،',
    },
    sends: (level: string, purposes: string) => `هویت آن در ${level} است. آنچه در حالت واقعی می‌رود: ${purposes}.`,
    recipients: (count: number) => `هر درخواست تا ${num(count)} گیرنده.`,
    daily: (count: number) => `روزی تا ${num(count)} پیام.`,
  },
)

/** Name of each market's rules, and what they ask of an account. */
export const packWords = t.packs

/** Markets whose rules an account can have, as choices. */
export const PACKS = (Object.keys(packWords) as PackName[]).map((id) => ({ id, name: packWords[id].name }))

/** True if an account of this level sends in live under these rules; one without a level always does. */
export const sendsLive = (pack: PackName, level: IdentityLevel | null): boolean =>
  level === null || LEVEL_RULES[pack][level].live

/** Says what an account of this level may do in live under these rules, or what its owner has to prove first. */
export function levelUnder(pack: PackName, level: IdentityLevel | null): string {
  if (level === null) return t.vouched
  const rules = LEVEL_RULES[pack]
  const { live, purposes, recipients, daily } = rules[level]
  const { name } = levelWords[level]
  if (!live) {
    const next = (['L1', 'L2', 'L3'] as const).find((one) => rules[one].live) ?? 'L3'
    return t.nothing(name, levelWords[next].name, t.needs[next])
  }
  const named = listed(purposes.map((purpose) => purposeNames[purpose]))
  return [
    t.sends(name, named),
    recipients === 'any' ? null : t.recipients(recipients),
    daily === null ? null : t.daily(daily),
  ]
    .filter((sentence) => sentence !== null)
    .join(' ')
}
