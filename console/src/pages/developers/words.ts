import { words } from '../../words/language.ts'

export const t = words(
  {
    tabs: 'For developers',
    start: 'Quick start',
    keys: 'API keys',
    webhooks: 'Webhooks',
    events: 'Events',
    signature: 'Signature checker',
  },
  {
    tabs: 'برای توسعه‌دهندگان',
    start: 'شروع سریع',
    keys: 'کلیدهای برنامه',
    webhooks: 'وب‌هوک‌ها',
    events: 'رویدادها',
    signature: 'بررسی امضا',
  },
)
