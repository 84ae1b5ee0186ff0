import { words } from '../../words/language.ts'

/** Words of how a guard stands. */
export const t = words(
  {
    modes: {
      enforce: 'It refuses what it finds suspicious.',
      monitor: 'It only watches: codes go out all the same, and each says what would have been refused.',
      off: 'It is off: nothing holds a code back.',
    },
    ceilings: 'Units used today',
    of: (used: string, ceiling: string) => `${used} of ${ceiling}`,
    home: 'Home country',
    abroad: 'All other countries together',
    prefixes: 'Prefixes held back',
    prefix: 'Prefix',
    state: 'State',
    throttled: 'Slowed down',
    blocked: 'Blocked',
    codes: 'Codes',
    used: 'Used',
    noPrefixes: 'No prefix is held back.',
  },
  {
    modes: {
      enforce: 'جلوی آنچه را مشکوک باشد می‌گیرد.',
      monitor: 'فقط ثبت می‌کند: همهٔ کدها می‌روند و کنار هر کدام آمده است که رد می‌شد یا نه.',
      off: 'خاموش است: چیزی جلوی کدها را نمی‌گیرد.',
    },
    ceilings: 'واحدهای امروز',
    of: (used: string, ceiling: string) => `${used} از ${ceiling}`,
    home: 'داخل کشور',
    abroad: 'همهٔ کشورهای دیگر',
    prefixes: 'پیش‌شماره‌هایی که جلویشان گرفته شده',
    prefix: 'پیش‌شماره',
    state: 'وضعیت',
    throttled: 'کُند شده',
    blocked: 'مسدود',
    codes: 'کدها',
    used: 'استفاده‌شده',
    noPrefixes: 'جلوی هیچ پیش‌شماره‌ای گرفته نشده است.',
  },
)
