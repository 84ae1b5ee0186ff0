import type { GuideName } from '#worker/routes/docs/guides.ts'

/** Persian names of the guides, and of the groups that they stand in. */
export const GUIDE_NAMES: Readonly<Record<GuideName, string>> = {
  'First message': 'نخستین پیام',
  Batches: 'ارسال دسته‌ای',
  Channels: 'کانال‌ها',
  Chat: 'پیام‌رسان‌ها',
  'Mail in': 'رایانامه‌های رسیده',
  Media: 'فایل‌ها',
  Push: 'اعلان',
  Sandbox: 'محیط آزمایشی',
  USSD: 'کد دستوری',
  Verification: 'تأیید با کد',
  Voice: 'تماس',
  Webhooks: 'وب‌هوک‌ها',
  Accounts: 'حساب‌ها و ورود',
  'Four eyes': 'کارهای دونفره',
  Identity: 'هویت',
  Limits: 'سقف‌ها',
  Passkeys: 'کلیدهای عبور',
  Roles: 'نقش‌ها',
  Statistics: 'آمار',
  'At rest': 'آنچه نگه داشته می‌شود',
  Console: 'کنسول',
  Cost: 'هزینه',
  Deploy: 'استقرار',
  Operations: 'گرداندن سامانه',
  Scale: 'اندازه و گنجایش',
  'Adding a channel': 'افزودن کانال',
  'Adding a provider': 'افزودن ارائه‌دهنده',
  Persian: 'واژه‌های فارسی',
  'USSD dialect': 'گویش کد دستوری',
  Vocabulary: 'واژه‌نامه',
}

export const GROUP_NAMES: Readonly<Record<string, string>> = {
  Messages: 'پیام‌ها',
  Accounts: 'حساب‌ها',
  'Running it': 'گرداندن',
  'Building on it': 'ساختن و افزودن',
}
