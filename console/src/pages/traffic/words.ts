import { words } from '../../words/language.ts'

export const t = words(
  {
    byConnection: 'By connection',
    connection: 'Connection',
    noCarrier: 'No carrier',
    title: 'Traffic',
    about: 'What all accounts sent and heard together, test messages included, and how each carrier does.',
  },
  {
    byConnection: 'به تفکیک اتصال',
    connection: 'اتصال',
    noCarrier: 'بدون اپراتور',
    title: 'آمار پیام‌ها',
    about: 'آنچه همهٔ حساب‌ها با هم فرستادند و شنیدند، با پیام‌های آزمایشی، و کارکرد هر اتصال.',
  },
)
