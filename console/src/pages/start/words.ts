import { words } from '../../words/language.ts'

export const t = words(
  {
    title: 'Messages that arrive, and records that hold',
    lead: 'SMS, calls, push, e-mail, USSD and messengers, both ways, through one API and one console.',
    docs: 'API reference',
    noTenants: 'You are signed in, and act for no account yet.',
  },
  {
    title: 'پیام‌هایی که می‌رسند و سوابقی که می‌مانند',
    lead: 'پیامک، تماس، اعلان، رایانامه، کد دستوری و پیام‌رسان، دوسویه، با یک رابط برنامه‌نویسی و یک کنسول.',
    docs: 'راهنمای برنامه‌نویسان',
    noTenants: 'وارد شده‌اید و هنوز برای هیچ حسابی کار نمی‌کنید.',
  },
)
