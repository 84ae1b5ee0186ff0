import type { RowOf } from '../../api/answers.ts'
import { words } from '../../words/language.ts'

type Sender = RowOf<'/v1/senders'>

const kinds = words(
  {
    e164: 'Telephone number',
    line: 'Line',
    shortcode: 'Short code',
    alphanumeric: 'Name',
    email: 'Mail address',
    domain: 'Mail domain',
    app: 'App',
    code: 'USSD code',
    chat: 'Bot',
  } satisfies Record<Sender['kind'], string>,
  {
    e164: 'شمارهٔ تلفن',
    line: 'خط',
    shortcode: 'شمارهٔ کوتاه',
    alphanumeric: 'نام',
    email: 'نشانی رایانامه',
    domain: 'دامنهٔ رایانامه',
    app: 'برنامه',
    code: 'کد دستوری',
    chat: 'ربات',
  } satisfies Record<Sender['kind'], string>,
)

const classes = words(
  {
    advertising: 'Advertising',
    service: 'Service',
    'shared-template': 'Shared, with templates',
    otp: 'Codes',
    international: 'International',
  } satisfies Record<Sender['lineClass'], string>,
  {
    advertising: 'تبلیغاتی',
    service: 'خدماتی',
    'shared-template': 'مشترک، با الگو',
    otp: 'کد تأیید',
    international: 'بین‌المللی',
  } satisfies Record<Sender['lineClass'], string>,
)

const page = words(
  {
    title: 'Senders',
    about:
      'What your messages appear to come from. The operator assigns them, because carriers tie each to whoever may use it.',
    channel: 'Channel',
    every: 'All channels',
    address: 'Sender',
    kind: 'Kind',
    lineClass: 'May carry',
    isDefault: 'Default',
    isDefaultWhy: 'used where a message names no sender.',
    state: 'State',
    inactive: 'Inactive',
    empty: 'No sender is assigned to the account yet.',
    emptyWhy: 'Ask the operator for a line, a number or a name.',
    none: 'No sender on this channel.',
  },
  {
    title: 'فرستنده‌ها',
    about: 'پیام‌های شما از این‌ها می‌آید. گرداننده آن‌ها را می‌دهد، چون اپراتورها هر یک را به دارنده‌اش وابسته کرده‌اند.',
    channel: 'کانال',
    every: 'همهٔ کانال‌ها',
    address: 'فرستنده',
    kind: 'نوع',
    lineClass: 'کاربرد',
    isDefault: 'پیش‌فرض',
    isDefaultWhy: 'برای پیامی که فرستنده‌ای نام نمی‌برد.',
    state: 'وضعیت',
    inactive: 'غیرفعال',
    empty: 'هنوز فرستنده‌ای به این حساب داده نشده است.',
    emptyWhy: 'خط، شماره یا نام را از گرداننده بخواهید.',
    none: 'در این کانال فرستنده‌ای نیست.',
  },
)

export const t = { ...page, kinds, classes }
